// The storage adapters on a real PostgreSQL with the real migrations.
#include <cmath>
#include <memory>

#include <catch2/catch.hpp>

#include "libs/storage/database.hpp"
#include "libs/testing/postgres.hpp"
#include "services/training/storage/pg_checkpoints.hpp"
#include "services/training/storage/pg_job_store.hpp"
#include "services/training/storage/pg_match_source.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {
namespace {

testing::PrivatePostgres& Server() {
  static const auto server = testing::PrivatePostgres::Start();
  return *server;
}

storage::Database& TrainingDatabase() {
  static const auto database =
      storage::Database::Open({Server().Url("fairline_training"), 4, "training", 5}).value();
  return *database;
}

void ExpireLeases() {
  Server().Execute("UPDATE training.tasks SET lease_until = now() - interval '1 second'");
}

ForecastSet SomeForecasts(const std::string& forecaster) {
  ForecastSet set(forecaster, 3);
  set.Append(7, ParseDay("2024-08-10").value(), 0, std::vector<double>{0.1 + 0.2, 0.3, 0.4});
  set.Append(9, ParseDay("2024-08-11").value(), 2, std::vector<double>{1.0 / 3, 1.0 / 3, 1.0 / 3});
  return set;
}

ModelEvaluation SomeEvaluation(const std::string& model, int season) {
  ModelEvaluation evaluation;
  evaluation.model = model;
  evaluation.season_start = season;
  evaluation.scores.matches = 2;
  evaluation.scores.log_loss = 1.0 / 3;
  evaluation.scores.confusion = {{1, 0, 0}, {0, 0, 0}, {0, 0, 1}};
  evaluation.scores.classes = {{0.5, 1.0, 2.0 / 3}, {}, {1.0, 1.0, 1.0}};
  evaluation.scores.reliability[3] = {.count = 4, .mean_forecast = 0.17, .frequency = 0.25};
  evaluation.comparisons = {
      {.against = "market",
       .log_loss = {.mean = -7e-4, .lower = -1e-3, .upper = -4e-4, .matches = 2, .blocks = 1},
       .rps = {}}};
  return evaluation;
}

TrainSummary SomeSummary() {
  return {.registered_model = "football",
          .version = 3,
          .run_id = "run",
          .bundle_sha256 = std::string(64, 'a'),
          .training_matches = 10,
          .held_out_matches = 2,
          .evaluations = {SomeEvaluation("no_odds", 2024)}};
}

TEST_CASE("a training belongs to one worker at a time", "[training][db]") {
  PgTaskStore tasks(TrainingDatabase());
  PgJobStore store(TrainingDatabase(), tasks, "test");
  const auto first = store.ClaimTraining("lease", "football");
  REQUIRE(first.status().ToString() == "OK");
  CHECK(absl::IsUnavailable(store.ClaimTraining("lease", "football").status()));
  CHECK(absl::IsAlreadyExists(store.ClaimTraining("lease", "basketball").status()));
  CHECK(store.RenewLease(first->claim).ok());
  CHECK_FALSE(tasks.ClaimTask("a worker", {JobKind::kWalkForward, JobKind::kBacktest}).value());

  ExpireLeases();
  const auto second = store.ClaimTraining("lease", "football");
  REQUIRE(second.ok());
  CHECK(second->claim.job_id == first->claim.job_id);
  CHECK(second->claim.fencing_token > first->claim.fencing_token);
  CHECK(absl::IsAborted(store.RenewLease(first->claim)));
  CHECK(absl::IsAborted(store.FailJob(first->claim, "late")));
  CHECK(absl::IsAborted(
      store.FinishTraining(first->claim, SomeSummary(), 2024, {SomeForecasts("no_odds")})));
  CHECK_FALSE(store.FindHeldOut(std::string(64, 'a'), 2024, "no_odds").value());
  CHECK(store.FailJob(second->claim, "no memory").ok());
  const auto third = store.ClaimTraining("lease", "football");
  REQUIRE(third.status().ToString() == "OK");
  CHECK(third->claim.fencing_token > second->claim.fencing_token);
  const JobView view = tasks.GetJob(JobKind::kTraining, third->claim.job_id).value();
  CHECK(view.state == JobState::kRunning);
  CHECK(view.error.empty());
  CHECK(view.running.at(0).worker == "test");
}

TEST_CASE("a finished training answers with what it found, to the bit", "[training][db]") {
  PgTaskStore tasks(TrainingDatabase());
  PgJobStore store(TrainingDatabase(), tasks, "test");
  const auto claimed = store.ClaimTraining("finish", "football");
  REQUIRE(claimed.ok());
  const ForecastSet forecasts = SomeForecasts("no_odds");
  REQUIRE(store.FinishTraining(claimed->claim, SomeSummary(), 2024, {forecasts}).ok());

  const auto again = store.ClaimTraining("finish", "football");
  REQUIRE(again.ok());
  REQUIRE(again->summary);
  CHECK(again->summary->version == 3);
  const ModelEvaluation& evaluation = again->summary->evaluations.at(0);
  CHECK(evaluation.scores.log_loss == 1.0 / 3);
  CHECK(evaluation.scores.confusion == SomeEvaluation("", 0).scores.confusion);
  CHECK(evaluation.scores.classes[0].f1 == 2.0 / 3);
  CHECK(evaluation.scores.reliability[3].frequency == 0.25);
  CHECK(evaluation.comparisons.at(0).log_loss.upper == -4e-4);

  const auto held_out = store.FindHeldOut(std::string(64, 'a'), 2024, "no_odds");
  REQUIRE(held_out.ok());
  REQUIRE(*held_out);
  CHECK((*held_out)->match_ids == forecasts.match_ids);
  CHECK((*held_out)->dates == forecasts.dates);
  CHECK((*held_out)->results == forecasts.results);
  CHECK(std::equal(forecasts.forecasts.values().begin(), forecasts.forecasts.values().end(),
                   (*held_out)->forecasts.values().begin()));
  CHECK_FALSE(store.FindHeldOut(std::string(64, 'a'), 2023, "no_odds").value());
}

TEST_CASE("a checkpoint keeps every byte", "[training][db]") {
  PgCheckpoints checkpoints(TrainingDatabase());
  const std::string key(64, 'b');
  std::string bytes;
  for (int i = 0; i < 1024; ++i) bytes += static_cast<char>(i * 37);
  CHECK_FALSE(checkpoints.Find(key).value());
  REQUIRE(checkpoints.Save(key, bytes).ok());
  REQUIRE(checkpoints.Save(key, bytes).ok());
  CHECK(checkpoints.Find(key).value() == bytes);
}

TEST_CASE("matches are read as they were known at the moment", "[training][db]") {
  Server().Execute(R"(
    INSERT INTO sports.competitions (code, sport, name, country, tier)
      VALUES ('T0', 'football', 'Test', 'Nowhere', 1);
    INSERT INTO sports.teams (sport, country, name)
      VALUES ('football', 'Nowhere', 'Reds'), ('football', 'Nowhere', 'Blues');
    INSERT INTO sports.bookmakers (code, name, kind)
      VALUES ('average', 'Average', 'aggregate'), ('pinnacle', 'Pinnacle', 'bookmaker'),
             ('bet365', 'Bet365', 'bookmaker') ON CONFLICT DO NOTHING;
    INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, home_team_id,
                                away_team_id, state, home_score, away_score)
      SELECT id, (SELECT competition_id FROM sports.competitions WHERE code = 'T0'), 2023, day,
             (SELECT team_id FROM sports.teams WHERE name = 'Reds'),
             (SELECT team_id FROM sports.teams WHERE name = 'Blues'), state, 2, 1
      FROM (VALUES (901, date '2023-09-01', 4), (902, date '2023-09-08', 6),
                   (903, date '2023-09-15', 5), (904, date '2023-10-01', 4)) AS m(id, day, state);
    INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, price_2,
                               price_3, captured_at, batch_id)
      SELECT 901, date '2023-09-01', bookmaker_id, 1, phase, p1, 3.5, 4.0, seen, 1
      FROM (VALUES ('average', 1, 1.8, timestamptz '2023-08-30 09:00Z'),
                   ('average', 1, 2.0, timestamptz '2023-08-31 09:00Z'),
                   ('bet365', 1, 9.0, NULL), ('pinnacle', 2, 1.9, NULL),
                   ('average', 2, 1.95, NULL)) AS q(code, phase, p1, seen)
      JOIN sports.bookmakers USING (code);
    INSERT INTO features.feature_sets (sport, name, catalogue_hash, catalogue)
      VALUES ('football', 'old', 'old', '{"features": []}'),
             ('football', 'new', 'new', '{"features": [{"name": "elo", "block": "rating",
                                                        "meaning": "Strength.", "unit": "points",
                                                        "source": "results"},
                                                       {"name": "line", "block": "market"}]}');
    INSERT INTO features.match_features (feature_set_id, match_id, match_date, is_coming, values)
      SELECT feature_set_id, id, day, false, vals::real[] FROM features.feature_sets,
        (VALUES (901, date '2023-09-01', '{0.1,NaN}'), (902, date '2023-09-08', '{-1.5e-7,3}'),
                (903, date '2023-09-15', '{1,1}'), (904, date '2023-10-01', '{2,2}'))
        AS f(id, day, vals)
      WHERE name = 'new';
  )");
  PgMatchSource source(TrainingDatabase());
  const auto dataset = source.Read("football", 3, ParseInstant("2023-09-20T00:00:00Z").value());
  REQUIRE(dataset.status().ToString() == "OK");
  REQUIRE(dataset->size() == 2);  // the awarded one taught nothing, the last was not yet played
  CHECK(dataset->feature_set().catalogue_hash == "new");
  CHECK(dataset->feature_set().features[1].block == "market");
  CHECK(dataset->feature_set().features[0].meaning == "Strength.");
  CHECK(dataset->match_id(0) == 901);
  CHECK(dataset->date(1) == ParseDay("2023-09-08").value());
  CHECK(dataset->result(0) == 0);
  CHECK(dataset->features().row(0)[0] == 0.1F);
  CHECK(std::isnan(dataset->features().row(0)[1]));
  CHECK(dataset->features().row(1)[0] == -1.5e-7F);
  // The last captured average at 2.0, and Pinnacle's close at 1.9.
  CHECK(dataset->market().row(0)[0] < dataset->closing().row(0)[0]);
  CHECK_FALSE(dataset->has_market(1));
  CHECK(source.Read("football", 3, ParseInstant("2024-01-01T00:00:00Z").value())->size() == 3);
  CHECK(absl::IsFailedPrecondition(
      source.Read("basketball", 2, ParseInstant("2024-01-01T00:00:00Z").value()).status()));
}

TEST_CASE("the training role can change nobody else's rows", "[training][db]") {
  for (const char* sql : {"DELETE FROM sports.matches", "DELETE FROM features.match_features",
                          "DELETE FROM training.jobs", "DELETE FROM training.tasks",
                          "DELETE FROM training.season_forecasts"}) {
    // What callers are told says nothing of the database, so the refusal is looked at where it is.
    const absl::Status status = TrainingDatabase().Transact({}, [&](pqxx::work& transaction) {
      CHECK_THROWS_AS(transaction.exec(sql), pqxx::insufficient_privilege);
      return absl::CancelledError("looked at");
    });
    CHECK_FALSE(status.ok());
  }
}

}  // namespace
}  // namespace fairline::training
