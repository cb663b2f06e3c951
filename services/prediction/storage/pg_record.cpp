#include "services/prediction/storage/pg_record.hpp"

#include <fmt/format.h>

#include "libs/domain/market.hpp"
#include "libs/domain/match.hpp"
#include "libs/storage/array.hpp"
#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"

namespace fairline::prediction {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::MatchState::kPostponed) == 2 &&
              storage::Stored(domain::MatchState::kAbandoned) == 3 &&
              storage::Stored(domain::MatchState::kAwarded) == 5);
static_assert(storage::Stored(domain::Market::kMatchResult) == 1 &&
              storage::Stored(domain::Market::kMoneyline) == 2);
static_assert(storage::Stored(domain::Phase::kClosing) == 2);

// Sealing holds the first lock shared and closing a day holds it alone; the second is held by who
// seals, so that two of them cannot both find that something is not sealed yet.
constexpr const char* kBeginSealing =
    "SELECT pg_advisory_xact_lock_shared(7340712), pg_advisory_xact_lock(7340713)";
constexpr const char* kBeginClosing = "SELECT pg_advisory_xact_lock(7340712)";
constexpr const char* kNow = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
// Without a kick-off time a match is hidden until its day is over. The day is never a sealed one,
// wherever the clock stands.
constexpr const char* kAddLine =
    "INSERT INTO prediction.record_lines (day, sealed_at, kind, match_id, hidden_until, line, "
    "  sha256) "
    "VALUES (greatest(($1::timestamptz AT TIME ZONE 'UTC')::date, "
    "    (SELECT max(day) + 1 FROM prediction.seals)), $1, 1, $2, "
    "  coalesce($3::timestamptz, ($4::date + 1)::timestamp AT TIME ZONE 'UTC'), $5, $6)";
constexpr const char* kNewestLine =
    "SELECT l.line, EXISTS (SELECT FROM prediction.record_lines w WHERE w.withdraws = l.line_id) "
    "FROM prediction.record_lines l WHERE l.kind = 1 AND l.match_id = $1 "
    "ORDER BY l.line_id DESC LIMIT 1";
constexpr const char* kAddWithdrawal =
    "INSERT INTO prediction.record_lines (day, sealed_at, kind, match_id, hidden_until, "
    "  withdraws, reason, line, sha256) "
    "SELECT greatest(($1::timestamptz AT TIME ZONE 'UTC')::date, "
    "    (SELECT max(day) + 1 FROM prediction.seals)), "
    "  $1, 2, match_id, hidden_until, line_id, $3, $4, $5 "
    "FROM prediction.record_lines WHERE line_id = $2 "
    "ON CONFLICT (withdraws) DO NOTHING";
// Of matches that have not begun, and of those that were not played on the day they were announced
// for: 2 and 3 are postponed and abandoned, 5 awarded, which may have been played before.
constexpr const char* kStanding =
    "WITH standing AS MATERIALIZED ( "
    "  SELECT l.* FROM prediction.record_lines l "
    "  WHERE l.kind = 1 AND NOT EXISTS "
    "      (SELECT FROM prediction.record_lines w WHERE w.withdraws = l.line_id) "
    "    AND (l.hidden_until > $1 OR NOT EXISTS "
    "      (SELECT FROM prediction.scores s WHERE s.match_id = l.match_id))) "
    "SELECT l.line_id, l.sha256, l.line, m.match_date - DATE '1970-01-01' "
    "FROM standing l LEFT JOIN sports.v1_matches m USING (match_id) "
    "WHERE l.hidden_until > $1 OR m.state IN (2, 3) "
    "  OR (m.state = 5 AND m.settlement_home_score IS NULL) "
    "  OR EXISTS (SELECT FROM sports.v1_taken_back_matches t WHERE t.match_id = l.match_id) "
    "  OR m.match_date <> (l.line::jsonb->>'match_date')::date "
    "ORDER BY l.line_id";
