#include "libs/sources/football_data.hpp"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/domain/match.hpp"
#include "libs/sources/bookmaker_seed.hpp"
#include "libs/sources/football_data_columns.hpp"

namespace fairline::sources {
namespace {

using domain::Market;
using domain::Phase;
using namespace std::chrono;

FootballDataReader Reader() {
  auto reader = FootballDataReader::Make({{"B365", "bet365"},
                                          {"BF", "betfair"},
                                          {"BFD", "betfred"},
                                          {"LB", "ladbrokes"},
                                          {"GB", "gamebookers"},
                                          {"P", "pinnacle"},
                                          {"PS", "pinnacle"},
                                          {"BbAv", "average"},
                                          {"Avg", "average"}});
  REQUIRE(reader.ok());
  return *std::move(reader);
}

const FileIdentity kSeason{FileKind::kSeason, 2025, "E0"};
const FileIdentity kFixtures{FileKind::kFixtures, 0, ""};

ParsedFile Parsed(std::string_view text, const FileIdentity& file = kSeason) {
  auto parsed = Reader().Parse(text, file);
  INFO(parsed.status().ToString());
  REQUIRE(parsed.ok());
  return *std::move(parsed);
}

std::string Refusal(std::string_view text, const FileIdentity& file = kSeason) {
  const auto parsed = Reader().Parse(text, file);
  REQUIRE_FALSE(parsed.ok());
  REQUIRE(parsed.status().code() == absl::StatusCode::kInvalidArgument);
  return MessageOf(parsed.status());
}

std::string_view Bookmaker(const Quote& quote) {
  static const FootballDataReader reader = Reader();
  return reader.bookmaker_codes()[quote.bookmaker];
}

const std::string kHeader = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR";

TEST_CASE("a played match is read with score, statistics and referee", "[sources][football_data]") {
  const ParsedFile file = Parsed(
      "\xEF\xBB\xBF"
      "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,HTR,Referee,HS,AS\r\n"
      "E0,15/08/2025,20:00,Liverpool , Bournemouth,4.0,2,H,1,0,H,A Taylor,19,10.0\r\n");
  REQUIRE(file.rows.size() == 1);
  CHECK(file.rejected.empty());
  const MatchRow& row = file.rows[0];
  CHECK(row.line == 2);
  CHECK(row.date == Day{2025y / August / 15});
  CHECK(row.kickoff == Day{2025y / August / 15} + hours{19});
  CHECK(file.Name(row.home) == "Liverpool");
  CHECK(file.Name(row.away) == "Bournemouth");
  CHECK(row.full_time == Score{4, 2});
  CHECK(row.home_statistics[0] == 1);
  CHECK(row.home_statistics[1] == 19);
  CHECK(row.away_statistics[1] == 10);
  CHECK_FALSE(row.home_statistics[2].has_value());
  REQUIRE(row.referee.has_value());
  CHECK(file.Name(*row.referee) == "A Taylor");
}

TEST_CASE("the old headers HT and AT name the teams", "[sources][football_data]") {
  const ParsedFile file = Parsed("Div,Date,HT,AT,FTHG,FTAG,FTR\nE0,15/08/25,A,B,0,0,D\n");
  REQUIRE(file.rows.size() == 1);
  CHECK(file.Name(file.rows[0].away) == "B");
}

TEST_CASE("blank rows are skipped, and lines keep their numbers", "[sources][football_data]") {
  const ParsedFile file =
      Parsed(kHeader + "\n,,,,,,\n\n  \nE0,15/08/25,A,B,0,0,D\n,,,,,,,,,,,,,\n");
  REQUIRE(file.rows.size() == 1);
  CHECK(file.rows[0].line == 5);
  CHECK(file.rejected.empty());
}

TEST_CASE("short rows lack their last cells, long rows report what they add",
          "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader +
                                 ",B365H,B365D,B365A,,\n"
                                 "E0,15/08/25,A,B,0,0,D\n"
                                 "E0,16/08/25,A,C,0,0,D,2,3,4,,,,,\n"
                                 "E0,17/08/25,A,D,0,0,D,2,3,4,,,,Abandoned\n");
  REQUIRE(file.rows.size() == 3);
  CHECK(file.rows[0].quote_count == 0);
  CHECK(file.rows[1].quote_count == 1);
  REQUIRE(file.rejected.size() == 1);
  CHECK(file.rejected[0].line == 4);
  CHECK(file.rejected[0].column == "#14");
  CHECK(file.rejected[0].text == "Abandoned");
}

TEST_CASE("a value under an empty header is reported by its position", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader + ",,Unnamed__8\nE0,15/08/25,A,B,0,0,D,,1.8\n");
  REQUIRE(file.rejected.size() == 1);
  CHECK(file.rejected[0].column == "#9");
}

