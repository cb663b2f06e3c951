#include "services/preprocessing/storage/pg_match_source.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <unordered_map>

#include "libs/domain/market.hpp"
#include "services/preprocessing/storage/real_array.hpp"

namespace fairline::preprocessing {
namespace {

using domain::MatchState;
using features::Fixture;
using features::Line;
using features::Match;

constexpr char kSnapshot[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
// The cursors below are read to their end, by hash joins whatever the statistics say: right after a
// bulk load there are none, and then nested loops and JIT compilation take three times as long.
constexpr char kPlanForBulkReads[] =
    "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL enable_nestloop = off; "
    "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off";

constexpr char kDataVersion[] = "SELECT version FROM sports.v1_data_version";

// A match is coming until it kicks off or, without a time, until its day is over; in between and
// when it was not played it is neither coming nor finished.
constexpr char kMatches[] =
    "DECLARE bulk NO SCROLL CURSOR FOR "
    "SELECT match_id, competition_id, tier, season_start, match_date - DATE '1970-01-01', "
    "       home_team_id, away_team_id, neutral, state, home_score, away_score, "
    "       home_statistics, away_statistics, "
    "       coalesce(kickoff_time > sports.as_of(), "
    "                match_date >= (sports.as_of() AT TIME ZONE 'UTC')::date) "
    "FROM sports.v1_matches WHERE sport = $1 ORDER BY match_date, match_id";

// Prices for the winner of a match: markets 1x2 and moneyline. Of several for the same line the
// last captured counts, and those of history (captured at an unknown moment) most.
constexpr char kLines[] =
    "DECLARE bulk NO SCROLL CURSOR FOR "
    "SELECT match_id, "
    "       CASE bookmaker_code WHEN 'average' THEN 0 WHEN 'best' THEN 1 ELSE 2 END "
    "         + 3 * (phase - 1), "
    "       price_1, price_2, price_3, (extract(epoch FROM captured_at) * 1000000)::bigint "
    "FROM sports.v1_quotes "
    "WHERE market IN (1, 2) AND line_quarters = 0 "
    "  AND bookmaker_code IN ('average', 'best', 'pinnacle')";

// Summed as whole thousandths, so that the order of the rows cannot change the mean by a bit.
constexpr char kBookmakerMeans[] =
    "DECLARE bulk NO SCROLL CURSOR FOR "
    "SELECT match_id, count(*) * 1000, sum(round(price_1 * 1000)::bigint), "
    "       sum(round(price_2 * 1000)::bigint), sum(round(price_3 * 1000)::bigint) "
    "FROM sports.v1_quotes "
    "WHERE market IN (1, 2) AND line_quarters = 0 AND phase = 1 AND captured_at IS NULL "
    "  AND bookmaker_kind <> 'aggregate' "
    "GROUP BY match_id";

constexpr char kFetch[] = "FETCH FORWARD 20000 FROM bulk";
constexpr char kClose[] = "CLOSE bulk";

using RowHandler = std::function<absl::Status(const pqxx::row&)>;

// Reads the open cursor "bulk" to its end.
absl::Status ForEachRow(pqxx::work& transaction, const RowHandler& handle) {
  while (true) {
    const pqxx::result rows = transaction.exec(kFetch);
    if (rows.empty()) break;
    for (const pqxx::row& row : rows) RETURN_IF_ERROR(handle(row));
  }
  transaction.exec(kClose);
  return absl::OkStatus();
}

std::string_view Text(const pqxx::field& field) { return {field.c_str(), field.size()}; }

float PriceOf(const pqxx::field& field) {
  return field.is_null() ? features::kMissing : field.as<float>();
}

Fixture ReadFixture(const pqxx::row& row) {
  Fixture fixture;
  fixture.id = {row[0].as<std::int64_t>()};
  fixture.competition = {row[1].as<std::int64_t>()};
  fixture.tier = row[2].as<std::int16_t>();
  fixture.season = row[3].as<std::int16_t>();
  fixture.day = Day(std::chrono::days(row[4].as<int>()));
  fixture.home = {row[5].as<std::int64_t>()};
  fixture.away = {row[6].as<std::int64_t>()};
  fixture.neutral = row[7].as<bool>();
  return fixture;
}

absl::StatusOr<Match> ReadResult(const Fixture& fixture, const pqxx::row& row) {
  Match match{fixture};
  match.home_score = row[9].as<std::int16_t>();
  match.away_score = row[10].as<std::int16_t>();
  for (const auto& [column, statistics] :
       {std::pair(11, &match.home_statistics), std::pair(12, &match.away_statistics)}) {
    if (row[column].is_null()) continue;
    RETURN_IF_ERROR(ParseRealArray(Text(row[column]), *statistics).status());
  }
  return match;
}

MatchState StateOf(const pqxx::row& row) {
  return static_cast<MatchState>(row[8].as<std::int16_t>());
}

bool IsComing(const pqxx::row& row) {
  return StateOf(row) == MatchState::kScheduled && row[13].as<bool>();
}

// An awarded score says nothing about how well anybody plays.
bool WasPlayed(const pqxx::row& row) {
  const MatchState state = StateOf(row);
  return (state == MatchState::kFinished || state == MatchState::kCorrected) && !row[9].is_null();
}

// The matches read, by id, to put their lines in.
class LineBook {
 public:
  explicit LineBook(KnownMatches& known) {
    places_.reserve(known.finished.size() + known.coming.size());
    for (Match& match : known.finished) places_.try_emplace(match.id, &match, &match);
    for (Fixture& fixture : known.coming) places_.try_emplace(fixture.id, &fixture, nullptr);
  }

  // A row of kLines.
  void AddLine(const pqxx::row& row) {
    const auto place = places_.find(MatchId{row[0].as<std::int64_t>()});
    if (place == places_.end()) return;
    const auto which = row[1].as<std::size_t>();
    Line* const line = LineOf(place->second, which);
    if (line == nullptr) return;
    const std::int64_t captured =
        row[5].is_null() ? std::numeric_limits<std::int64_t>::max() : row[5].as<std::int64_t>();
    std::int64_t& latest = place->second.captured[which];
    if (captured < latest) return;
    latest = captured;
    *line = {PriceOf(row[2]), PriceOf(row[3]), PriceOf(row[4])};
  }

  // A row of kBookmakerMeans.
  void AddMean(const pqxx::row& row) {
    const auto place = places_.find(MatchId{row[0].as<std::int64_t>()});
    if (place == places_.end() || place->second.match == nullptr) return;
    Match& match = *place->second.match;
    if (!std::isnan(match.average[0])) return;
    const double thousandths = row[1].as<double>();
    for (int i = 0; i < 3; ++i) {
      const pqxx::field sum = row[2 + i];
      if (!sum.is_null()) {
        match.bookmaker_mean[static_cast<std::size_t>(i)] =
            static_cast<float>(sum.as<double>() / thousandths);
      }
    }
  }

 private:
  static constexpr std::size_t kNumberedLines = 6;
  struct Place {
    Fixture* fixture;
    Match* match;  // null for a coming match
    std::array<std::int64_t, kNumberedLines> captured;

    Place(Fixture* f, Match* m) : fixture(f), match(m) {
      captured.fill(std::numeric_limits<std::int64_t>::min());
    }
  };

  // By the number that kLines gives it; null when that is of no use.
  static Line* LineOf(const Place& place, std::size_t which) {
    switch (which) {
      case 0:
        return &place.fixture->average;
      case 1:
        return &place.fixture->best;
      case 2:
        return &place.fixture->pinnacle;
      case 3:
        return place.match == nullptr ? nullptr : &place.match->average_closing;
      case 5:
        return place.match == nullptr ? nullptr : &place.match->pinnacle_closing;
      default:
        return nullptr;
    }
  }

  std::unordered_map<MatchId, Place> places_;
};

absl::Status ReadMatches(pqxx::work& transaction, std::string_view sport, KnownMatches& known) {
  transaction.exec_params(kMatches, std::string(sport));
  return ForEachRow(transaction, [&](const pqxx::row& row) -> absl::Status {
    const Fixture fixture = ReadFixture(row);
    if (WasPlayed(row)) {
      ASSIGN_OR_RETURN(const Match match, ReadResult(fixture, row));
      known.finished.push_back(match);
    } else if (IsComing(row)) {
      known.coming.push_back(fixture);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadLines(pqxx::work& transaction, KnownMatches& known) {
  LineBook book(known);
  transaction.exec(kLines);
  RETURN_IF_ERROR(ForEachRow(transaction, [&](const pqxx::row& row) {
    book.AddLine(row);
    return absl::OkStatus();
  }));
  transaction.exec(kBookmakerMeans);
  return ForEachRow(transaction, [&](const pqxx::row& row) {
    book.AddMean(row);
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<std::int64_t> PgMatchSource::DataVersion(Deadline deadline) {
  std::int64_t version = 0;
  RETURN_IF_ERROR(
      database_.Transact({.deadline = deadline, .read_only = true}, [&](pqxx::work& transaction) {
        version = transaction.exec1(kDataVersion)[0].as<std::int64_t>();
        return absl::OkStatus();
      }));
  return version;
}

absl::StatusOr<KnownMatches> PgMatchSource::Read(std::string_view sport, Instant as_of,
                                                 Deadline deadline) {
  KnownMatches known;
  const auto read = [&](pqxx::work& transaction) -> absl::Status {
    known = {};
    transaction.exec(kSnapshot);
    transaction.exec(kPlanForBulkReads);
    known.data_version = transaction.exec1(kDataVersion)[0].as<std::int64_t>();
    RETURN_IF_ERROR(ReadMatches(transaction, sport, known));
    return ReadLines(transaction, known);
  };
  RETURN_IF_ERROR(
      database_.Transact({.as_of = as_of, .deadline = deadline, .read_only = true}, read));
  return known;
}

}  // namespace fairline::preprocessing
