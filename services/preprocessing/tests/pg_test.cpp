// The stores on a real PostgreSQL with every service's real migrations.

#include <bit>
#include <cmath>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/features/replay.hpp"
#include "libs/features/tests/matches.hpp"
#include "libs/testing/postgres.hpp"
#include "services/preprocessing/app/compute_features.hpp"
#include "services/preprocessing/storage/pg_feature_store.hpp"
#include "services/preprocessing/storage/pg_match_source.hpp"

namespace fairline::preprocessing {
namespace {

constexpr Deadline kNoDeadline = Deadline::max();

testing::PrivatePostgres& Server() {
  static const auto server = testing::PrivatePostgres::Start();
  return *server;
}

// As the role that owns that schema.
std::unique_ptr<storage::Database> OpenAs(const std::string& role, const std::string& schema) {
  return storage::Database::Open({Server().Url(role), 4, schema, 0}).value();
}

std::unique_ptr<storage::Database> OpenAsService() {
  return OpenAs("fairline_preprocessing", "features");
}

// One value of one row.
std::string Ask(storage::Database& database, const std::string& sql) {
  std::string answer;
  const absl::Status status = database.Read([&](pqxx::nontransaction& query) {
    answer = query.exec1(sql)[0].as<std::string>("NULL");
    return absl::OkStatus();
  });
  return status.ok() ? answer : status.ToString();
}

Instant At(const char* text) { return ParseInstant(text).value(); }

// Empty tables but for two divisions, four teams and the bookmakers.
void Reset() {
  Server().Execute(
      "TRUNCATE features.feature_sets, sports.competitions, sports.teams, sports.bookmakers, "
      "sports.quotes RESTART IDENTITY CASCADE;"
      "INSERT INTO sports.competitions (code, sport, name, country, tier) VALUES "
      "('E0', 'football', 'Premier', 'England', 1), ('E1', 'football', 'Second', 'England', 2),"
      "('MM', 'basketball', 'March', 'USA', 1);"
      "INSERT INTO sports.teams (sport, country, name) VALUES ('football', 'England', 'A'), "
      "('football', 'England', 'B'), ('football', 'England', 'C'), ('football', 'England', 'D');"
      "INSERT INTO sports.bookmakers (code, name, kind) VALUES ('average', '', 'aggregate'), "
      "('best', '', 'aggregate'), ('pinnacle', '', 'bookmaker'), ('bet365', '', 'bookmaker');");
}

void AddMatch(int id, const char* date, const char* kickoff, int state, const char* scores,
              const char* listed_from = "NULL", int competition = 1) {
  Server().Execute(fmt::format(
      "INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, "
      "kickoff_time, home_team_id, away_team_id, state, home_score, away_score, listed_from) "
      "VALUES ({}, {}, 2025, '{}', {}, 1, 2, {}, {}, {})",
      id, competition, date, kickoff, state, scores, listed_from));
}

void AddQuote(int match, const char* date, int bookmaker, int phase, const char* prices,
              const char* captured = "NULL", int market = 1) {
  Server().Execute(
      fmt::format("INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, "
                  "price_1, price_2, price_3, captured_at, batch_id) "
                  "VALUES ({}, '{}', {}, {}, {}, {}, {}, 1)",
                  match, date, bookmaker, market, phase, prices, captured));
}

KnownMatches ReadAsOf(const char* as_of) {
  const auto database = OpenAsService();
  return PgMatchSource(*database).Read("football", At(as_of), kNoDeadline).value();
}

// Two divisions of ten teams, forty days of five matches each, under ids that ascend or descend;
// the features of all matches in order of reading.
std::vector<std::uint32_t> FeaturesOfLeague(bool descending) {
  Reset();
  Server().Execute(fmt::format(
      R"sql(
      INSERT INTO sports.teams (team_id, sport, country, name) OVERRIDING SYSTEM VALUE
        SELECT 1000 {0} n, 'football', 'England', 'Team ' || n FROM generate_series(1, 20) n;
      INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, home_team_id,
                                  away_team_id, state, home_score, away_score)
        SELECT 5000 {0} (10 * day + 5 * (first / 10) + i), 1 + first / 10, 2025,
               date '2025-08-01' + day, 1000 {0} (first + 1 + (day + i) % 10),
               1000 {0} (first + 1 + (day + 9 - i) % 10), 4, (7 * day + 3 * i + first) % 4,
               (5 * day + i) % 3
        FROM generate_series(1, 40) day, generate_series(0, 10, 10) first, generate_series(0, 4) i;
      )sql",
      descending ? "-" : "+"));
  const KnownMatches known = ReadAsOf("2026-01-30T09:00:00Z");
  CHECK(known.finished.size() == 400);
  const auto replay = features::MakeReplay("football").value();
  std::vector<std::uint32_t> bits;
  const auto take = [&](const features::Fixture&, bool, std::span<const float> row) {
    for (const float value : row) bits.push_back(std::bit_cast<std::uint32_t>(value));
    return absl::OkStatus();
  };
  CHECK(features::RunReplay(*replay, known.finished, known.coming, take).ok());
  return bits;
}