TEST_CASE("a row without a score is a match without a result", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader + "\nE0,15/08/25,A,B,,,\n");
  REQUIRE(file.rows.size() == 1);
  CHECK_FALSE(file.rows[0].full_time.has_value());
  CHECK(file.rejected.empty());
}

TEST_CASE("a result that contradicts the score is reported and the score kept",
          "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader + "\nE0,15/08/25,A,B,4,0,D\n");
  REQUIRE(file.rows.size() == 1);
  CHECK(file.rows[0].full_time == Score{4, 0});
  REQUIRE(file.rejected.size() == 1);
  CHECK(file.rejected[0].column == "FTR");
  CHECK(file.rejected[0].text == "D");
}

TEST_CASE("a bad score or time costs the cell, a bad date the row", "[sources][football_data]") {
  const ParsedFile file = Parsed(
      "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR\n"
      "E0,15/08/25,25:00,A,B,1,0,H\n"
      "E0,16/08/25,,A,C,1,x,H\n"
      "E0,31/02/26,,A,D,1,0,H\n"
      "E0,30/01/2016,,A,E,1,0,H\n"
      "E0,17/08/25,,A,,1,0,H\n"
      "E0,17/08/25,,A,A,1,0,H\n"
      "E1,17/08/25,,A,F,1,0,H\n"
      "E0,15/08/25,,A,B,1,0,H\n");
  REQUIRE(file.rows.size() == 2);
  CHECK_FALSE(file.rows[0].kickoff.has_value());
  CHECK_FALSE(file.rows[1].full_time.has_value());
  REQUIRE(file.rejected.size() == 8);
  CHECK(file.rejected[0].column == "Time");
  CHECK(file.rejected[1].column == "FTAG");
  for (std::size_t k = 2; k < 8; ++k) CHECK(file.rejected[k].column.empty());
  CHECK(file.rejected[2].reason.find("not a date") != std::string::npos);
  CHECK(file.rejected[3].reason.find("2016-01-30 is outside the season 2526") != std::string::npos);
  CHECK(file.rejected[7].reason.find("already in this file") != std::string::npos);
}

TEST_CASE("more half-time than full-time goals are rejected", "[sources][football_data]") {
  const ParsedFile file =
      Parsed("Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG\nE0,15/08/25,A,B,1,0,H,2,0\n");
  CHECK_FALSE(file.rows.at(0).home_statistics[0].has_value());
  CHECK(file.rows.at(0).away_statistics[0] == 0);
  REQUIRE(file.rejected.size() == 1);
  CHECK(file.rejected[0].column == "HTHG");
}

TEST_CASE("odds columns are recognised by prefix, market, line and phase",
          "[sources][football_data]") {
  const ParsedFile file = Parsed(
      kHeader +
      ",B365H,B365D,B365A,BFH,BFD,BFA,BFDH,BFDD,BFDA,PSCH,PSCD,PSCA,PC>2.5,PC<2.5,AHh,AvgAHH,"
      "AvgAHA,AHCh,PCAHH,PCAHA\n"
      "E0,15/08/25,A,B,1,0,H,2,3.5,4,2.1,3.4,3.9,2.2,3.3,3.8,1.95,3.6,4.1,1.9,2.0,-0.25,1.85,2.05,"
      "-0.5,2.1,1.8\n");
  CHECK(file.rejected.empty());
  REQUIRE(file.quotes.size() == 7);
  const auto quote = [&](std::string_view code, Market market, Phase phase) {
    const auto found = std::find_if(file.quotes.begin(), file.quotes.end(), [&](const Quote& q) {
      return Bookmaker(q) == code && q.market == market && q.phase == phase;
    });
    REQUIRE(found != file.quotes.end());
    return *found;
  };
  CHECK(quote("bet365", Market::kMatchResult, Phase::kPreMatch).prices ==
        std::array<float, 3>{2.0F, 3.5F, 4.0F});
  CHECK(quote("betfair", Market::kMatchResult, Phase::kPreMatch).prices[1] == 3.4F);
  CHECK(quote("betfred", Market::kMatchResult, Phase::kPreMatch).prices[0] == 2.2F);
  CHECK(quote("pinnacle", Market::kMatchResult, Phase::kClosing).prices[2] == 4.1F);
  const Quote total = quote("pinnacle", Market::kTotal, Phase::kClosing);
  CHECK(total.line_quarters == 10);
  CHECK(total.prices == std::array<float, 3>{1.9F, 2.0F, 0.0F});
  CHECK(quote("average", Market::kAsianHandicap, Phase::kPreMatch).line_quarters == -1);
  CHECK(quote("pinnacle", Market::kAsianHandicap, Phase::kClosing).line_quarters == -2);
}