// A forecast is scored by what was played, whatever the league made of it later. A line of a match
// that moved to another day spoke of another match, and one that was made after the match had begun
// (earlier than announced) is no forecast. Phase 2 is closing.
constexpr const char* kUnscored =
    "WITH due AS ( "
    "  SELECT m.*, coalesce(s.revision, 0) + 1 AS revision "
    "  FROM (SELECT DISTINCT match_id FROM prediction.record_lines "
    "        WHERE kind = 1 AND hidden_until <= sports.as_of()) l "
    "  JOIN sports.v1_matches m USING (match_id) "
    "  LEFT JOIN LATERAL (SELECT revision, home_score, away_score FROM prediction.scores "
    "    WHERE match_id = m.match_id ORDER BY revision DESC LIMIT 1) s ON true "
    "  WHERE m.settlement_home_score IS NOT NULL AND (s.revision IS NULL OR "
    "    (s.home_score, s.away_score) IS DISTINCT FROM "
    "    (m.settlement_home_score, m.settlement_away_score))) "
    "SELECT last.line_id, last.sha256, last.line, m.revision, "
    "  m.competition_id, m.competition_code, m.season_start, m.match_date - DATE '1970-01-01', "
    "  m.settlement_home_score, m.settlement_away_score, p.price_1, p.price_2, p.price_3, "
    "a.price_1, a.price_2, "
    "  a.price_3 "
    "FROM due m "
    "JOIN LATERAL (SELECT l.line_id, l.sha256, l.line FROM prediction.record_lines l "
    "  WHERE l.kind = 1 AND l.match_id = m.match_id "
    "    AND (l.line::jsonb->>'match_date')::date = m.match_date "
    "    AND (l.line::jsonb->>'as_of')::timestamptz < coalesce(m.kickoff_time, "
    "      (m.match_date + 1)::timestamp AT TIME ZONE 'UTC') "
    "    AND NOT EXISTS (SELECT FROM prediction.record_lines w WHERE w.withdraws = l.line_id "
    "      AND w.reason IN ('match_moved', 'match_not_coming')) "
    "  ORDER BY l.line_id DESC LIMIT 1) last ON true "
    "LEFT JOIN LATERAL (SELECT price_1, price_2, price_3 FROM sports.v1_quotes q "
    "  WHERE q.match_id = m.match_id AND q.match_date = m.match_date AND q.market IN (1, 2) "
    "    AND q.phase = 2 AND q.bookmaker_code = 'pinnacle' LIMIT 1) p ON true "
    "LEFT JOIN LATERAL (SELECT price_1, price_2, price_3 FROM sports.v1_quotes q "
    "  WHERE q.match_id = m.match_id AND q.match_date = m.match_date AND q.market IN (1, 2) "
    "    AND q.phase = 2 AND q.bookmaker_code = 'average' LIMIT 1) a ON true "
    "ORDER BY last.line_id";
constexpr const char* kCounts =
    "SELECT w.competition_id, w.season_start, "
    "  count(*) FILTER (WHERE m.settlement_home_score > m.settlement_away_score), "
    "  count(*) FILTER (WHERE m.settlement_home_score = m.settlement_away_score), "
    "  count(*) FILTER (WHERE m.settlement_home_score < m.settlement_away_score) "
    "FROM (SELECT DISTINCT * FROM unnest($1::smallint[], $2::smallint[]) "
    "      AS u(competition_id, season_start)) w "
    "JOIN sports.v1_matches m ON m.competition_id = w.competition_id "
    "  AND m.season_start BETWEEN w.season_start - 5 AND w.season_start - 1 "
    "  AND m.settlement_home_score IS NOT NULL "
    "GROUP BY 1, 2";
// Of newest scores whose match shows no longer, or shows as abandoned or awarded without a score
// that was played.
constexpr const char* kAnnulScores =
    "INSERT INTO prediction.scores (line_id, match_id, revision, match_date, competition_code, "
    "  base_probabilities, closing_probabilities, closing_source) "
    "SELECT s.line_id, s.match_id, s.revision + 1, s.match_date, s.competition_code, '{}', '{}', "
    "'' "
    "FROM (SELECT DISTINCT ON (match_id) * FROM prediction.scores "
    "      ORDER BY match_id, revision DESC) s "
    "LEFT JOIN sports.v1_matches m USING (match_id) "
    "WHERE s.result IS NOT NULL AND ((m.state IN (3, 5) AND m.settlement_home_score IS NULL) "
    "  OR EXISTS (SELECT FROM sports.v1_taken_back_matches t WHERE t.match_id = s.match_id)) "
    "ON CONFLICT DO NOTHING";