TEST_CASE("the same matches make the same features to the bit under other ids", "[db]") {
  CHECK((FeaturesOfLeague(false) == FeaturesOfLeague(true)));
}

TEST_CASE("matches are finished, coming or neither by the as-of moment", "[db]") {
  Reset();
  AddMatch(1, "2026-01-24", "'2026-01-24T15:00Z'", 4, "2, 1");
  AddMatch(2, "2026-01-25", "NULL", 4, "0, 0");
  AddMatch(3, "2026-01-30", "'2026-01-30T20:00Z'", 1, "NULL, NULL", "'2026-01-27T08:00Z'");
  AddMatch(4, "2026-01-31", "NULL", 1, "NULL, NULL", "'2026-01-27T08:00Z'");
  AddMatch(5, "2026-01-23", "NULL", 2, "NULL, NULL");
  AddMatch(6, "2026-01-22", "NULL", 5, "0, 3");
  AddMatch(7, "2026-01-21", "NULL", 4, "80, 70", "NULL", 3);

  const auto ids = [](const auto& matches) {
    std::vector<std::int64_t> out;
    for (const auto& match : matches) out.push_back(match.id.value);
    return out;
  };
  using Ids = std::vector<std::int64_t>;
  const KnownMatches friday = ReadAsOf("2026-01-30T09:00:00Z");
  // An awarded match (6) counts for the table.
  CHECK(ids(friday.finished) == Ids{6, 1, 2});
  CHECK(friday.finished[0].awarded);
  CHECK_FALSE(friday.finished[1].awarded);
  CHECK(ids(friday.coming) == Ids{3, 4});
  CHECK(friday.finished[1].home_score == 2);
  CHECK(FormatDay(friday.finished[1].day) == "2026-01-24");
  CHECK(friday.finished[1].tier == 1);
  CHECK(friday.finished[1].season == 2025);

  const KnownMatches in_play = ReadAsOf("2026-01-30T20:30:00Z");
  CHECK(ids(in_play.coming) == Ids{4});
  const KnownMatches earlier = ReadAsOf("2026-01-25T12:00:00Z");
  CHECK(ids(earlier.finished) == Ids{6, 1});
  CHECK(ids(earlier.coming).empty());
}

TEST_CASE("something is learned when a match begins or ends or the data changed", "[db]") {
  Reset();
  AddMatch(1, "2026-01-30", "'2026-01-30T20:00Z'", 1, "NULL, NULL", "'2026-01-27T08:00Z'");
  AddMatch(2, "2026-01-29", "NULL", 4, "1, 0");
  Server().Execute("UPDATE sports.data_version SET changed_at = '2026-01-27T08:00Z'");
  const auto database = OpenAsService();
  PgMatchSource source(*database);
  const auto learned = [&](const char* since, const char* until) {
    return source.Learned("football", At(since), At(until), kNoDeadline).value();
  };
  CHECK_FALSE(learned("2026-01-30T09:00:00Z", "2026-01-30T19:00:00Z"));
  CHECK(learned("2026-01-30T09:00:00Z", "2026-01-30T20:00:00Z"));
  CHECK_FALSE(learned("2026-01-30T20:00:00Z", "2026-01-30T22:00:00Z"));
  CHECK(learned("2026-01-30T20:00:00Z", "2026-01-30T22:30:00Z"));
  CHECK(learned("2026-01-29T09:00:00Z", "2026-01-30T09:00:00Z"));
  CHECK(learned("2026-01-30T19:00:00Z", "2026-01-30T09:00:00Z"));
  CHECK(learned("2026-01-27T07:00:00Z", "2026-01-27T09:00:00Z"));
}