TEST_CASE("older spellings of odds columns are understood", "[sources][football_data]") {
  const ParsedFile file = Parsed(
      kHeader +
      ",LB,LB,LB,GB_2_5,GB_2_5_1,GBAHH,GBAHA,GBAH,BbAHh,BbAvAHH,BbAvAHA,Bb1X2,BbAH,Unnamed__30\n"
      "E0,15/08/25,A,B,1,0,H,2.25,3.2,2.75,1.75,1.95,2.2,1.62,-0.5,\"-1,-1.5\",1.9,1.9,30,20,\n");
  CHECK(file.rejected.empty());
  REQUIRE(file.quotes.size() == 4);
  const auto count = [&](std::string_view code, Market market, std::int16_t line) {
    return std::count_if(file.quotes.begin(), file.quotes.end(), [&](const Quote& q) {
      return Bookmaker(q) == code && q.market == market && q.line_quarters == line;
    });
  };
  CHECK(count("ladbrokes", Market::kMatchResult, 0) == 1);
  CHECK(count("gamebookers", Market::kTotal, 10) == 1);
  CHECK(count("gamebookers", Market::kAsianHandicap, -2) == 1);
  CHECK(count("average", Market::kAsianHandicap, -5) == 1);
}

TEST_CASE("absent odds are silent, bad ones are reported and cost their quote",
          "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader +
                                 ",B365H,B365D,B365A\n"
                                 "E0,15/08/25,A,B,1,0,H,,,\n"
                                 "E0,15/08/25,A,C,1,0,H,0,0.0,0\n"
                                 "E0,15/08/25,A,D,1,0,H,1.83,3.53.75,3.2\n"
                                 "E0,15/08/25,A,E,1,0,H,#,-,x\n"
                                 "E0,15/08/25,A,F,1,0,H,1,3,4\n"
                                 "E0,15/08/25,A,G,1,0,H,2,3,1001\n"
                                 "E0,15/08/25,A,H,1,0,H,2,3,\n"
                                 "E0,15/08/25,A,I,1,0,H,1.04,1.01,1.04\n"
                                 "E0,15/08/25,A,J,1,0,H,2,3.4,3.9\n");
  REQUIRE(file.rows.size() == 9);
  REQUIRE(file.quotes.size() == 1);
  CHECK(file.rows[8].quote_count == 1);
  std::vector<std::pair<int, std::string>> where;
  for (const Rejected& cell : file.rejected) where.emplace_back(cell.line, cell.column);
  CHECK(where == std::vector<std::pair<int, std::string>>{{4, "B365D"},
                                                          {5, "B365H"},
                                                          {5, "B365D"},
                                                          {5, "B365A"},
                                                          {6, "B365H"},
                                                          {7, "B365A"},
                                                          {8, "B365A"},
                                                          {9, "B365H"}});
}

TEST_CASE("a bad handicap is reported once and costs the odds on it", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader +
                                 ",AHh,AvgAHH,AvgAHA,PAHH,PAHA\n"
                                 "E0,15/08/25,A,B,1,0,H,-1.2,1.9,1.9,1.9,1.9\n");
  CHECK(file.quotes.empty());
  REQUIRE(file.rejected.size() == 1);
  CHECK(file.rejected[0].column == "AHh");
}

TEST_CASE("handicaps are quarters, or two neighbouring halves", "[sources][football_data]") {
  CHECK(ReadHandicapQuarters("-0.75") == -3);
  CHECK(ReadHandicapQuarters("0") == 0);
  CHECK(ReadHandicapQuarters("-1,-1.5") == -5);
  CHECK(ReadHandicapQuarters("+0.5,+1") == 3);
  for (const auto* bad : {"-1.2", "1.88", "-225", "12.5", "0,-1", "", "x"}) {
    INFO(bad);
    CHECK_FALSE(ReadHandicapQuarters(bad).has_value());
  }
}

