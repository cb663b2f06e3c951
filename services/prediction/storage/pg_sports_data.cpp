#include "services/prediction/storage/pg_sports_data.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "libs/domain/market.hpp"
#include "libs/domain/match.hpp"
#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"

namespace fairline::prediction {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::MatchState::kScheduled) == 1 &&
              storage::Stored(domain::Phase::kPreMatch) == 1);
static_assert(storage::Stored(domain::Market::kMatchResult) == 1 &&
              storage::Stored(domain::Market::kMoneyline) == 2 &&
              storage::Stored(domain::Market::kTotal) == 3 &&
              storage::Stored(domain::Market::kAsianHandicap) == 4 &&
              storage::Stored(domain::Market::kBothToScore) == 5);

constexpr const char* kDataVersion = "SELECT version, list_version FROM sports.v1_data_version";
constexpr const char* kCompetitions =
    "SELECT c.competition_id, c.code, c.sport, c.name, c.country, c.tier, "
    "  coalesce(s.season_start, 0) "
    "FROM sports.v1_competitions c LEFT JOIN "
    "  (SELECT competition_id, max(season_start) AS season_start FROM sports.v1_matches "
    "   GROUP BY competition_id) s USING (competition_id) "
    "ORDER BY c.competition_id";
// Who played within thirteen months is current: a summer's break is no end.
constexpr const char* kTeams =
    "SELECT team_id, sport, country, name, team_id IN ("
    "  SELECT unnest(ARRAY[home_team_id, away_team_id]) FROM sports.v1_matches "
    "  WHERE match_date >= (sports.as_of() AT TIME ZONE 'UTC')::date - 400) "
    "FROM sports.v1_teams";
constexpr const char* kCompetitionNames =
    "SELECT competition_id, name FROM sports.v1_competition_names";
constexpr const char* kAliases =
    "SELECT sport, country, alias, team_id FROM sports.v1_team_aliases";
constexpr const char* kComing =
    "SELECT match_id, competition_id, season_start, match_date - DATE '1970-01-01', "
    "  (extract(epoch FROM kickoff_time) * 1000000)::bigint, home_team_id, away_team_id, neutral, "
    "  (extract(epoch FROM not_offered_from) * 1000000)::bigint "
    "FROM sports.v1_matches "
    "WHERE state = 1 AND match_date >= (sports.as_of() AT TIME ZONE 'UTC')::date - 1 "
    "  AND (kickoff_time > sports.as_of() OR (kickoff_time IS NULL "
    "       AND match_date >= (sports.as_of() AT TIME ZONE 'UTC')::date))";
// Markets 1 and 2 are those of the match winner, 3 to 5 those on goals; phase 1 is pre-match. A
// bookmaker's newest row comes last.
constexpr const char* kQuotes =
    "SELECT q.match_id, q.bookmaker_code, b.name, q.bookmaker_kind, q.price_1, q.price_2, "
    "  q.price_3, (extract(epoch FROM q.captured_at) * 1000000)::bigint, q.market, "
    "  q.line_quarters, (extract(epoch FROM q.seen_at) * 1000000)::bigint "
    "FROM sports.v1_quotes q JOIN sports.v1_bookmakers b USING (bookmaker_id) "
    "WHERE q.market BETWEEN 1 AND 5 AND q.phase = 1 AND q.captured_at IS NOT NULL "
    "  AND q.match_date >= (sports.as_of() AT TIME ZONE 'UTC')::date - 1 "
    "ORDER BY q.match_id, q.captured_at, q.market, q.line_quarters, q.bookmaker_code";
constexpr const char* kStateStamp =
    "SELECT (extract(epoch FROM as_of) * 1000000)::bigint, data_version "
    "FROM features.v1_latest_state WHERE catalogue_hash = $1 AND as_of <= sports.as_of()";
constexpr const char* kState =
    "SELECT (extract(epoch FROM as_of) * 1000000)::bigint, data_version, state "
    "FROM features.v1_latest_state WHERE catalogue_hash = $1 AND as_of <= sports.as_of()";

// Bounds one statement of a refresh, which no call waits for.
constexpr std::chrono::seconds kPatience{60};

storage::TransactionOptions AsOf(Instant as_of) {
  return {
      .as_of = as_of, .deadline = std::chrono::system_clock::now() + kPatience, .read_only = true};
}

BookKind AsKind(const std::string& kind) {
  if (kind == "bookmaker") return BookKind::kBookmaker;
  return kind == "exchange" ? BookKind::kExchange : BookKind::kAggregate;
}

Competition AsCompetition(const pqxx::row& row) {
  return {.id = {row[0].as<std::int64_t>()},
          .code = row[1].as<std::string>(),
          .sport = row[2].as<std::string>(),
          .name = row[3].as<std::string>(),
          .country = row[4].as<std::string>(),
          .tier = row[5].as<std::int16_t>(),
          .season_start = row[6].as<std::int16_t>()};
}

Team AsTeam(const pqxx::row& row) {
  return {.id = {row[0].as<std::int64_t>()},
          .sport = row[1].as<std::string>(),
          .country = row[2].as<std::string>(),
          .name = row[3].as<std::string>(),
          .current = row[4].as<bool>()};
}

TeamAlias AsAlias(const pqxx::row& row) {
  return {.sport = row[0].as<std::string>(),
          .country = row[1].as<std::string>(),
          .alias = row[2].as<std::string>(),
          .team = {row[3].as<std::int64_t>()}};
}