constexpr const char* kAddScore =
    "INSERT INTO prediction.scores (line_id, match_id, revision, match_date, competition_code, "
    "  home_score, away_score, result, base_probabilities, closing_probabilities, closing_source) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
// What day it is by the database's clock and by this host's: a day is over when it is over by both.
constexpr const char* kToday =
    "SELECT least((clock_timestamp() AT TIME ZONE 'UTC')::date, $1::date)::text";
constexpr const char* kLinesAhead =
    "SELECT EXISTS (SELECT FROM prediction.record_lines WHERE day > greatest($1::date, "
    "  (SELECT max(day) + 1 FROM prediction.seals)))";
constexpr const char* kDateBack = "SELECT prediction.date_back_open_lines($1::date)";
// A clock that ran ahead over midnight leaves a last seal ahead of the day. The days behind it wait
// for the clock, unless that would take more than a week: then the day of the chain ends with the
// day on which its lines were written.
constexpr const char* kOpenDays =
    "SELECT DISTINCT l.day - DATE '1970-01-01' FROM prediction.record_lines l "
    "WHERE l.day > coalesce((SELECT max(day) FROM prediction.seals), '-infinity') "
    "  AND (l.day < $1::date OR (l.day > $1::date + 7 AND NOT EXISTS "
    "    (SELECT FROM prediction.record_lines t WHERE t.day = l.day "
    "       AND (t.sealed_at AT TIME ZONE 'UTC')::date BETWEEN $1::date AND $1::date + 1))) "
    "ORDER BY 1";
constexpr const char* kDayHashes =
    "SELECT sha256 FROM prediction.record_lines WHERE day = $1 ORDER BY line_id";
constexpr const char* kLastSeal = "SELECT sha256 FROM prediction.seals ORDER BY day DESC LIMIT 1";
constexpr const char* kAddSeal =
    "INSERT INTO prediction.seals (day, lines, lines_sha256, previous_sha256, sha256) "
    "VALUES ($1, $2, $3, $4, $5)";
constexpr const char* kSeals =
    "SELECT day - DATE '1970-01-01', lines, lines_sha256, previous_sha256, sha256 "
    "FROM prediction.seals WHERE day > coalesce($1::date, '-infinity') ORDER BY day LIMIT $2";
constexpr const char* kLines =
    "SELECT line_id, sha256, CASE WHEN hidden_until <= $4 THEN line ELSE '' END "
    "FROM prediction.record_lines WHERE day = $1 AND line_id > $2 ORDER BY line_id LIMIT $3";
constexpr const char* kScored =
    "SELECT l.line, s.line_id, s.match_id, s.revision, s.match_date - DATE '1970-01-01', "
    "  s.competition_code, s.home_score, s.away_score, s.result, "
    "  s.base_probabilities, s.closing_probabilities, "
    "  s.closing_source "
    "FROM prediction.scores s JOIN prediction.record_lines l USING (line_id) "
    "WHERE NOT EXISTS (SELECT FROM prediction.scores newer WHERE newer.match_id = s.match_id "
    "    AND newer.revision > s.revision) "
    "  AND s.result IS NOT NULL "
    "  AND ($1::date IS NULL OR s.match_date >= $1) AND ($2::date IS NULL OR s.match_date <= $2) "
    "  AND ($3 = '' OR s.competition_code = $3) "
    "  AND ($4 = '' OR l.line::jsonb->>'information' = $4) "
    "  AND ($5::date IS NULL OR (s.match_date, s.match_id) < ($5, $6)) "
    "ORDER BY s.match_date DESC, s.match_id DESC LIMIT nullif($7, 0)";
constexpr const char* kCountUnscored =
    "SELECT count(*) FILTER (WHERE withdrawn), count(*) FILTER (WHERE NOT withdrawn) FROM ( "
    "  SELECT DISTINCT ON (l.match_id) EXISTS (SELECT FROM prediction.record_lines w "
    "    WHERE w.withdraws = l.line_id AND w.reason <> 'price_gone') AS withdrawn "
    "  FROM prediction.record_lines l "
    "  WHERE l.kind = 1 AND l.hidden_until <= $2 AND NOT EXISTS "
    "      (SELECT FROM prediction.scores s WHERE s.match_id = l.match_id) "
    "    AND ($1 = '' OR l.line::jsonb->>'competition' = $1) "
    "  ORDER BY l.match_id, l.line_id DESC) AS unscored";