TEST_CASE("unknown columns are reported in line 1 and ignored", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader + ",XYZH,XYZD,XYZA\nE0,15/08/25,A,B,1,0,H,2,3,4\n");
  CHECK(file.rows.size() == 1);
  CHECK(file.quotes.empty());
  REQUIRE(file.rejected.size() == 3);
  CHECK(file.rejected[0].line == 1);
  CHECK(file.rejected[0].column == "XYZH");
}

TEST_CASE("the same pairing on another date is another match", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader + "\nE0,15/08/25,A,B,1,0,H\nE0,15/02/26,A,B,1,0,H\n");
  CHECK(file.rows.size() == 2);
}

TEST_CASE("a pairing has one match on two days that follow each other",
          "[sources][football_data]") {
  const auto second = [](const char* row) {
    ParsedFile file = Parsed(kHeader + "\nE0,15/08/25,A,B,0,0,D\n" + row + "\n");
    INFO(row);
    CHECK(file.rows.size() == 1);
    CHECK(file.rows[0].full_time == Score{0, 0});
    REQUIRE(file.rejected.size() == 1);
    CHECK(file.rejected[0].line == 3);
    return file.rejected[0].reason;
  };
  CHECK(second("E0,16/08/25,A,B,3,0,H") ==
        "contradicts line 2: the same pairing on 2025-08-15 with another score; that line is kept");
  CHECK(second("E0,14/08/25,A,B,3,0,H").starts_with("contradicts line 2"));
  CHECK(second("E0,16/08/25,A,B,,,") ==
        "the same match is already in this file, line 2, on 2025-08-15");
  CHECK(second("E0,16/08/25,A,B,0,0,D") ==
        "the same match is already in this file, line 2, on 2025-08-15");
  CHECK(second("E0,15/08/25,A,B,0,0,D") == "the same match is already in this file, line 2");
  CHECK(second("E0,15/08/25,A,B,3,0,H").starts_with("contradicts line 2"));
  SECTION("which is told, and is not of a row without a score") {
    const ParsedFile file =
        Parsed(kHeader + "\nE0,15/08/25,A,B,,,\nE0,16/08/25,A,B,3,0,H\nE0,17/08/25,A,B,1,0,H\n");
    REQUIRE(file.rows.size() == 1);
    CHECK(file.rows[0].line == 3);
    CHECK(file.rows[0].full_time == Score{3, 0});
    REQUIRE(file.rejected.size() == 2);
    CHECK(file.rejected[0].line == 2);
    CHECK(file.rejected[0].reason == "line 3 has the same match with its score");
    CHECK(file.contradictions ==
          std::vector<std::string>{"line 4 contradicts line 3: the same pairing on 2025-08-16 with "
                                   "another score; that line is kept"});
  }
  SECTION("a replay lies further away, and the other side's home match is another one") {
    CHECK(Parsed(kHeader + "\nE0,15/08/25,A,B,0,0,D\nE0,17/08/25,A,B,3,0,H\n").rows.size() == 2);
    CHECK(Parsed(kHeader + "\nE0,15/08/25,A,B,0,0,D\nE0,16/08/25,B,A,3,0,H\n").rows.size() == 2);
  }
}

TEST_CASE("a file that ends within a row is told", "[sources][football_data]") {
  const std::string whole = kHeader + "\nE0,15/08/25,A,B,0,0,D\nE0,16/08/25,Arsenal,Chelsea,2,1,H";
  CHECK(Parsed(whole).cut.empty());  // no line end, but every cell
  CHECK(Parsed(whole + "\n").cut.empty());
  CHECK(Parsed(kHeader + "\nE0,15/08/25,A,B\n").cut.empty());  // short, but a line end
  CHECK(Parsed(kHeader + "\nE0,15/08/25,A,B,0,0,D\nE0,16/08/25,Arsenal,Che").cut ==
        "ends within line 3: 4 of 7 cells and no line end");
  // Wherever it is cut within the row, as long as a cell is missing.
  const std::size_t row = whole.rfind("E0,");
  for (std::size_t size = row + 1; size <= whole.rfind(','); ++size) {
    INFO(whole.substr(row, size - row));
    CHECK_FALSE(Parsed(whole.substr(0, size)).cut.empty());
  }
  CHECK_FALSE(
      Parsed("Div,Date,HomeTeam,AwayTeam,B365H,B365D,B365A\nE0,31/01/26,A,B,2,3,4\nE0,31/01",
             kFixtures)
          .cut.empty());
}