TEST_CASE("lines and statistics reach their match", "[db]") {
  Reset();
  AddMatch(1, "2026-01-24", "NULL", 4, "2, 1");
  AddMatch(2, "2026-01-25", "NULL", 4, "0, 0");
  AddMatch(3, "2026-01-31", "NULL", 1, "NULL, NULL", "'2026-01-27T08:00Z'");
  Server().Execute(
      "INSERT INTO sports.match_statistics VALUES (1, '{1,15,NULL,4,9,1,0}', '{0,8,3,2,11,2,1}')");
  AddQuote(1, "2026-01-24", 1, 1, "2.1, 3.4, 3.6", "'2026-01-20T08:00Z'");
  AddQuote(1, "2026-01-24", 1, 1, "2.0, 3.5, 3.8");
  AddQuote(1, "2026-01-24", 2, 1, "2.2, 3.7, 4.0");
  AddQuote(1, "2026-01-24", 3, 1, "2.05, 3.55, 3.85");
  AddQuote(1, "2026-01-24", 1, 2, "1.9, 3.6, 4.2");
  AddQuote(1, "2026-01-24", 3, 2, "1.95, 3.65, 4.25");
  AddQuote(1, "2026-01-24", 1, 1, "1.8, 2.0, NULL", "NULL", 3);
  AddQuote(2, "2026-01-25", 3, 1, "1.5, 4.0, 7.0");
  AddQuote(2, "2026-01-25", 4, 1, "1.6, 4.2, 6.0");
  AddQuote(3, "2026-01-31", 1, 1, "3.0, 3.0, 2.5", "'2026-01-27T08:00Z'");
  AddQuote(3, "2026-01-31", 1, 1, "3.1, 3.1, 2.4", "'2026-01-30T08:00Z'");
  AddQuote(3, "2026-01-31", 1, 1, "9.0, 9.0, 1.1", "'2026-01-30T12:00Z'");
  AddQuote(3, "2026-01-31", 3, 1, "5.0, 5.0, 1.5");

  const KnownMatches known = ReadAsOf("2026-01-30T09:00:00Z");
  REQUIRE(known.finished.size() == 2);
  REQUIRE(known.coming.size() == 1);
  using features::Line;
  const features::Match& first = known.finished[0];
  CHECK(first.average == Line{2.0F, 3.5F, 3.8F});
  CHECK(first.best == Line{2.2F, 3.7F, 4.0F});
  CHECK(first.pinnacle == Line{2.05F, 3.55F, 3.85F});
  CHECK(first.average_closing == Line{1.9F, 3.6F, 4.2F});
  CHECK(first.pinnacle_closing == Line{1.95F, 3.65F, 4.25F});
  CHECK(std::isnan(first.bookmaker_mean[0]));
  CHECK(first.home_statistics[1] == 15.0F);
  CHECK(std::isnan(first.home_statistics[2]));
  CHECK(first.away_statistics[6] == 1.0F);
  CHECK(std::isnan(first.away_statistics[7]));

  const features::Match& second = known.finished[1];
  CHECK(std::isnan(second.average[0]));
  CHECK(second.pinnacle == Line{1.5F, 4.0F, 7.0F});
  CHECK(second.bookmaker_mean == Line{1.55F, 4.1F, 6.5F});

  CHECK(known.coming[0].average == Line{3.1F, 3.1F, 2.4F});
  CHECK(std::isnan(known.coming[0].pinnacle[0]));
}