constexpr const char* kScoresStamp =
    "SELECT count(*) || '/' || coalesce(max(scored_at)::text, '') FROM prediction.scores";

features::Line AsLine(const pqxx::row& row, int first) {
  features::Line line = features::kNoLine;
  for (int i = 0; i < 3; ++i) {
    if (!row[first + i].is_null()) line[static_cast<std::size_t>(i)] = row[first + i].as<float>();
  }
  return line;
}

std::vector<double> Numbers(const pqxx::field& array) {
  std::vector<double> numbers;
  storage::ParseArray(array.as<std::string>(), numbers);
  return numbers;
}

storage::TransactionOptions ReadingAt(std::optional<Instant> as_of, Deadline deadline) {
  return {.as_of = as_of, .deadline = deadline, .read_only = true};
}

void CloseDay(pqxx::work& tx, Day day) {
  std::vector<std::string> hashes;
  for (const auto& row : tx.exec_params(kDayHashes, FormatDay(day))) {
    hashes.push_back(row[0].as<std::string>());
  }
  const pqxx::result last = tx.exec(kLastSeal);
  const std::string previous = last.empty() ? std::string(record::kNoSeal) : last[0][0].c_str();
  const record::Seal seal = record::MakeSeal(day, hashes, previous);
  tx.exec_params(kAddSeal, FormatDay(day), seal.lines, seal.lines_sha256, seal.previous_sha256,
                 seal.sha256);
}

absl::StatusOr<ScoredForecast> AsScored(const pqxx::row& row) {
  ScoredForecast scored;
  ASSIGN_OR_RETURN(scored.forecast, ParseForecastLine(row[0].as<std::string>()));
  scored.score = {.line_id = row[1].as<std::int64_t>(),
                  .match = {row[2].as<std::int64_t>()},
                  .revision = row[3].as<std::int32_t>(),
                  .match_date = storage::AsDay(row[4]),
                  .competition_code = row[5].as<std::string>(),
                  .home_score = row[6].as<std::int16_t>(),
                  .away_score = row[7].as<std::int16_t>(),
                  .result = row[8].as<std::size_t>(),
                  .base_probabilities = Numbers(row[9]),
                  .closing_probabilities = Numbers(row[10]),
                  .closing_source = row[11].as<std::string>()};
  return scored;
}

}  // namespace

Instant BeginSealing(pqxx::work& tx) {
  tx.exec(kBeginSealing);
  return storage::AsInstant(tx.exec1(kNow)[0]);
}

bool AddForecastLine(pqxx::work& tx, const SealedForecast& forecast, const std::string& policy_json,
                     Instant sealed_at) {
  const std::string line = ForecastLine(forecast, policy_json, sealed_at);
  const pqxx::result newest = tx.exec_params(kNewestLine, forecast.match.value);
  const bool stands = !newest.empty() && !newest[0][1].as<bool>();
  if (stands && SayTheSame(newest[0][0].as<std::string>(), line)) return false;
  tx.exec_params(kAddLine, FormatInstant(sealed_at), forecast.match.value,
                 storage::AsText(forecast.kickoff), FormatDay(forecast.match_date), line,
                 record::LineHash(line));
  return true;
}

absl::StatusOr<std::vector<StandingLine>> PgRecord::Standing(Instant as_of, Deadline deadline) {
  std::vector<StandingLine> standing;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(as_of, deadline), [&](pqxx::work& tx) {
    standing.clear();
    for (const auto& row : tx.exec_params(kStanding, FormatInstant(as_of))) {
      StandingLine& line = standing.emplace_back(StandingLine{
          row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<std::string>(), {}});
      if (!row[3].is_null()) line.match_date = storage::AsDay(row[3]);
    }
    return absl::OkStatus();
  }));
  return standing;
}

