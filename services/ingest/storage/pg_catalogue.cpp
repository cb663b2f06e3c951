#include "services/ingest/storage/pg_catalogue.hpp"

#include <charconv>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "libs/domain/match.hpp"
#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/batch_rows.hpp"

namespace fairline::ingest {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::MatchState::kAwarded) == 5);

constexpr char kRejectedRows[] = R"(
SELECT r.rejected_row_id, r.batch_id, f.name, r.line, r.column_name, r.reason, r.text
FROM sports.rejected_rows r JOIN sports.source_files f USING (source_file_id)
WHERE r.rejected_row_id > $1 AND ($2::bigint = 0 OR r.batch_id = $2)
  AND ($3 = '' OR position($3 IN f.name) > 0)
ORDER BY r.rejected_row_id LIMIT $4)";

constexpr char kCompetitions[] = R"(
SELECT c.competition_id, c.code, c.sport, c.country, c.name, c.tier, coalesce(s.label, ''),
       coalesce((SELECT string_agg(n.name, E'\n' ORDER BY n.name) FROM sports.v1_competition_names n
                 WHERE n.competition_id = c.competition_id), '')
FROM sports.v1_competitions c
LEFT JOIN LATERAL (
  SELECT m.season_start FROM sports.v1_matches m WHERE m.competition_id = c.competition_id
  ORDER BY m.season_start DESC LIMIT 1) latest ON true
LEFT JOIN sports.seasons s
  ON s.competition_id = c.competition_id AND s.start_year = latest.season_start
WHERE c.code > $1 AND ($2 = '' OR c.sport = $2)
ORDER BY c.code LIMIT $3)";

constexpr char kCompetitionExists[] = "SELECT 1 FROM sports.v1_competitions WHERE code = $1";

constexpr char kTeams[] = R"(
WITH competition AS (SELECT competition_id FROM sports.v1_competitions WHERE code = $1),
season AS (
  SELECT CASE WHEN $2 > 0 THEN $2::smallint ELSE
    (SELECT m.season_start FROM sports.v1_matches m
     WHERE m.competition_id = (SELECT competition_id FROM competition)
     ORDER BY m.season_start DESC LIMIT 1) END AS start_year),
members AS (
  SELECT m.home_team_id AS team_id FROM sports.v1_matches m
  WHERE m.competition_id = (SELECT competition_id FROM competition)
    AND m.season_start = (SELECT start_year FROM season)
  UNION
  SELECT m.away_team_id FROM sports.v1_matches m
  WHERE m.competition_id = (SELECT competition_id FROM competition)
    AND m.season_start = (SELECT start_year FROM season))
SELECT t.team_id, t.sport, t.country, t.name
FROM members JOIN sports.v1_teams t USING (team_id)
WHERE t.name > $3 ORDER BY t.name LIMIT $4)";

// "SELECT ... FROM sports.v1_matches m ..."; to be followed by WHERE.
constexpr char kSelectMatches[] = R"(
SELECT m.match_id, m.competition_code, c.name, m.season_start, m.match_date - DATE '1970-01-01',
       (extract(epoch FROM m.kickoff_time) * 1000000)::bigint, m.home_team_id, h.name,
       m.away_team_id, a.name, m.neutral, m.state, m.home_score, m.away_score,
       CASE WHEN m.state = 5 THEN m.settlement_home_score END,
       CASE WHEN m.state = 5 THEN m.settlement_away_score END,
       (extract(epoch FROM m.not_offered_from) * 1000000)::bigint
FROM sports.v1_matches m
JOIN sports.v1_competitions c USING (competition_id)
JOIN sports.v1_teams h ON h.team_id = m.home_team_id
JOIN sports.v1_teams a ON a.team_id = m.away_team_id)";

constexpr char kMatchesPage[] = R"(
WHERE (m.match_date, m.match_id) > ($1::date, $2::bigint) AND m.match_date >= $3::date
  AND m.match_date <= $4::date AND ($5 = '' OR m.competition_code = $5)
  AND ($6 = 0 OR m.state = $6)
ORDER BY m.match_date, m.match_id LIMIT $7)";

constexpr char kCorrections[] = R"(
SELECT former_home_score, former_away_score, batch_id,
       (extract(epoch FROM corrected_at) * 1000000)::bigint, kind
FROM sports.match_corrections WHERE match_id = $1 ORDER BY correction_id)";

constexpr char kQuotes[] = R"(
SELECT q.bookmaker_code, b.name, q.market, q.line_quarters, q.phase, q.price_1, q.price_2,
       q.price_3, (extract(epoch FROM q.captured_at) * 1000000)::bigint,
       (extract(epoch FROM q.seen_at) * 1000000)::bigint