// Puts a made-up season's matches into the database, the last day still to come. Returns noon of
// the day before that.
Instant AddSeason() {
  Reset();
  Server().Execute(
      "INSERT INTO sports.teams (sport, country, name) "
      "SELECT 'football', 'England', 'T' || n FROM generate_series(5, 12) n");
  std::string sql =
      "INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, "
      "home_team_id, away_team_id, neutral, state, home_score, away_score, listed_from) VALUES ";
  const auto matches = features::MadeUpLeague(3).Seasons(1);
  for (const features::Match& match : matches) {
    const bool coming = match.day == matches.back().day;
    sql += fmt::format(
        "{}({}, {}, {}, '{}', {}, {}, {}, {}, {}, {}, {})",
        match.id == matches.front().id ? "" : ",", match.id.value, match.competition.value,
        match.season, FormatDay(match.day), match.home.value, match.away.value, match.neutral,
        coming ? 1 : 4, coming ? "NULL" : std::to_string(match.home_score),
        coming ? "NULL" : std::to_string(match.away_score), coming ? "'2000-01-01'" : "NULL");
  }
  Server().Execute(sql);
  return matches.back().day - std::chrono::hours(12);
}

class Preprocessing {
 public:
  absl::StatusOr<FeatureSummary> Compute(Instant as_of) {
    return ComputeFeatures("football", as_of, matches, store,
                           {.deadline = std::chrono::system_clock::now() + std::chrono::minutes(1),
                            .report = [](const Progress&) {},
                            .cancelled = [] { return false; }});
  }

  std::unique_ptr<storage::Database> database = OpenAsService();
  PgMatchSource matches{*database};
  PgFeatureStore store{*database};
};

const Instant kInMidSeason = At("2000-12-01T12:00:00Z");

TEST_CASE("stored rows and state are those of a replay in memory, to the bit", "[db]") {
  const Instant before_last_day = AddSeason();
  Preprocessing service;
  const auto summary = service.Compute(before_last_day);
  REQUIRE(summary.ok());
  CHECK(summary->computation.coming_matches > 0);

  const KnownMatches known = service.matches.Read("football", before_last_day, kNoDeadline).value();
  const auto replay = features::MakeReplay("football").value();
  const auto rows = features::RowsOf(*replay, known.finished, known.coming);
  CHECK(rows.size() == known.finished.size() + known.coming.size());
  for (const auto& row : rows) {
    const auto stored = service.store.RowOf(row.match, {replay->catalogue().hash()}, kNoDeadline);
    REQUIRE(stored.ok());
    CHECK(stored->values.size() == row.values.size());
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (std::isnan(row.values[i])) {
        CHECK(std::isnan(stored->values[i]));
      } else {
        CHECK(stored->values[i] == row.values[i]);
      }
    }
  }
  const auto training = OpenAs("fairline_training", "training");
  CHECK(Ask(*training, "SELECT count(*) FROM features.v1_match_features") ==
        std::to_string(rows.size()));
  CHECK(Ask(*training, "SELECT count(*) FROM features.v1_match_features WHERE is_coming") ==
        std::to_string(known.coming.size()));
  CHECK(Ask(*training, "SELECT array_length(values, 1) FROM features.v1_match_features LIMIT 1") ==
        std::to_string(replay->catalogue().size()));
  CHECK(Ask(*training,
            "SELECT jsonb_array_length(catalogue->'features') FROM "
            "features.v1_feature_sets") == std::to_string(replay->catalogue().size()));
  CHECK(Ask(*training, "SELECT md5(state) FROM features.v1_latest_state") ==
        Ask(*training, fmt::format("SELECT md5('\\x{}'::bytea)", [&] {
          std::string hex;
          for (const char c : replay->Save()) {
            hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
          }
          return hex;
        }())));
}

TEST_CASE("the same moment and data are computed once, a moved moment again", "[db]") {
  const Instant before_last_day = AddSeason();
  Preprocessing service;
  REQUIRE(service.Compute(before_last_day).ok());
  CHECK(service.Compute(before_last_day)->up_to_date);

  const auto sooner = service.Compute(kInMidSeason);
  REQUIRE(sooner.ok());
  CHECK_FALSE(sooner->up_to_date);
  CHECK(Ask(*service.database, "SELECT count(*) FROM features.match_features") ==
        std::to_string(sooner->computation.finished_matches + sooner->computation.coming_matches));
  CHECK(Ask(*service.database, "SELECT as_of FROM features.v1_latest_state")
            .starts_with("2000-12-01"));
  CHECK_FALSE(service.Compute(before_last_day)->up_to_date);
}

