// On a real PostgreSQL with the real migrations of all services.
#include <catch2/catch.hpp>

#include "libs/testing/fake_clock.hpp"
#include "libs/testing/postgres.hpp"
#include "services/prediction/app/record/sealer.hpp"
#include "services/prediction/storage/pg_forecast_log.hpp"
#include "services/prediction/storage/pg_policies.hpp"
#include "services/prediction/storage/pg_record.hpp"
#include "services/prediction/storage/pg_sports_data.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

constexpr char kRows[] = R"sql(
INSERT INTO sports.competitions (competition_id, code, sport, name, country, tier)
  OVERRIDING SYSTEM VALUE VALUES
  (1, 'E0', 'football', 'English Premier League', 'England', 1),
  (2, 'EX', 'football', 'A league without matches', 'England', 2);
INSERT INTO sports.teams (team_id, sport, country, name) OVERRIDING SYSTEM VALUE VALUES
  (10, 'football', 'England', 'Arsenal'), (11, 'football', 'England', 'Chelsea'),
  (12, 'football', 'England', 'Leeds'), (13, 'football', 'England', 'York');
INSERT INTO sports.team_aliases (sport, country, alias, team_id) VALUES
  ('football', 'England', 'The Gunners', 10);
INSERT INTO sports.team_names (sport, country, name, team_name) VALUES
  ('football', 'England', 'York City', 'York'), ('football', 'England', 'Nobody Town', 'Nobody');
INSERT INTO sports.competition_names (name, competition_id) VALUES ('EPL', 1);
INSERT INTO sports.bookmakers (bookmaker_id, code, name, kind) OVERRIDING SYSTEM VALUE VALUES
  (1, 'average', 'Market average', 'aggregate'), (2, 'bet365', 'Bet365', 'bookmaker'),
  (3, 'betfair_exchange', 'Betfair Exchange', 'exchange');
INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, kickoff_time,
    home_team_id, away_team_id, state, home_score, away_score, listed_from) VALUES
  -- finished, coming today, coming without a time, begun, not listed yet, played "tomorrow"
  (1, 1, 2025, '2026-01-20', '2026-01-20T20:00Z', 10, 11, 4, 2, 1, NULL),
  (2, 1, 2025, '2026-01-30', '2026-01-30T20:00Z', 11, 10, 1, NULL, NULL, '2026-01-29T00:00Z'),
  (3, 1, 2025, '2026-01-30', NULL, 12, 13, 1, NULL, NULL, '2026-01-29T00:00Z'),
  (4, 1, 2025, '2026-01-30', '2026-01-30T08:30Z', 10, 13, 1, NULL, NULL, '2026-01-29T00:00Z'),
  (5, 1, 2025, '2026-02-07', '2026-02-07T15:00Z', 13, 10, 1, NULL, NULL, '2026-02-02T00:00Z'),
  (6, 1, 2025, '2026-01-31', '2026-01-31T15:00Z', 10, 12, 4, 0, 0, '2026-01-29T00:00Z');
INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, price_2,
    price_3, captured_at, batch_id) VALUES
  (2, '2026-01-30', 1, 1, 1, 2.0, 3.4, 3.8, '2026-01-29T08:00Z', 1),
  (2, '2026-01-30', 2, 1, 1, 2.3, 3.5, 3.9, '2026-01-30T08:00Z', 1),
  (2, '2026-01-30', 2, 1, 1, 2.1, 3.3, 3.7, '2026-01-29T08:00Z', 1),
  (2, '2026-01-30', 2, 1, 1, 9.9, 9.9, 9.9, '2026-01-30T10:00Z', 1),
  (2, '2026-01-30', 2, 1, 2, 8.8, 8.8, 8.8, '2026-01-29T08:00Z', 1),
  (2, '2026-01-30', 3, 1, 1, 2.4, 3.6, 4.1, '2026-01-29T08:00Z', 1),
  (6, '2026-01-31', 1, 1, 1, 1.5, 4.0, 7.0, NULL, 1);
INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, line_quarters, phase,
    price_1, price_2, captured_at, batch_id) VALUES
  (2, '2026-01-30', 2, 3, 10, 1, 1.9, 1.9, '2026-01-29T08:00Z', 1),
  (2, '2026-01-30', 2, 3, 10, 1, 1.8, 2.0, '2026-01-30T08:00Z', 1),
  (2, '2026-01-30', 1, 4, -3, 1, 1.95, 1.93, '2026-01-29T08:00Z', 1),
  (2, '2026-01-30', 2, 4, -3, 2, 1.5, 2.5, '2026-01-29T08:00Z', 1);
UPDATE sports.data_version SET version = 42, list_version = 5;
-- A list had the average price again at 07:00, with a price that a newer list no longer has; and all
-- of match 3's competition was missing from it.
INSERT INTO sports.ingest_batches (as_of) VALUES ('2026-01-30T07:00Z');
INSERT INTO sports.source_files (batch_id, source, name, url, sha256, lake_path, size_bytes, status,
    reader_version, fetched_at, seen_at)
  SELECT batch_id, 'football-data', 'fixtures.csv', '', '', '', 1, 'loaded', '', '2026-01-30T07:00Z',
    '2026-01-30T07:00Z' FROM sports.ingest_batches;
UPDATE sports.quotes SET list_file_id = (SELECT source_file_id FROM sports.source_files)
WHERE match_id = 2 AND bookmaker_id = 1;
INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, price_2,
    price_3, captured_at, withdrawn_at, batch_id) VALUES
  (3, '2026-01-30', 2, 1, 1, 7.0, 7.0, 7.0, '2026-01-29T08:00Z', '2026-01-30T07:00Z', 1);
UPDATE sports.matches SET not_offered_from = '2026-01-30T07:00Z' WHERE match_id = 3;
)sql";

testing::PrivatePostgres& Server() {
  static const auto server = [] {
    auto started = testing::PrivatePostgres::Start();
    started->Execute(kRows);
    return started;
  }();
  return *server;
}

storage::Database& Database() {
  static const auto database =
      storage::Database::Open({Server().Url("fairline_prediction"), 4, "prediction", 2}).value();
  return *database;
}

std::int64_t Count(const std::string& query) {
  std::int64_t count = 0;
  REQUIRE(Database()
              .Transact({.read_only = true},
                        [&](pqxx::work& tx) {
                          count = tx.exec1(query)[0].as<std::int64_t>();
                          return absl::OkStatus();
                        })
              .ok());
  return count;
}

TEST_CASE("the season data holds what is known at the as-of moment", "[prediction][db]") {
  PgSportsData data(Database());
  CHECK(data.ReadDataVersion().value().data == 42);
  const SeasonData season_data = SeasonData::Make(data.Read(kNow).value()).value();
  CHECK(season_data.version() == DataVersion{42, 5});
  CHECK(season_data.coming()[1].not_offered_from == At("2026-01-30T07:00:00Z"));
  CHECK(season_data.coming()[1].books.empty());
  CHECK_FALSE(season_data.coming()[0].not_offered_from.has_value());
  REQUIRE(season_data.coming().size() == 3);
  CHECK(season_data.coming()[0].id.value == 2);
  CHECK(season_data.coming()[1].id.value == 3);
  CHECK_FALSE(season_data.coming()[1].kickoff.has_value());
  // Played later than as-of: coming, and its prices of unknown moment are not known yet.
  CHECK(season_data.coming()[2].id.value == 6);
  CHECK(season_data.coming()[2].books.empty());

  CHECK(season_data.FindCompetition("E0")->season_start == 2025);
  CHECK(season_data.FindCompetition("EX")->season_start == 0);
  CHECK(season_data.FindTeam(*season_data.FindCompetition("E0"), "The Gunners")->name == "Arsenal");
  CHECK(season_data.FindTeam(*season_data.FindCompetition("epl"), "york CITY")->name == "York");

  const ComingMatch& match = season_data.coming()[0];
  CHECK(match.kickoff == At("2026-01-30T20:00:00Z"));
  CHECK(match.match_date == On("2026-01-30"));
  REQUIRE(match.books.size() == 3);
  CHECK(match.LineOf("average")[0] == 2.0F);
  for (const BookPrices& book : match.books) {
    if (book.code != "average") continue;
    CHECK(book.captured_at == At("2026-01-29T08:00:00Z"));
    CHECK(book.seen_at == At("2026-01-30T07:00:00Z"));
  }
  // The newest price seen by now, of the match winner and before the match.
  CHECK(match.LineOf("bet365") == features::Line{2.3F, 3.5F, 3.9F});
  const auto exchange = std::find_if(match.books.begin(), match.books.end(), [](const auto& book) {
    return book.code == "betfair_exchange";
  });
  REQUIRE(exchange != match.books.end());
  CHECK(exchange->kind == BookKind::kExchange);
  CHECK(exchange->name == "Betfair Exchange");

  REQUIRE(match.goal_markets.size() == 2);
  const auto total = std::find_if(
      match.goal_markets.begin(), match.goal_markets.end(),
      [](const GoalMarket& quoted) { return quoted.market == domain::Market::kTotal; });
  REQUIRE(total != match.goal_markets.end());
  CHECK(total->line_quarters == 10);
  REQUIRE(total->books.size() == 1);
  CHECK(total->books[0].prices[0] == 1.8F);
  const GoalMarket& handicap = match.goal_markets[total == match.goal_markets.begin() ? 1 : 0];
  CHECK(handicap.line_quarters == -3);
  REQUIRE(handicap.books.size() == 1);
  CHECK(handicap.books[0].code == "average");

  CHECK(data.Read(At("2026-01-20T09:00:00Z"))->coming.empty());
  CHECK(data.Read(At("2026-02-02T09:00:00Z"))->coming.size() == 1);
}

