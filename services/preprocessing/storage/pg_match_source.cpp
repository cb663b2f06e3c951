#include "services/preprocessing/storage/pg_match_source.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "libs/domain/market.hpp"
#include "libs/domain/match.hpp"
#include "libs/storage/copy.hpp"
#include "libs/storage/stored.hpp"

namespace fairline::preprocessing {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::Market::kMatchResult) == 1 &&
              storage::Stored(domain::Market::kMoneyline) == 2);
static_assert(storage::Stored(domain::Phase::kPreMatch) == 1 &&
              storage::Stored(domain::Phase::kClosing) == 2);

using domain::MatchState;
using features::Fixture;
using features::Line;
using features::Match;

constexpr char kSnapshot[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
// Hash joins whatever the statistics say: right after a bulk load there are none, and then nested
// loops and JIT compilation take three times as long.
constexpr char kPlanForBulkReads[] =
    "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off";

constexpr char kDataVersion[] = "SELECT version FROM sports.v1_data_version";

// A moved moment uncovers results, ends the wait for a match that kicks off, and uncovers prices
// and fixtures fetched in between; of these there are none when the data last changed before it.
constexpr char kLearned[] =
    "SELECT (SELECT changed_at > $2::timestamptz FROM sports.v1_data_version) "
    "OR EXISTS (SELECT FROM sports.v1_matches WHERE sport = $1 AND "
    "  (sports.is_over(kickoff_time, match_date, $2::timestamptz) "
    "     <> sports.is_over(kickoff_time, match_date, $3::timestamptz) "
    "   OR (kickoff_time > $2::timestamptz AND kickoff_time <= $3::timestamptz)))";

// A match is coming until it kicks off or, without a time, until its day is over; in between and
// when it was not played it is neither coming nor finished. The sport follows, quoted.
constexpr char kMatches[] =
    "SELECT m.match_id, m.competition_id, m.tier, m.season_start, "
    "       m.match_date - DATE '1970-01-01', "
    "       m.home_team_id, m.away_team_id, m.neutral, m.state, m.home_score, m.away_score, "
    "       m.home_statistics, m.away_statistics, "
    "       coalesce(m.kickoff_time > sports.as_of(), "
    "                m.match_date >= (sports.as_of() AT TIME ZONE 'UTC')::date) "
    "FROM sports.v1_matches m JOIN sports.v1_teams h ON h.team_id = m.home_team_id "
    "  JOIN sports.v1_teams a ON a.team_id = m.away_team_id WHERE m.sport = ";
// By what the rows say, in every locale, so that the same matches are the same features to the bit
// whatever ids they have. The ids are only for what says the same twice.
constexpr char kMatchesOrder[] =
    " ORDER BY m.match_date, m.competition_code COLLATE \"C\", h.name COLLATE \"C\", "
    "   a.name COLLATE \"C\", m.match_id";

// Prices for the winner of a match: markets 1x2 and moneyline. Of several for the same line the
// last captured counts, and those of history (captured at an unknown moment) most.
constexpr char kLines[] =
    "SELECT match_id, "
    "       CASE bookmaker_code WHEN 'average' THEN 0 WHEN 'best' THEN 1 ELSE 2 END "
    "         + 3 * (phase - 1), "
    "       price_1, price_2, price_3, (extract(epoch FROM captured_at) * 1000000)::bigint "
    "FROM sports.v1_quotes "
    "WHERE market IN (1, 2) AND line_quarters = 0 "
    "  AND bookmaker_code IN ('average', 'best', 'pinnacle')";

// Summed as whole thousandths, so that the order of the rows cannot change the mean by a bit.
constexpr char kBookmakerMeans[] =
    "SELECT match_id, count(*) * 1000, sum(round(price_1 * 1000)::bigint), "
    "       sum(round(price_2 * 1000)::bigint), sum(round(price_3 * 1000)::bigint) "
    "FROM sports.v1_quotes "
    "WHERE market IN (1, 2) AND line_quarters = 0 AND phase = 1 AND captured_at IS NULL "
    "  AND bookmaker_kind <> 'aggregate' "
    "GROUP BY match_id";

float ReadPrice(storage::CopyRow& row) {
  return row.OptionalNumber<float>().value_or(features::kMissing);
}

// A row of kMatches.
struct MatchRow {
  Match match;  // without a result only its Fixture counts
  bool is_finished = false;
  bool is_coming = false;
};

absl::Status ReadStatistics(storage::CopyRow& row, features::Statistics& statistics) {
  const auto text = row.Text();
  return text ? storage::ParseArray(*text, std::span<float>(statistics)).status()
              : absl::OkStatus();
}

absl::StatusOr<MatchRow> ReadMatchRow(storage::CopyRow& row) {
  MatchRow read;
  Match& match = read.match;
  match.id = {row.Number<std::int64_t>()};
  match.competition = {row.Number<std::int64_t>()};
  match.tier = row.Number<std::int16_t>();
  match.season = row.Number<std::int16_t>();
  match.day = Day(std::chrono::days(row.Number<int>()));
  match.home = {row.Number<std::int64_t>()};
  match.away = {row.Number<std::int64_t>()};
  match.neutral = row.Boolean();
  const auto state = static_cast<MatchState>(row.Number<std::int16_t>());
  const auto home_score = row.OptionalNumber<std::int16_t>();
  const auto away_score = row.OptionalNumber<std::int16_t>();
  RETURN_IF_ERROR(ReadStatistics(row, match.home_statistics));
  RETURN_IF_ERROR(ReadStatistics(row, match.away_statistics));
  const bool not_begun = row.Boolean();

  match.home_score = home_score.value_or(0);
  match.away_score = away_score.value_or(0);
  match.awarded = state == MatchState::kAwarded;
  const bool decided =
      state == MatchState::kFinished || state == MatchState::kCorrected || match.awarded;
  read.is_finished = decided && home_score.has_value() && away_score.has_value();
  read.is_coming = state == MatchState::kScheduled && not_begun;
  return read;
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
  void AddLine(storage::CopyRow& row) {
    const auto place = places_.find(MatchId{row.Number<std::int64_t>()});
    if (place == places_.end()) return;
    const auto which = row.Number<std::size_t>();
    Line* const line = LineOf(place->second, which);
    if (line == nullptr) return;
    const Line prices = {ReadPrice(row), ReadPrice(row), ReadPrice(row)};
    const std::int64_t captured =
        row.OptionalNumber<std::int64_t>().value_or(std::numeric_limits<std::int64_t>::max());
    std::int64_t& latest = place->second.captured[which];
    if (captured < latest) return;
    latest = captured;
    *line = prices;
  }

  // A row of kBookmakerMeans.
  void AddMean(storage::CopyRow& row) {
    const auto place = places_.find(MatchId{row.Number<std::int64_t>()});
    if (place == places_.end() || place->second.match == nullptr) return;
    Match& match = *place->second.match;
    if (!std::isnan(match.average[0])) return;
    const auto thousandths = row.Number<double>();
    for (float& mean : match.bookmaker_mean) {
      const auto sum = row.OptionalNumber<double>();
      if (sum) mean = static_cast<float>(*sum / thousandths);
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
  std::int32_t place = 0;
  const std::string query = kMatches + transaction.quote(std::string(sport)) + kMatchesOrder;
  return storage::CopyOut(transaction, query, [&](storage::CopyRow& row) -> absl::Status {
    ASSIGN_OR_RETURN(MatchRow read, ReadMatchRow(row));
    read.match.place = place++;
    if (read.is_finished) {
      known.finished.push_back(read.match);
    } else if (read.is_coming) {
      known.coming.push_back(read.match);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadLines(pqxx::work& transaction, KnownMatches& known) {
  LineBook book(known);
  RETURN_IF_ERROR(storage::CopyOut(transaction, kLines, [&](storage::CopyRow& row) {
    book.AddLine(row);
    return absl::OkStatus();
  }));
  return storage::CopyOut(transaction, kBookmakerMeans, [&](storage::CopyRow& row) {
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

absl::StatusOr<bool> PgMatchSource::Learned(std::string_view sport, Instant since, Instant until,
                                            Deadline deadline) {
  if (until < since) return true;
  bool learned = true;
  RETURN_IF_ERROR(database_.Transact(
      {.as_of = until, .deadline = deadline, .read_only = true}, [&](pqxx::work& transaction) {
        learned = transaction
                      .exec_params1(kLearned, std::string(sport), FormatInstant(since),
                                    FormatInstant(until))[0]
                      .as<bool>();
        return absl::OkStatus();
      }));
  return learned;
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