FROM sports.v1_quotes q JOIN sports.v1_bookmakers b USING (bookmaker_id)
WHERE q.match_id = $1
  AND EXISTS (SELECT FROM sports.v1_matches m WHERE m.match_id = $1)
ORDER BY q.bookmaker_code, q.market, q.line_quarters, q.phase, q.captured_at NULLS LAST
OFFSET $2 LIMIT $3)";

MatchView MatchOfRow(const pqxx::row& row) {
  MatchView match;
  match.id = MatchId{row[0].as<std::int64_t>()};
  match.competition_code = row[1].as<std::string>();
  match.competition_name = row[2].as<std::string>();
  match.season_start = row[3].as<int>();
  match.date = storage::AsDay(row[4]);
  match.kickoff = storage::AsOptionalInstant(row[5]);
  match.home_id = TeamId{row[6].as<std::int64_t>()};
  match.home = row[7].as<std::string>();
  match.away_id = TeamId{row[8].as<std::int64_t>()};
  match.away = row[9].as<std::string>();
  match.neutral = row[10].as<bool>();
  match.state = static_cast<domain::MatchState>(row[11].as<int>());
  if (!row[12].is_null()) {
    match.score = Score{row[12].as<std::int16_t>(), row[13].as<std::int16_t>()};
  }
  if (!row[14].is_null()) {
    match.played = Score{row[14].as<std::int16_t>(), row[15].as<std::int16_t>()};
  }
  match.not_offered_from = storage::AsOptionalInstant(row[16]);
  return match;
}

QuoteView QuoteOfRow(const pqxx::row& row) {
  QuoteView quote;
  quote.bookmaker_code = row[0].as<std::string>();
  quote.bookmaker_name = row[1].as<std::string>();
  quote.market = static_cast<domain::Market>(row[2].as<int>());
  quote.line_quarters = row[3].as<std::int16_t>();
  quote.phase = static_cast<domain::Phase>(row[4].as<int>());
  for (const int column : {5, 6, 7}) {
    if (!row[column].is_null()) quote.prices.push_back(row[column].as<double>());
  }
  quote.captured_at = storage::AsOptionalInstant(row[8]);
  quote.seen_at = storage::AsOptionalInstant(row[9]);
  return quote;
}

// Items of a result that was asked for one row more than the page holds.
template <typename T, typename OfRow, typename TokenOf>
Page<T> PageOf(const pqxx::result& rows, int size, const OfRow& of_row, const TokenOf& token_of) {
  std::vector<T> items;
  items.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) items.push_back(of_row(row));
  return CutPage(std::move(items), size, token_of);
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

absl::StatusOr<Page<BatchSummary>> PgCatalogue::Batches(const PageRequest& page) {
  ASSIGN_OR_RETURN(const std::int64_t before,
                   ParsePageToken(page.token, std::numeric_limits<std::int64_t>::max()));
  Page<BatchSummary> listed;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    listed = PageOf<BatchSummary>(
        transaction.exec_params(std::string(kSelectBatches) +
                                    " WHERE b.batch_id < $1 ORDER BY b.batch_id DESC LIMIT $2",
                                before, page.size + 1),
        page.size, BatchOfRow,
        [](const BatchSummary& last) { return std::to_string(last.batch.value); });
    return absl::OkStatus();
  }));
  return listed;
}

absl::StatusOr<Page<RejectedRow>> PgCatalogue::RejectedRows(BatchId batch,
                                                            const std::string& file_contains,
                                                            const PageRequest& page) {
  ASSIGN_OR_RETURN(const std::int64_t after, ParsePageToken(page.token, 0));
  Page<RejectedRow> listed;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    listed = PageOf<RejectedRow>(
        transaction.exec_params(kRejectedRows, after, batch.value, file_contains, page.size + 1),
        page.size,
        [](const pqxx::row& row) {
          return RejectedRow{row[0].as<std::int64_t>(), BatchId{row[1].as<std::int64_t>()},
                             row[2].as<std::string>(),  row[3].as<int>(),
                             row[4].as<std::string>(),  row[5].as<std::string>(),
                             row[6].as<std::string>()};
        },
        [](const RejectedRow& last) { return std::to_string(last.id); });
    return absl::OkStatus();
  }));
  return listed;
}