TEST_CASE("a row that cannot be read is unread, not absent", "[sources][football_data]") {
  const std::string good = "E0,15/08/25,A,B,0,0,D\nE0,16/08/25,E,F,0,0,D\n";
  const auto unread = [&](const std::string& row, const FileIdentity& identity = kSeason) {
    const ParsedFile file = Parsed(kHeader + "\n" + good + good + row + "\n", identity);
    REQUIRE(file.unread.size() == 1);
    const UnreadRow& one = file.unread[0];
    const auto name = [&](const auto& index) {
      return index ? std::string(file.Name(*index)) : std::string("?");
    };
    return fmt::format("{} {} {}-{}", file.Name(one.division),
                       one.date ? FormatDay(*one.date) : "?", name(one.home), name(one.away));
  };
  CHECK(unread("E0,16-8,C,D,2,1,H") == "E0 ? C-D");
  CHECK(unread("E0,16/08/24,C,D,2,1,H") == "E0 ? C-D");
  CHECK(unread("E1,16/08/25,C,D,2,1,H") == "E0 2025-08-16 C-D");
  CHECK(unread(",16/08/25,C,D,2,1,H") == "E0 2025-08-16 C-D");
  CHECK(unread("E0,16/08/25,,D,2,1,H") == "E0 2025-08-16 ?-D");
  CHECK(unread("E0,16/08/25,C,,2,1,H") == "E0 2025-08-16 C-?");
  CHECK(unread("E0,16/08/25,C,C,2,1,H") == "E0 2025-08-16 ?-?");
  CHECK(unread("E0,16/08/2062,C,D", kFixtures) == "E0 ? C-D");
}

TEST_CASE("a score that cannot be read is not a blank one", "[sources][football_data]") {
  const ParsedFile file =
      Parsed(kHeader + "\nE0,15/08/25,A,B,two,1,H\nE0,15/08/25,C,D,2,,H\nE0,15/08/25,E,F,,,\n");
  REQUIRE(file.rows.size() == 3);
  CHECK(file.rows[0].score_unread);
  CHECK(file.rows[1].score_unread);
  CHECK_FALSE(file.rows[2].score_unread);
}

TEST_CASE("a file that stands under another one's name is refused", "[sources][football_data]") {
  CHECK(Refusal(kHeader + "\nE1,15/08/25,A,B,0,0,D\nE1,15/08/25,C,D,0,0,D\n") ==
        "file: 2 of its 2 rows are not of E0 2526 (line 2: Div is not that of the file, E0)");
  CHECK(Refusal(kHeader + "\nE0,15/08/24,A,B,0,0,D\nE0,15/08/24,C,D,0,0,D\n") ==
        "file: 2 of its 2 rows are not of E0 2526 (line 2: Date 2024-08-15 is outside the season "
        "2526)");
}

TEST_CASE("a file of another layout is refused with its reason", "[sources][football_data]") {
  CHECK(Refusal("").find("empty") != std::string::npos);
  CHECK(Refusal("a,b\n").find("no column Div") != std::string::npos);
  CHECK(Refusal("<!DOCTYPE html>\n<html><head><title>Maintenance</title>\n") ==
        "file: is a web page, not CSV");
  CHECK(Refusal(std::string_view("\xFF\xFE"
                                 "D\0i\0v\0,\0",
                                 10))
            .starts_with("file: is UTF-16 text"));
  CHECK(Refusal("Div;Date;HomeTeam;AwayTeam;FTHG;FTAG;FTR;B365H\r\n"
                "E0;13/09/2025;A;B;1;0;H;2,1\r\n") ==
        "file: is separated by semicolons, not by commas");
  CHECK(Refusal("Country,League,Date,Time,Home,Away\n", kFixtures).find("extra-league") !=
        std::string::npos);
  CHECK(Refusal("Div,Date,HomeTeam,AwayTeam\n").find("FTHG, FTAG") != std::string::npos);
  CHECK(Refusal(kHeader + "\n") == "file: has a header and no rows");
  CHECK(Parsed("Div,Date,HomeTeam,AwayTeam\n", kFixtures).rows.empty());  // no match is coming
}