absl::StatusOr<std::int64_t> PgRecord::Withdraw(const std::vector<Withdrawal>& withdrawals,
                                                Deadline deadline) {
  std::int64_t added = 0;
  RETURN_IF_ERROR(database_.Transact({.deadline = deadline}, [&](pqxx::work& tx) {
    added = 0;
    const Instant now = BeginSealing(tx);
    for (const Withdrawal& each : withdrawals) {
      const std::string line =
          WithdrawalLine(each.forecast.match, each.withdrawn.sha256, each.reason, now);
      added += static_cast<std::int64_t>(
          tx.exec_params(kAddWithdrawal, FormatInstant(now), each.withdrawn.line_id,
                         std::string(WithdrawalReasonName(each.reason)), line,
                         record::LineHash(line))
              .affected_rows());
    }
    return absl::OkStatus();
  }));
  return added;
}

absl::StatusOr<std::vector<Unscored>> PgRecord::FindUnscored(Instant as_of, Deadline deadline) {
  std::vector<Unscored> unscored;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(as_of, deadline), [&](pqxx::work& tx) {
    unscored.clear();
    for (const auto& row : tx.exec(kUnscored)) {
      unscored.push_back({.last = {row[0].as<std::int64_t>(),
                                   row[1].as<std::string>(),
                                   row[2].as<std::string>(),
                                   {}},
                          .revision = row[3].as<std::int32_t>(),
                          .competition = {row[4].as<std::int64_t>()},
                          .competition_code = row[5].as<std::string>(),
                          .season_start = row[6].as<std::int16_t>(),
                          .match_date = storage::AsDay(row[7]),
                          .home_score = row[8].as<std::int16_t>(),
                          .away_score = row[9].as<std::int16_t>(),
                          .pinnacle_closing = AsLine(row, 10),
                          .average_closing = AsLine(row, 13)});
    }
    return absl::OkStatus();
  }));
  return unscored;
}

absl::StatusOr<std::vector<ResultCounts>> PgRecord::CountResults(std::span<const Unscored> matches,
                                                                 Instant as_of, Deadline deadline) {
  std::string competitions, seasons;
  for (const Unscored& match : matches) {
    const char* const comma = competitions.empty() ? "" : ",";
    competitions += fmt::format("{}{}", comma, match.competition.value);
    seasons += fmt::format("{}{}", comma, match.season_start);
  }
  std::vector<ResultCounts> counts;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(as_of, deadline), [&](pqxx::work& tx) {
    counts.clear();
    for (const auto& row : tx.exec_params(kCounts, "{" + competitions + "}", "{" + seasons + "}")) {
      counts.push_back(
          {{row[0].as<std::int64_t>()},
           row[1].as<std::int16_t>(),
           {row[2].as<std::int64_t>(), row[3].as<std::int64_t>(), row[4].as<std::int64_t>()}});
    }
    return absl::OkStatus();
  }));
  return counts;
}

absl::StatusOr<std::int64_t> PgRecord::AddScores(const std::vector<RecordScore>& scores,
                                                 Deadline deadline) {
  std::int64_t added = 0;
  RETURN_IF_ERROR(database_.Transact({.deadline = deadline}, [&](pqxx::work& tx) {
    added = 0;
    for (const RecordScore& score : scores) {
      added += static_cast<std::int64_t>(
          tx.exec_params(kAddScore, score.line_id, score.match.value, score.revision,
                         FormatDay(score.match_date), score.competition_code, score.home_score,
                         score.away_score, static_cast<int>(score.result),
                         storage::FormatArray(score.base_probabilities),
                         storage::FormatArray(score.closing_probabilities), score.closing_source)
              .affected_rows());
    }
    return absl::OkStatus();
  }));
  return added;
}

absl::StatusOr<std::int64_t> PgRecord::AnnulScores(Instant as_of, Deadline deadline) {
  std::int64_t annulled = 0;
  RETURN_IF_ERROR(database_.Transact({.as_of = as_of, .deadline = deadline}, [&](pqxx::work& tx) {
    annulled = static_cast<std::int64_t>(tx.exec(kAnnulScores).affected_rows());
    return absl::OkStatus();
  }));
  return annulled;
}

