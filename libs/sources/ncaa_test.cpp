#include "libs/sources/ncaa.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace fairline::sources {
namespace {

const std::string kHeader = "Season,DayNum,WTeamID,WScore,LTeamID,LScore,WLoc,NumOT\n";

std::string ReasonOf(const std::string& row) {
  const auto read = ReadNcaaGames(kHeader + row);
  REQUIRE_FALSE(read.ok());
  return MessageOf(read.status());
}

TEST_CASE("games are read, with more columns or without", "[sources][ncaa]") {
  const auto compact = ReadNcaaGames(kHeader + "1985,25,1106,77,1354,70,H,2\n");
  REQUIRE(compact.ok());
  REQUIRE(compact->size() == 1);
  const NcaaGame& game = compact->front();
  CHECK(game.season == 1985);
  CHECK(game.day_number == 25);
  CHECK(game.winner == 1106);
  CHECK(game.winner_score == 77);
  CHECK(game.loser == 1354);
  CHECK(game.loser_score == 70);
  CHECK(game.site == NcaaSite::kHome);
  CHECK(game.overtimes == 2);
  const auto detailed = ReadNcaaGames(
      "Season,DayNum,WTeamID,WScore,LTeamID,LScore,WLoc,NumOT,WFGM\n2003,10,1104,68,1328,62,N,0,"
      "27\n");
  REQUIRE(detailed.ok());
  CHECK(detailed->front().site == NcaaSite::kNeutral);
}

TEST_CASE("a game that cannot be is named by line and column", "[sources][ncaa]") {
  CHECK(ReasonOf("1985,25,1106,70,1354,70,H,0\n").find("line 2, WScore") == 0);
  CHECK(ReasonOf("1985,25,1106,77,1106,70,H,0\n").find("line 2, LTeamID") == 0);
  CHECK(ReasonOf("1985,25,1106,77,1354,70,X,0\n").find("line 2, WLoc") == 0);
  CHECK(ReasonOf("1985,25.5,1106,77,1354,70,H,0\n").find("line 2, DayNum") == 0);
  CHECK(ReasonOf("1985,25,1106,77,1354,,H,0\n").find("line 2, LScore") == 0);
}

TEST_CASE("seasons, teams and seeds are read", "[sources][ncaa]") {
  const auto seasons = ReadNcaaSeasons("Season,DayZero,RegionW\n1985,10/29/1984,East\n");
  REQUIRE(seasons.ok());
  CHECK(FormatDay(seasons->front().day_zero) == "1984-10-29");
  CHECK_FALSE(ReadNcaaSeasons("Season,DayZero\n1985,29/10/1984\n").ok());
  CHECK_FALSE(ReadNcaaSeasons("Season,DayZero\n1985,10/29\n").ok());

  const auto teams = ReadNcaaTeams("TeamID,TeamName\n1101,Abilene Chr\n");
  REQUIRE(teams.ok());
  CHECK(teams->front().name == "Abilene Chr");

  const auto seeds = ReadNcaaSeeds("Season,Seed,TeamID\n1985,W01,1207\n2023,X16b,1411\n");
  REQUIRE(seeds.ok());
  CHECK((*seeds)[0].place == 1);
  CHECK((*seeds)[1].place == 16);
  CHECK((*seeds)[1].slot() == "X16");
  CHECK_FALSE(ReadNcaaSeeds("Season,Seed,TeamID\n1985,W17,1207\n").ok());
  CHECK_FALSE(ReadNcaaSeeds("Season,Seed,TeamID\n1985,W1,1207\n").ok());
}

}  // namespace
}  // namespace fairline::sources