TEST_CASE("rows that did not change are not written again", "[db]") {
  const Instant before_last_day = AddSeason();
  Preprocessing service;
  REQUIRE(service.Compute(before_last_day).ok());
  const std::string untouched = "SELECT count(DISTINCT xmin::text) FROM features.match_features";
  CHECK(Ask(*service.database, untouched) == "1");
  const std::string last = Ask(*service.database,
                               "SELECT max(match_id) FROM features.match_features "
                               "WHERE NOT is_coming");
  Server().Execute("UPDATE sports.matches SET home_score = home_score + 1 WHERE match_id = " +
                   last + "; UPDATE sports.data_version SET version = version + 1");
  REQUIRE(service.Compute(before_last_day).ok());
  CHECK(Ask(*service.database, untouched) == "2");
  CHECK(Ask(*service.database,
            "SELECT count(*) FROM features.match_features WHERE match_date <= (SELECT match_date "
            "FROM features.match_features WHERE match_id = " +
                last +
                ") AND computed_at > (SELECT min(computed_at) FROM features.match_features)") ==
        "0");
}

TEST_CASE("readers see the old rows until all new ones are there", "[db]") {
  const Instant before_last_day = AddSeason();
  Preprocessing service;
  REQUIRE(service.Compute(kInMidSeason).ok());
  const auto reader = OpenAs("fairline_prediction", "prediction");
  const std::string count = "SELECT count(*) FROM features.v1_match_features";
  const std::string before = Ask(*reader, count);

  const auto replay = features::MakeReplay("football").value();
  const std::vector<float> row(replay->catalogue().size(), 1.0F);
  const auto replace = [&](const absl::Status& outcome) {
    return service.store.Replace(
        replay->catalogue(), {before_last_day, 7, 1, 0},
        [&](const features::RowSink& sink) -> absl::StatusOr<std::string> {
          features::Fixture fixture;
          fixture.id = {424'242};
          RETURN_IF_ERROR(sink(fixture, true, row));
          CHECK(Ask(*reader, count) == before);
          RETURN_IF_ERROR(outcome);
          return std::string("state");
        },
        kNoDeadline);
  };
  CHECK(replace(absl::CancelledError("gone")).code() == absl::StatusCode::kCancelled);
  CHECK(Ask(*reader, count) == before);
  CHECK(Ask(*reader, "SELECT as_of FROM features.v1_latest_state").starts_with("2000-12-01"));

  CHECK(replace(absl::OkStatus()).ok());
  CHECK(Ask(*reader, count) == "1");
  CHECK(service.store.Latest(replay->catalogue().hash(), kNoDeadline).value()->data_version == 7);
}

TEST_CASE("computations at the same time follow one another", "[db]") {
  const Instant before_last_day = AddSeason();
  std::vector<std::thread> threads;
  std::vector<absl::Status> outcomes(3);
  for (absl::Status& outcome : outcomes) {
    threads.emplace_back([&outcome, before_last_day] {
      Preprocessing service;
      outcome = service.Compute(before_last_day).status();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& outcome : outcomes) CHECK(outcome.ok());
  const auto database = OpenAsService();
  CHECK(Ask(*database, "SELECT count(*) FROM features.feature_sets") == "1");
}

TEST_CASE("roles may do what the contract says and no more", "[db]") {
  AddSeason();
  Preprocessing service;
  // What callers are told says nothing of the database, so the refusal is looked at where it is.
  const auto refused = [](storage::Database& database, const char* sql) {
    const absl::Status status = database.Transact({}, [&](pqxx::work& work) {
      CHECK_THROWS_AS(work.exec(sql), pqxx::insufficient_privilege);
      return absl::CancelledError("looked at");
    });
    CHECK_FALSE(status.ok());
  };
  refused(*service.database, "SELECT count(*) FROM sports.matches");
  const auto prediction = OpenAs("fairline_prediction", "prediction");
  refused(*prediction, "SELECT count(*) FROM features.team_states");
}

}  // namespace
}  // namespace fairline::preprocessing
