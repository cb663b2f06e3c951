// Whatever the bytes are, the reader neither crashes nor returns what cannot be.
#include <string>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "libs/csv/text.hpp"
#include "libs/sources/football_data.hpp"
#include "libs/sources/ncaa.hpp"
#include "libs/sources/soccer_challenge.hpp"

namespace fairline::sources {
namespace {

const std::string kFile =
    "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,Referee,HS,AS,B365H,B365D,B365A,"
    "PC>2.5,PC<2.5,AHh,AvgAHH,AvgAHA\r\n"
    "E0,15/08/2025,20:00,Arsenal,Leeds,2,1,H,1,0,\"Dean, M\",9,8,1.5,4,7,1.9,2,-0.25,1.9,2\r\n"
    "E0,16/08/2025,15:00,Chelsea,Fulham,0,0,D,0,0,A "
    "Taylor,9,8,1.9,3.5,4,1.9,2,\"-1,-1.5\",1.9,2\r\n";

FootballDataReader Reader() {
  return FootballDataReader::Make({{"B365", "bet365"}, {"P", "pinnacle"}, {"Avg", "average"}})
      .value();
}

void CheckWhatIsReturned(const ParsedFile& file) {
  for (const std::string& name : file.names) RC_ASSERT(csv::IsUtf8(name));
  for (const MatchRow& row : file.rows) {
    RC_ASSERT(row.home < file.names.size());
    RC_ASSERT(row.away < file.names.size());
    RC_ASSERT(row.first_quote + row.quote_count <= file.quotes.size());
    if (row.full_time) RC_ASSERT(row.full_time->home >= 0 && row.full_time->away >= 0);
  }
  for (const Quote& quote : file.quotes) {
    RC_ASSERT(quote.prices[0] > 1.0F && quote.prices[1] > 1.0F);
    RC_ASSERT((quote.prices[2] > 1.0F) == (quote.market == domain::Market::kMatchResult));
  }
  for (const Rejected& cell : file.rejected) {
    RC_ASSERT(cell.text.size() <= 200U);
    RC_ASSERT(csv::IsUtf8(cell.text));
    RC_ASSERT(!cell.reason.empty());
  }
}

TEST_CASE("a spoilt file is read or refused", "[sources][property]") {
  const FootballDataReader reader = Reader();
  CHECK(rc::check([&] {
    std::string bytes = kFile;
    const auto edits = *rc::gen::inRange(0, 12);
    for (int k = 0; k < edits; ++k) {
      const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
      const auto piece = *rc::gen::element<std::string>(
          ",", "\"", "\n", "\r\n", "/", ".", "-", "0", "9", "\x92", "\xC3", std::string(1, '\0'),
          "E0,15/08/2025,", "999999999999", "\xEF\xBB\xBF", ",,,,,,,,,,,,,,,,,,,,,,,,,,,");
      if (*rc::gen::arbitrary<bool>()) {
        bytes.insert(at, piece);
      } else {
        bytes.replace(at, *rc::gen::inRange<std::size_t>(0, 40), piece);
      }
    }
    const auto kind = *rc::gen::element(FileKind::kSeason, FileKind::kFixtures);
    const auto parsed = reader.Parse(bytes, FileIdentity{kind, 2025, "E0"});
    if (parsed.ok()) {
      CheckWhatIsReturned(*parsed);
    } else {
      RC_ASSERT(parsed.status().code() == absl::StatusCode::kInvalidArgument);
    }
  }));
}

std::string Spoilt(std::string bytes) {
  const auto edits = *rc::gen::inRange(0, 6);
  for (int k = 0; k < edits; ++k) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const auto piece = *rc::gen::element<std::string>(",", "\"", "\n", "/", "-", "9", "\x92",
                                                      std::string(1, '\0'), "999999999999", "");
    bytes.replace(at, *rc::gen::inRange<std::size_t>(0, 20), piece);
  }
  return bytes;
}

TEST_CASE("a spoilt file of the challenge or of the NCAA is read or refused by its line",
          "[sources][property]") {
  const auto check_refusal = [](const absl::Status& status) {
    const std::string message(status.message());
    RC_ASSERT(status.code() == absl::StatusCode::kInvalidArgument);
    RC_ASSERT((message.starts_with("line ") || message.starts_with("header: ")));
  };
  CHECK(rc::check([&] {
    const auto read = ReadChallengeTraining(
        Spoilt("Sea,Lge,Date,HT,AT,HS,AS,GD,WDL\n00-01,GER1,11/08/2000,Dortmund,Hansa,1,0,1,W\n"
               "00-01,GER1,12/08/2000,Bayern,Hertha,1,3,-2,L\n"));
    if (!read.ok()) return check_refusal(read.status());
    for (const ChallengeResult& result : *read) {
      RC_ASSERT(csv::IsUtf8(result.home) && csv::IsUtf8(result.away));
      RC_ASSERT((!result.home.empty() && result.home != result.away));
      RC_ASSERT((result.home_goals >= 0 && result.away_goals >= 0));
    }
  }));
  CHECK(rc::check([&] {
    const auto read =
        ReadNcaaGames(Spoilt("Season,DayNum,WTeamID,WScore,LTeamID,LScore,WLoc,NumOT\n"
                             "1985,20,1228,81,1328,64,N,0\n1985,25,1106,77,1354,70,H,1\n"));
    if (!read.ok()) return check_refusal(read.status());
    for (const NcaaGame& game : *read) RC_ASSERT(game.winner_score > game.loser_score);
  }));
}

}  // namespace
}  // namespace fairline::sources