absl::StatusOr<std::int64_t> PgRecord::CloseDays(Deadline deadline) {
  std::int64_t closed = 0;
  RETURN_IF_ERROR(database_.Transact({.deadline = deadline}, [&](pqxx::work& tx) {
    closed = 0;
    const std::string today =
        tx.exec_params1(kToday, FormatDay(std::chrono::floor<std::chrono::days>(clock_.Now())))[0]
            .as<std::string>();
    const bool ahead = tx.exec_params1(kLinesAhead, today)[0].as<bool>();
    if (!ahead && tx.exec_params(kOpenDays, today).empty()) return absl::OkStatus();
    tx.exec(kBeginClosing);
    if (ahead) tx.exec_params(kDateBack, today);
    // Looked at again: another replica may have closed them while this one waited.
    for (const auto& row : tx.exec_params(kOpenDays, today)) {
      CloseDay(tx, storage::AsDay(row[0]));
      ++closed;
    }
    return absl::OkStatus();
  }));
  return closed;
}

absl::StatusOr<std::vector<record::Seal>> PgRecord::ListSeals(std::optional<Day> after, int limit,
                                                              Deadline deadline) {
  std::vector<record::Seal> seals;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(std::nullopt, deadline), [&](pqxx::work& tx) {
    seals.clear();
    for (const auto& row : tx.exec_params(kSeals, storage::AsText(after), limit)) {
      seals.push_back({.day = storage::AsDay(row[0]),
                       .lines = row[1].as<std::int64_t>(),
                       .lines_sha256 = row[2].as<std::string>(),
                       .previous_sha256 = row[3].as<std::string>(),
                       .sha256 = row[4].as<std::string>()});
    }
    return absl::OkStatus();
  }));
  return seals;
}

absl::StatusOr<std::vector<PublicLine>> PgRecord::ListLines(Day day, std::int64_t after_line,
                                                            int limit, Instant as_of,
                                                            Deadline deadline) {
  std::vector<PublicLine> lines;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(as_of, deadline), [&](pqxx::work& tx) {
    lines.clear();
    for (const auto& row :
         tx.exec_params(kLines, FormatDay(day), after_line, limit, FormatInstant(as_of))) {
      lines.push_back(
          {row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<std::string>()});
    }
    return absl::OkStatus();
  }));
  return lines;
}

absl::StatusOr<std::vector<ScoredForecast>> PgRecord::ListScored(const ScoredFilter& filter,
                                                                 Deadline deadline) {
  std::vector<ScoredForecast> scored;
  std::optional<Day> behind_day;
  std::int64_t behind_match = 0;
  if (filter.behind) {
    behind_day = filter.behind->first;
    behind_match = filter.behind->second.value;
  }
  RETURN_IF_ERROR(
      database_.Transact(ReadingAt(std::nullopt, deadline), [&](pqxx::work& tx) -> absl::Status {
        scored.clear();
        for (const auto& row :
             tx.exec_params(kScored, storage::AsText(filter.from), storage::AsText(filter.to),
                            filter.competition_code, filter.information,
                            storage::AsText(behind_day), behind_match, filter.limit)) {
          ASSIGN_OR_RETURN(ScoredForecast each, AsScored(row));
          scored.push_back(std::move(each));
        }
        return absl::OkStatus();
      }));
  return scored;
}

absl::StatusOr<UnscoredCounts> PgRecord::CountUnscored(const std::string& competition_code,
                                                       Instant as_of, Deadline deadline) {
  UnscoredCounts counts;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(as_of, deadline), [&](pqxx::work& tx) {
    const pqxx::row row = tx.exec_params1(kCountUnscored, competition_code, FormatInstant(as_of));
    counts = {row[0].as<std::int64_t>(), row[1].as<std::int64_t>()};
    return absl::OkStatus();
  }));
  return counts;
}

absl::StatusOr<std::string> PgRecord::ScoresStamp(Deadline deadline) {
  std::string stamp;
  RETURN_IF_ERROR(database_.Transact(ReadingAt(std::nullopt, deadline), [&](pqxx::work& tx) {
    stamp = tx.exec1(kScoresStamp)[0].as<std::string>();
    return absl::OkStatus();
  }));
  return stamp;
}

}  // namespace fairline::prediction
