#include "libs/sources/soccer_challenge.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace fairline::sources {
namespace {

const std::string kHeader = "Sea,Lge,Date,HT,AT,HS,AS,GD,WDL\r\n";

std::string ReasonOf(const std::string& rows) {
  const auto read = ReadChallengeTraining(kHeader + rows);
  REQUIRE_FALSE(read.ok());
  return MessageOf(read.status());
}

TEST_CASE("results of the challenge are read", "[sources][challenge]") {
  const auto read = ReadChallengeTraining(kHeader +
                                          "00-01,GER1,11/08/2000,Dortmund,Hansa Rostock,1,0,1,W\r\n"
                                          "\r\n"
                                          "2022,NOR1,6/11/2022,Bod\xF8,Molde,1,3,-2,L\r\n");
  REQUIRE(read.ok());
  REQUIRE(read->size() == 2);
  const ChallengeResult& first = (*read)[0];
  CHECK(first.season == "00-01");
  CHECK(first.season_start == 2000);
  CHECK(first.league == "GER1");
  CHECK(FormatDay(first.date) == "2000-08-11");
  CHECK(first.home == "Dortmund");
  CHECK(first.away == "Hansa Rostock");
  CHECK(first.home_goals == 1);
  CHECK(first.away_goals == 0);
  CHECK((*read)[1].season_start == 2022);
  CHECK((*read)[1].home == "Bod\xC3\xB8");
  CHECK((*read)[1].line == 4);
}

TEST_CASE("a cell that cannot be read is named by line and column", "[sources][challenge]") {
  CHECK(ReasonOf("00-01,GER1,11/08/2000,A,B,x,0,1,W\n").find("line 2, HS") == 0);
  CHECK(ReasonOf("00-01,GER1,11/08/2000,A,B,1,,1,W\n").find("line 2, AS") == 0);
  CHECK(ReasonOf("00-01,GER1,11/08/2000,A,B,1,0,2,W\n").find("line 2, GD") == 0);
  CHECK(ReasonOf("00-01,GER1,11/08/2000,A,B,1,0,1,D\n").find("line 2, WDL") == 0);
  CHECK(ReasonOf("00-01,GER1,31/02/2000,A,B,1,0,1,W\n").find("line 2, Date") == 0);
  CHECK(ReasonOf("00-02,GER1,11/08/2000,A,B,1,0,1,W\n").find("line 2, Sea") == 0);
  CHECK(ReasonOf("00-01,,11/08/2000,A,B,1,0,1,W\n").find("line 2, Lge") == 0);
  CHECK(ReasonOf("00-01,GER1,11/08/2000,A,A,1,0,1,W\n").find("line 2, AT") == 0);
  CHECK(ReasonOf("00-01,GER1,11/08/2000,A\n").find("line 2, AT") == 0);
  CHECK(ReadChallengeTraining("Sea,Lge,Date,HT,AT,HS\n").status().message().find("AS") !=
        std::string::npos);
  CHECK_FALSE(ReadChallengeTraining("").ok());
}

TEST_CASE("fixtures are read with an ID and empty forecasts, or without", "[sources][challenge]") {
  const auto with = ReadChallengeFixtures(
      "\xEF\xBB\xBFID,Sea,Lge,Date,HT,AT,prd_HS,prd_AS,prd_H,prd_D,prd_A\n"
      "7,22-23,XYZ9,14/04/2023,\"Nobody, FC\",B,,,,,\n");
  REQUIRE(with.ok());
  REQUIRE(with->size() == 1);
  CHECK(with->front().id == "7");
  CHECK(with->front().home == "Nobody, FC");
  CHECK(with->front().date_text == "14/04/2023");
  const auto without = ReadChallengeFixtures("Sea,Lge,Date,HT,AT\n22/23,GER2,2023-04-15,A,B\n");
  REQUIRE(without.ok());
  CHECK(without->front().id.empty());
  CHECK(without->front().season_start == 2022);
  CHECK(FormatDay(without->front().date) == "2023-04-15");
}

TEST_CASE("a league's code tells its country and tier", "[sources][challenge]") {
  CHECK(ParseLeagueCode("GER2").country == "GER");
  CHECK(ParseLeagueCode("GER2").tier == 2);
  CHECK(ParseLeagueCode("44986").country == "44986");
  CHECK(ParseLeagueCode("44986").tier == 1);
  CHECK(ParseLeagueCode("X").country == "X");
}

}  // namespace
}  // namespace fairline::sources