ComingMatch AsComing(const pqxx::row& row) {
  return {.id = {row[0].as<std::int64_t>()},
          .competition = {row[1].as<std::int64_t>()},
          .season_start = row[2].as<std::int16_t>(),
          .match_date = storage::AsDay(row[3]),
          .kickoff = storage::AsOptionalInstant(row[4]),
          .home = {row[5].as<std::int64_t>()},
          .away = {row[6].as<std::int64_t>()},
          .neutral = row[7].as<bool>(),
          .books = {},
          .not_offered_from = storage::AsOptionalInstant(row[8])};
}

BookPrices AsBook(const pqxx::row& row) {
  BookPrices book;
  book.code = row[1].as<std::string>();
  book.name = row[2].as<std::string>();
  book.kind = AsKind(row[3].as<std::string>());
  for (int i = 0; i < 3; ++i) {
    if (!row[4 + i].is_null()) book.prices[static_cast<std::size_t>(i)] = row[4 + i].as<float>();
  }
  book.captured_at = storage::AsInstant(row[7]);
  book.seen_at = storage::AsInstant(row[10]);
  return book;
}

// Where the prices of a market at a line are kept.
std::vector<BookPrices>& BooksOf(ComingMatch& match, domain::Market market, std::int16_t line) {
  if (market == domain::Market::kMatchResult || market == domain::Market::kMoneyline) {
    return match.books;
  }
  for (GoalMarket& known : match.goal_markets) {
    if (known.market == market && known.line_quarters == line) return known.books;
  }
  return match.goal_markets.emplace_back(GoalMarket{market, line, {}}).books;
}

void AddQuotes(const pqxx::result& rows, std::vector<ComingMatch>& coming) {
  std::unordered_map<std::int64_t, ComingMatch*> by_id;
  for (ComingMatch& match : coming) by_id.emplace(match.id.value, &match);
  for (const pqxx::row& row : rows) {
    const auto match = by_id.find(row[0].as<std::int64_t>());
    if (match == by_id.end()) continue;
    BookPrices newest = AsBook(row);
    std::vector<BookPrices>& books = BooksOf(
        *match->second, static_cast<domain::Market>(row[8].as<int>()), row[9].as<std::int16_t>());
    const auto same = std::find_if(books.begin(), books.end(), [&](const BookPrices& book) {
      return book.code == newest.code;
    });
    if (same == books.end()) {
      books.push_back(std::move(newest));
    } else {
      *same = std::move(newest);
    }
  }
}

DataVersion VersionOf(const pqxx::result& rows) {
  if (rows.empty()) return {};
  return {rows[0][0].as<std::int64_t>(), rows[0][1].as<std::int64_t>()};
}

}  // namespace

absl::StatusOr<DataVersion> PgSportsData::ReadDataVersion() {
  DataVersion version;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) -> absl::Status {
    version = VersionOf(query.exec(kDataVersion));
    return absl::OkStatus();
  }));
  return version;
}

absl::StatusOr<SeasonDataRows> PgSportsData::Read(Instant as_of) {
  SeasonDataRows season_data;
  RETURN_IF_ERROR(database_.Transact(AsOf(as_of), [&](pqxx::work& tx) -> absl::Status {
    season_data = {};
    season_data.as_of = as_of;
    // Before the rows: what is committed in between is read again at the next look.
    season_data.version = VersionOf(tx.exec(kDataVersion));
    for (const pqxx::row& row : tx.exec(kCompetitions)) {
      season_data.competitions.push_back(AsCompetition(row));
    }
    for (const pqxx::row& row : tx.exec(kTeams)) season_data.teams.push_back(AsTeam(row));
    for (const pqxx::row& row : tx.exec(kAliases)) season_data.aliases.push_back(AsAlias(row));
    for (const pqxx::row& row : tx.exec(kCompetitionNames)) {
      season_data.competition_names.push_back(
          {{row[0].as<std::int64_t>()}, row[1].as<std::string>()});
    }
    for (const pqxx::row& row : tx.exec(kComing)) season_data.coming.push_back(AsComing(row));
    AddQuotes(tx.exec(kQuotes), season_data.coming);
    return absl::OkStatus();
  }));
  return season_data;
}

absl::StatusOr<std::optional<StateStamp>> PgSportsData::LatestState(
    const std::string& catalogue_hash, Instant as_of) {
  std::optional<StateStamp> stamp;
  RETURN_IF_ERROR(database_.Transact(AsOf(as_of), [&](pqxx::work& tx) -> absl::Status {
    const pqxx::result rows = tx.exec_params(kStateStamp, catalogue_hash);
    stamp.reset();
    if (!rows.empty())
      stamp = StateStamp{storage::AsInstant(rows[0][0]), rows[0][1].as<std::int64_t>()};
    return absl::OkStatus();
  }));
  return stamp;
}

absl::StatusOr<SavedState> PgSportsData::ReadState(const std::string& catalogue_hash,
                                                   Instant as_of) {
  SavedState state;
  RETURN_IF_ERROR(database_.Transact(AsOf(as_of), [&](pqxx::work& tx) -> absl::Status {
    const pqxx::result rows = tx.exec_params(kState, catalogue_hash);
    if (rows.empty()) return absl::NotFoundError("no team states under that catalogue");
    state.stamp = {storage::AsInstant(rows[0][0]), rows[0][1].as<std::int64_t>()};
    state.bytes = pqxx::binarystring(rows[0][2]).str();
    return absl::OkStatus();
  }));
  return state;
}

}  // namespace fairline::prediction