TEST_CASE("team states are read by catalogue and never from the future", "[prediction][db]") {
  Server().Execute(
      "INSERT INTO features.feature_sets (sport, name, catalogue_hash, catalogue) "
      "VALUES ('football', 'f', 'cat-1', '{}');"
      "INSERT INTO features.team_states (feature_set_id, as_of, data_version, finished_matches, "
      "  coming_matches, state) "
      "SELECT feature_set_id, '2026-01-30T08:59:00.25Z', 41, 0, 0, '\\x00ff10'::bytea "
      "FROM features.feature_sets WHERE catalogue_hash = 'cat-1'");
  PgSportsData data(Database());
  const auto stamp = data.LatestState("cat-1", kNow).value();
  REQUIRE(stamp.has_value());
  CHECK(stamp->as_of == At("2026-01-30T08:59:00.25Z"));
  CHECK(stamp->data_version == 41);
  const SavedState state = data.ReadState("cat-1", kNow).value();
  CHECK(state.stamp == *stamp);
  CHECK(state.bytes == std::string("\x00\xff\x10", 3));
  CHECK_FALSE(data.LatestState("cat-2", kNow)->has_value());
  CHECK_FALSE(data.LatestState("cat-1", At("2026-01-30T08:58:00Z"))->has_value());
  CHECK(data.ReadState("cat-2", kNow).status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("every staking policy is kept with who changed it and why", "[prediction][db]") {
  PgPolicies store(Database());
  CHECK_FALSE(store.Latest()->has_value());
  PolicyChange change{.policy = {}, .actor_id = 7, .actor = "ada", .reason = "a quieter year"};
  change.policy.kelly_low = 0.05;
  change.base_version = 0;
  const PolicyVersion first = store.Add(change, Soon()).value();
  CHECK(first.version == 1);
  CHECK(first.policy.kelly_low == 0.05);
  CHECK(first.changed_by == "ada");
  CHECK(first.changed_at.has_value());
  CHECK(store.Add(change, Soon()).status().code() == absl::StatusCode::kFailedPrecondition);
  change.base_version.reset();
  change.policy.max_odds = std::numeric_limits<double>::infinity();
  CHECK(store.Add(change, Soon())->version == 2);
  const PolicyVersion latest = store.Latest()->value();
  CHECK(latest.version == 2);
  CHECK(latest.reason == "a quieter year");
  CHECK(std::isinf(latest.policy.max_odds));
  CHECK(Count("SELECT count(*) FROM prediction.staking_policies WHERE actor_id = 7") == 2);
  for (const char* sql : {"UPDATE prediction.staking_policies SET reason = 'other'",
                          "DELETE FROM prediction.staking_policies"}) {
    INFO(sql);
    CHECK_FALSE(Database()
                    .Transact({},
                              [&](pqxx::work& tx) {
                                tx.exec(sql);
                                return absl::OkStatus();
                              })
                    .ok());
  }
}

TEST_CASE("the log keeps each record once, in the partition of its month", "[prediction][db]") {
  Server().Execute("TRUNCATE prediction.forecasts, prediction.advice");
  FakeRegistry registry;
  FakeLoader loader;
  FakeSportsData data(SmallWorld());
  const testing::FakeClock as_of(kNow);
  FakePolicyStore policy_store;
  const StakingPolicies policies(policy_store, {});
  SnapshotKeeper keeper({registry, loader, data, as_of, as_of}, kSports, policies);
  PgForecastLog log(Database());
  const RealClock real_clock;
  PgRecord record(Database(), real_clock);
  Sealer sealer(keeper, log, record);
  const auto seal = [&] {
    return sealer.Seal("football", Soon(), [](std::int64_t, std::int64_t) { return true; }).value();
  };
  const SealSummary first = seal();
  CHECK(first.forecasts_sealed == 3);
  CHECK(first.advice_sealed == 2);
  const SealSummary again = seal();
  CHECK(again.forecasts_sealed == 0);
  CHECK(again.advice_sealed == 0);
  registry.production = 2;
  CHECK(seal().forecasts_sealed == 3);

  CHECK(Count("SELECT count(*) FROM prediction.forecasts") == 6);
  CHECK(Count("SELECT count(*) FROM prediction.advice") == 12);
  CHECK(Count("SELECT count(*) FROM prediction.forecasts WHERE tableoid = "
              "'prediction.forecasts_202601'::regclass") == 4);
  CHECK(Count("SELECT count(*) FROM prediction.advice WHERE tableoid = "
              "'prediction.advice_202602'::regclass") == 6);
  CHECK(
      Count("SELECT count(*) FROM prediction.forecasts WHERE match_id = 100 AND model_version = 2 "
            "AND information = 'with_odds' AND kickoff_time = '2026-01-30T20:00Z' "
            "AND as_of = '2026-01-30T09:00Z' AND array_length(probabilities, 1) = 3 "
            "AND data_version = 7 AND deviations = '{0.02,0.02,0.02}'") == 1);
  CHECK(Count("SELECT count(*) FROM prediction.advice WHERE match_id = 100 AND model_version = 1 "
              "AND outcome = 1 AND bookmaker_code = 'bet365' AND no_bet_reason IS NULL "
              "AND captured_at = '2026-01-30T08:00Z' AND stake_high > stake_low "
              "AND (policy->>'max_per_bet')::float8 = 0.03 AND (policy->>'version')::int = 0 "
              "AND policy->'max_price_age_minutes' = 'null'") == 1);

  SECTION("nobody edits it") {
    for (const char* sql : {"UPDATE prediction.forecasts SET probabilities = '{1,0,0}'",
                            "DELETE FROM prediction.advice", "TRUNCATE prediction.advice"}) {
      INFO(sql);
      CHECK_FALSE(Database()
                      .Transact({},
                                [&](pqxx::work& tx) {
                                  tx.exec(sql);
                                  return absl::OkStatus();
                                })
                      .ok());
    }
  }
  SECTION("a forecast from the odds of past matches is kept, with or without its uncertainty") {
    SealedForecast sealed = SealRecord(*keeper.Current(), 1);
    sealed.model_version = 4;
    sealed.information = "past_odds";
    sealed.deviations.clear();
    CHECK(log.Seal({sealed}, Soon())->forecasts == 1);
    sealed.model_version = 5;
    sealed.deviations = {0.02};
    CHECK_FALSE(log.Seal({sealed}, Soon()).ok());
    sealed.deviations = {0.02, -0.01, 0.02};
    CHECK_FALSE(log.Seal({sealed}, Soon()).ok());
    sealed.deviations.clear();
    sealed.information = "guessed";
    CHECK_FALSE(log.Seal({sealed}, Soon()).ok());
  }
  SECTION("a record made after kick-off is refused by the table itself") {
    SealedForecast late = SealRecord(*keeper.Current(), 0);
    late.model_version = 3;
    late.as_of = *late.kickoff;
    CHECK_FALSE(log.Seal({late}, Soon()).ok());
  }
}

}  // namespace
}  // namespace fairline::prediction