absl::StatusOr<Page<CompetitionView>> PgCatalogue::Competitions(const std::string& sport,
                                                                Instant as_of,
                                                                const PageRequest& page) {
  Page<CompetitionView> listed;
  RETURN_IF_ERROR(
      database_.Transact({.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) {
        listed = PageOf<CompetitionView>(
            transaction.exec_params(kCompetitions, page.token, sport, page.size + 1), page.size,
            [](const pqxx::row& row) {
              return CompetitionView{
                  {CompetitionId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                   row[2].as<std::string>(), row[3].as<std::string>()},
                  row[4].as<std::string>(),
                  row[5].as<int>(),
                  row[6].as<std::string>(),
                  Lines(row[7].as<std::string>())};
            },
            [](const CompetitionView& last) { return last.competition.code; });
        return absl::OkStatus();
      }));
  return listed;
}

absl::StatusOr<Page<Team>> PgCatalogue::Teams(const std::string& competition_code, int season_start,
                                              Instant as_of, const PageRequest& page) {
  Page<Team> listed;
  RETURN_IF_ERROR(database_.Transact(
      {.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        if (transaction.exec_params(kCompetitionExists, competition_code).empty()) {
          return FieldError(absl::StatusCode::kNotFound, "competition_code",
                            fmt::format("'{}' does not exist", competition_code));
        }
        listed = PageOf<Team>(
            transaction.exec_params(kTeams, competition_code, season_start, page.token,
                                    page.size + 1),
            page.size,
            [](const pqxx::row& row) {
              return Team{TeamId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                          row[2].as<std::string>(), row[3].as<std::string>()};
            },
            [](const Team& last) { return last.name; });
        return absl::OkStatus();
      }));
  return listed;
}

absl::StatusOr<Page<MatchView>> PgCatalogue::Matches(const MatchFilter& filter, Instant as_of,
                                                     const PageRequest& page) {
  ASSIGN_OR_RETURN(const auto after, ParsePageToken<2>(page.token));
  const std::string after_date =
      after ? FormatDay(Day(std::chrono::days((*after)[0]))) : "-infinity";
  const std::int64_t after_id = after ? (*after)[1] : 0;
  Page<MatchView> listed;
  RETURN_IF_ERROR(
      database_.Transact({.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) {
        listed = PageOf<MatchView>(
            transaction.exec_params(
                std::string(kSelectMatches) + kMatchesPage, after_date, after_id,
                filter.first ? FormatDay(*filter.first) : "-infinity",
                filter.last ? FormatDay(*filter.last) : "infinity", filter.competition_code,
                filter.state ? static_cast<int>(*filter.state) : 0, page.size + 1),
            page.size, MatchOfRow, [](const MatchView& last) {
              return PageToken<2>({last.date.time_since_epoch().count(), last.id.value});
            });
        return absl::OkStatus();
      }));
  return listed;
}

absl::StatusOr<MatchDetail> PgCatalogue::Match(MatchId id, Instant as_of) {
  MatchDetail detail;
  RETURN_IF_ERROR(database_.Transact(
      {.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result found = transaction.exec_params(
            std::string(kSelectMatches) + " WHERE m.match_id = $1", id.value);
        if (found.empty()) {
          return FieldError(absl::StatusCode::kNotFound, "match_id",
                            fmt::format("{} does not exist", id.value));
        }
        detail = {MatchOfRow(found[0]), {}};
        // Before the match is over they would tell its score.
        if (!detail.match.score && detail.match.state != domain::MatchState::kAbandoned) {
          return absl::OkStatus();
        }
        for (const auto& row : transaction.exec_params(kCorrections, id.value)) {
          CorrectionView correction;
          correction.kind = static_cast<CorrectionKind>(row[4].as<int>());
          if (!row[0].is_null()) {
            correction.former = Score{row[0].as<std::int16_t>(), row[1].as<std::int16_t>()};
          }
          correction.batch = BatchId{row[2].as<std::int64_t>()};
          correction.time = storage::AsInstant(row[3]);
          detail.corrections.push_back(correction);
        }
        return absl::OkStatus();
      }));
  return detail;
}

absl::StatusOr<Page<QuoteView>> PgCatalogue::Quotes(MatchId id, Instant as_of,
                                                    const PageRequest& page) {
  ASSIGN_OR_RETURN(const std::int64_t offset, ParsePageToken(page.token, 0));
  if (offset < 0) return NotAPageToken();
  Page<QuoteView> listed;
  RETURN_IF_ERROR(
      database_.Transact({.as_of = as_of, .read_only = true}, [&](pqxx::work& transaction) {
        listed = PageOf<QuoteView>(
            transaction.exec_params(kQuotes, id.value, offset, page.size + 1), page.size,
            QuoteOfRow, [&](const QuoteView&) { return std::to_string(offset + page.size); });
        return absl::OkStatus();
      }));
  return listed;
}

}  // namespace fairline::ingest