TEST_CASE("a file of carriage returns alone is read", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader + "\rE0,13/09/2025,A,B,2,1,H\rE0,20/09/2025,C,D,0,0,D\r");
  REQUIRE(file.rows.size() == 2);
  CHECK(file.rows[1].line == 3);
  CHECK(file.rows[1].full_time == Score{0, 0});
  CHECK(file.rejected.empty());
}

TEST_CASE("dates may carry the midnight that spreadsheets add", "[sources][football_data]") {
  const ParsedFile file = Parsed(kHeader +
                                 "\nE0,15/08/2025 00:00:00,A,B,1,0,H\n"
                                 "E0,16/08/2025 00:00:00,C,D,1,0,H\n");
  REQUIRE(file.rows.size() == 2);
  CHECK(file.rows[0].date == Day{2025y / August / 15});
  CHECK(file.rows[1].date == Day{2025y / August / 16});
  CHECK(file.rejected.empty());
}

TEST_CASE("the bookmaker table refuses an unknown kind", "[sources]") {
  CHECK(ReadBookmakerSeed("source,prefix,code,name,kind\nx,PS,pinnacle,Pinnacle,bookmaker\n").ok());
  CHECK_FALSE(
      ReadBookmakerSeed("source,prefix,code,name,kind\nx,PS,pinnacle,Pinnacle,bank\n").ok());
}

TEST_CASE("a file of another date format is refused", "[sources][football_data]") {
  const std::string reason = Refusal(
      "Div,Date,HomeTeam,AwayTeam\nE0,10/08/2025 15:00,Arsenal,Manchester City\n"
      "E1,11/08/2025 19:45,Leeds,Sunderland\n",
      kFixtures);
  CHECK(reason == "Date: 2 of 2 rows are not dd/mm/yyyy (line 2: '10/08/2025 15:00')");
}

TEST_CASE("fixtures need no scores, and one in a far year is rejected",
          "[sources][football_data]") {
  const ParsedFile file = Parsed(
      "Div,Date,Time,HomeTeam,AwayTeam,B365H,B365D,B365A\n"
      "E0,30/01/2026,20:00,A,B,2,3.4,3.9\n"
      "SP1,31/01/2026,15:00,C,D,2,3.4,3.9\n"
      "SP1,31/01/2016,15:00,E,F,2,3.4,3.9\n",
      kFixtures);
  REQUIRE(file.rows.size() == 2);
  CHECK(file.Name(file.rows[1].division) == "SP1");
  REQUIRE(file.rejected.size() == 1);
  CHECK(file.rejected[0].text == "E - F");
}

TEST_CASE("paths name a season file or the fixtures", "[sources][football_data]") {
  const auto season = IdentifyFile("https://www.football-data.co.uk/mmz4281/9900/SC0.csv");
  REQUIRE(season.ok());
  CHECK(season->season_start == 1999);
  CHECK(season->division == "SC0");
  CHECK(IdentifyFile("mmz4281/9394/D1.csv")->season_start == 1993);
  CHECK(IdentifyFile("mmz4281/0001/D1.csv")->season_start == 2000);
  CHECK(IdentifyFile("fixtures.csv")->kind == FileKind::kFixtures);
  CHECK(IdentifyFile("fixtures-archive/2025-09-23/fixtures.csv")->kind == FileKind::kFixtures);
  CHECK_FALSE(IdentifyFile("mmz4281/2527/E0.csv").ok());
  CHECK_FALSE(IdentifyFile("notes.txt").ok());
  const auto extra = IdentifyFile("new/ARG.csv");
  REQUIRE_FALSE(extra.ok());
  CHECK(MessageOf(extra.status()).find("extra-league") != std::string::npos);
}

TEST_CASE("a season's code and its start year say the same", "[sources][football_data]") {
  for (int year = 1993; year < 2049; ++year) CHECK(*ParseSeasonCode(SeasonCode(year)) == year);
  CHECK(SeasonStartOf(Day{2026y / June / 30}) == 2025);
  CHECK(SeasonStartOf(Day{2026y / July / 1}) == 2026);
}

TEST_CASE("a prefix listed twice is refused", "[sources][football_data]") {
  CHECK_FALSE(FootballDataReader::Make({{"P", "pinnacle"}, {"P", "paddy"}}).ok());
  CHECK_FALSE(FootballDataReader::Make({{"", "pinnacle"}}).ok());
}

}  // namespace
}  // namespace fairline::sources
