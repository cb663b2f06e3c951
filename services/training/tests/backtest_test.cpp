// Backtest jobs on a real PostgreSQL, worked on by the real worker, asked for over real gRPC.
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <catch2/catch.hpp>

#include "libs/storage/database.hpp"
#include "libs/testing/fake_clock.hpp"
#include "libs/testing/postgres.hpp"
#include "libs/testing/rpc.hpp"
#include "services/training/app/jobs/workers.hpp"
#include "services/training/rpc/backtest_service.hpp"
#include "services/training/storage/pg_backtests.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {
namespace {

constexpr int kMatches = 600;
const testing::FakeClock kSummer2025(ParseInstant("2025-08-01T09:00:00Z").value());

testing::PrivatePostgres& Server() {
  static const auto server = testing::PrivatePostgres::Start();
  return *server;
}

storage::Database& TrainingDatabase() {
  static const auto database =
      storage::Database::Open({Server().Url("fairline_training"), 4, "training", 5}).value();
  return *database;
}

// Forecasts that know the home side wins more often than the prices say.
PastForecasts MadeUpForecasts() {
  PastForecasts past;
  past.walk_forward_id = 42;
  for (int m = 0; m < kMatches; ++m) {
    backtest::PastMatch& match = past.matches.emplace_back();
    match.id = {m + 1};
    match.date = Day(std::chrono::days(19'600 + m / 2));
    match.season_start = m < kMatches / 2 ? 2023 : 2024;
    match.competition = m % 2 == 0 ? "E0" : "D1";
    match.result = m % 5 < 3 ? 0 : m % 5 == 3 ? 1 : 2;
    match.probabilities = {.55, .22, .23};
    match.best = {2.0, 3.6, 3.9};
    match.bookmakers = 5;
    match.average = {1.9, 3.4, 3.7};
    match.bookmaker = {1.95, 3.4, 3.7};
    match.closing = {1.85, 3.5, 4.0};
  }
  return past;
}

class MadeUpSource final : public PastForecastSource {
 public:
  absl::StatusOr<PastForecasts> Read(const backtest::Plan& plan, Instant) override {
    if (plan.forecaster == "missing") return InvalidField("forecaster", "this walk-forward has x");
    PastForecasts past = MadeUpForecasts();
    past.anchored = plan.forecaster == "with_odds";
    past.parameters_chosen_by_seasons_to = 2023;
    return past;
  }
};

struct Running {
  Running() {
    host.host().Register(service);
    host.Start();
    stub = v1::BacktestService::NewStub(host.channel());
  }

  template <typename Method, typename Request, typename Response>
  grpc::Status Call(Method method, const Request& request, Response& response, int role = 1) {
    grpc::ClientContext context;
    testing::CallAs(context, testing::UserCaller(7, role));
    return ((*stub).*method)(&context, request, &response);
  }

  std::int64_t Start(const std::string& request_id, const v1::BacktestSettings& settings) {
    v1::StartBacktestRequest request;
    request.set_request_id(request_id);
    *request.mutable_settings() = settings;
    v1::StartBacktestResponse response;
    const grpc::Status status = Call(&v1::BacktestService::Stub::StartBacktest, request, response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.backtest_id();
  }

  v1::Backtest Get(std::int64_t id) {
    v1::GetBacktestRequest request;
    request.set_backtest_id(id);
    v1::GetBacktestResponse response;
    REQUIRE(Call(&v1::BacktestService::Stub::GetBacktest, request, response).ok());
    return response.backtest();
  }

  v1::Backtest Wait(std::int64_t id) {
    for (int tries = 0; tries < 600; ++tries) {
      const v1::Backtest backtest = Get(id);
      if (backtest.state() != "queued" && backtest.state() != "running") return backtest;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return Get(id);
  }

  // What one more process would do.
  void StartWorker() {
    worker = std::make_unique<Workers>(tasks, Workers::WorkByKind{{JobKind::kBacktest, &work}},
                                       WorkersConfig{.name = "test"});
  }

  std::optional<Task> Claim(const std::string& claimant) {
    return tasks.ClaimTask(claimant, {JobKind::kBacktest}).value();
  }

  PgBacktests store{TrainingDatabase()};
  PgTaskStore tasks{TrainingDatabase()};
  MadeUpSource source;
  BacktestWork work{tasks, source, kSummer2025};
  std::unique_ptr<Workers> worker;
  testing::TestHost host{"training"};
  BacktestService service{store, host.host(), [this] {
                            if (worker) worker->Wake();
                          }};
  std::unique_ptr<v1::BacktestService::Stub> stub;
};

TEST_CASE("a backtest is asked for, runs in the background and tells its result",
          "[training][backtest][db]") {
  Running running;
  running.StartWorker();
  v1::BacktestSettings settings;
  settings.set_bankroll_minor_units(1'000'000);
  settings.add_competition_codes("E0");
  settings.set_min_edge(.05);
  const std::int64_t id = running.Start("one", settings);
  CHECK(running.Start("one", settings) == id);
  const v1::Backtest done = running.Wait(id);
  INFO(done.error());
  REQUIRE(done.state() == "done");
  CHECK(done.walk_forward_id() == 42);
  CHECK(done.settings().min_edge() == .05);
  CHECK(done.report().bets() == kMatches / 2);
  CHECK(done.report().start_minor_units() == 1'000'000);
  CHECK(done.report().end_minor_units() > 1'000'000);
  CHECK(done.report().equity_size() == kMatches / 2);
  CHECK(done.report().yield().low() > 0.0);
  CHECK_FALSE(done.report().verdict().empty());
  CHECK_THAT(done.report().price_note(), Catch::Contains("Best prices of 5.0 bookmakers"));
  REQUIRE(done.report().notes_size() > 5);
  CHECK_THAT(done.report().notes(0), Catch::Contains("from 2023-24 to 2023-24 here are not"));
  REQUIRE(done.report().by_season_size() == 2);
  CHECK(done.report().by_season(1).label() == "2024-25");
  CHECK(done.report().by_season(0).profit_minor_units() +
            done.report().by_season(1).profit_minor_units() ==
        done.report().end_minor_units() - 1'000'000);
  CHECK(done.report().by_competition_size() == 1);
  CHECK(done.variants_size() == 0);

  v1::ExportBacktestBetsRequest request;
  request.set_backtest_id(id);
  v1::ExportBacktestBetsResponse bets;
  REQUIRE(running.Call(&v1::BacktestService::Stub::ExportBacktestBets, request, bets).ok());
  CHECK(std::count(bets.csv().begin(), bets.csv().end(), '\n') == 1 + kMatches / 2);
  CHECK(bets.csv().starts_with("match_date,match_id,"));

  v1::ListBacktestsRequest list;
  v1::ListBacktestsResponse listed;
  REQUIRE(running.Call(&v1::BacktestService::Stub::ListBacktests, list, listed).ok());
  CHECK(listed.backtests(0).report().equity_size() == 0);
  CHECK(listed.backtests(0).report().bets() == kMatches / 2);
}

TEST_CASE("a watcher is told each step once and last the result", "[training][backtest][db]") {
  Running running;
  const std::int64_t id = running.Start("watched", {});
  std::vector<v1::WatchBacktestResponse> told;
  const auto watch = [&](std::int64_t which, const std::string& token) {
    grpc::ClientContext context;
    testing::CallAs(context, testing::UserCaller(7, 1));
    v1::WatchBacktestRequest request;
    request.set_backtest_id(which);
    request.set_resume_token(token);
    const auto reader = running.stub->WatchBacktest(&context, request);
    told.clear();
    v1::WatchBacktestResponse response;
    while (reader->Read(&response)) {
      told.push_back(response);
      if (told.size() == 1) running.StartWorker();
    }
    return reader->Finish();
  };
  REQUIRE(watch(id, "").ok());
  REQUIRE(told.size() >= 2);
  CHECK(told.front().backtest().state() == "queued");
  CHECK(told.front().backtest().progress().activity() == "waiting");
  CHECK(told.back().backtest().state() == "done");
  CHECK(told.back().backtest().report().bets() == kMatches);
  for (std::size_t i = 1; i < told.size(); ++i) {
    CHECK(told[i].resume_token() != told[i - 1].resume_token());
  }
  const std::string last = told.back().resume_token();
  REQUIRE(watch(id, last).ok());
  CHECK(told.empty());
  CHECK(watch(99'999, "").error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a sweep shows every variant and warns", "[training][backtest][db]") {
  Running running;
  running.StartWorker();
  v1::BacktestSettings settings;
  for (const double edge : {.02, .05, .2}) settings.add_sweep_min_edges(edge);
  for (const double kelly : {.1, .25}) settings.add_sweep_kelly_fractions(kelly);
  settings.add_sweep_price_sources(v1::PRICE_SOURCE_BEST);
  settings.add_sweep_price_sources(v1::PRICE_SOURCE_AVERAGE);
  const v1::Backtest done = running.Wait(running.Start("sweep", settings));
  REQUIRE(done.state() == "done");
  REQUIRE(done.variants_size() == 12);
  CHECK(done.variants(0).price_source() == v1::PRICE_SOURCE_BEST);
  CHECK(done.variants(6).price_source() == v1::PRICE_SOURCE_AVERAGE);
  CHECK(done.variants(5).min_edge() == .2);
  CHECK(done.variants(5).kelly_fraction() == .25);
  CHECK(done.variants(5).bets() == 0);
  CHECK(done.variants(5).equity_size() == 0);
  CHECK(done.variants(0).equity_size() == 100);
  CHECK(done.variants(0).equity(99).bankroll_minor_units() == done.variants(0).end_minor_units());
  CHECK(done.variants(done.best_variant()).end_minor_units() == done.report().end_minor_units());
  CHECK_FALSE(done.sweep_warning().empty());
}

TEST_CASE("forecasts that are not anchored stake only when told to", "[training][backtest][db]") {
  Running running;
  running.StartWorker();
  v1::BacktestSettings settings;
  settings.set_forecaster("no_odds");
  CHECK(running.Wait(running.Start("unanchored", settings)).report().bets() == 0);
  settings.set_stake_unanchored(true);
  CHECK(running.Wait(running.Start("told to", settings)).report().bets() > 0);
  settings.set_forecaster("missing");
  const v1::Backtest failed = running.Wait(running.Start("missing", settings));
  CHECK(failed.state() == "failed");
  CHECK(failed.error().starts_with("forecaster"));
}

TEST_CASE("bad settings are refused by name, and only premium accounts may ask",
          "[training][backtest][db]") {
  Running running;
  const auto refused = [&](const v1::BacktestSettings& settings, std::string_view field) {
    v1::StartBacktestRequest request;
    request.set_request_id("bad");
    *request.mutable_settings() = settings;
    v1::StartBacktestResponse response;
    const grpc::Status status =
        running.Call(&v1::BacktestService::Stub::StartBacktest, request, response);
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(status.error_message().find(field) != std::string::npos);
    CHECK(running.Call(&v1::BacktestService::Stub::StartBacktest, request, response, 0)
              .error_code() == grpc::StatusCode::PERMISSION_DENIED);
  };
  v1::BacktestSettings settings;
  settings.set_commission(1.5);
  refused(settings, "commission");
  settings = {};
  settings.set_price_source(v1::PRICE_SOURCE_BOOKMAKER);
  refused(settings, "bookmaker_code");
  settings = {};
  settings.set_forecaster("closing");
  refused(settings, "forecaster");
  settings = {};
  settings.set_kelly_fraction(1.5);
  refused(settings, "kelly_low");
  settings = {};
  for (int i = 0; i < 201; ++i) settings.add_sweep_max_odds(2.0 + i);
  refused(settings, "sweep");
  settings = {};
  settings.set_bankroll_minor_units(-5);
  refused(settings, "bankroll");
}

TEST_CASE("a cancelled backtest stays so, and a lost lease changes nothing",
          "[training][backtest][db]") {
  Running running;
  const std::int64_t id = running.Start("cancel", {});
  const auto task = running.Claim("first");
  REQUIRE(task);
  CHECK(task->spec.kind == TaskKind::kReplay);
  CHECK(running.Get(id).state() == "running");
  CHECK(running.Get(id).progress().activity() == "reading forecasts and prices");
  CHECK(running.tasks.ReportSteps(task->claim, 3, 10).ok());
  CHECK(running.Get(id).progress().done() == 3);
  CHECK(running.Get(id).progress().activity() == "replaying days");
  v1::CancelBacktestRequest request;
  request.set_backtest_id(id);
  v1::CancelBacktestResponse response;
  REQUIRE(running.Call(&v1::BacktestService::Stub::CancelBacktest, request, response).ok());
  CHECK(response.backtest().state() == "cancelled");
  CHECK(response.backtest().progress().done() == 3);
  CHECK(absl::IsAborted(running.tasks.ReportSteps(task->claim, 4, 10)));
  CHECK(absl::IsAborted(running.tasks.CompleteTask(*task, {.summary = "{}"})));
  CHECK(running.Get(id).state() == "cancelled");

  const std::int64_t second = running.Start("lost", {});
  const auto dead = running.Claim("dead");
  REQUIRE(dead);
  CHECK_FALSE(running.Claim("living"));
  Server().Execute(
      "UPDATE training.tasks SET lease_until = now() - interval '1 second' "
      "WHERE state = 'running'");
  const auto living = running.Claim("living");
  REQUIRE(living);
  CHECK(living->claim.task_id == dead->claim.task_id);
  CHECK(living->claim.fencing_token > dead->claim.fencing_token);
  const TaskOutcome outcome{.summary = "{}", .bets = BacktestBets{1, "csv"}};
  CHECK(absl::IsAborted(running.tasks.CompleteTask(*dead, outcome)));
  CHECK(absl::IsAborted(running.tasks.FailTask(*dead, "late")));
  CHECK(absl::IsFailedPrecondition(running.store.LoadBets(second).status()));
  CHECK(running.tasks.CompleteTask(*living, outcome).ok());
  CHECK(running.Get(second).walk_forward_id() == 1);
  CHECK(absl::IsFailedPrecondition(running.store.CancelBacktest(second)));
  CHECK(running.store.CancelBacktest(second).message() == "the backtest has ended");
  CHECK(running.store.CancelBacktest(99'999).ToString() ==
        running.store.GetBacktest(99'999).status().ToString());
  CHECK(absl::IsNotFound(running.store.CancelBacktest(99'999)));
  CHECK(absl::IsNotFound(running.store.GetBacktest(363'513'468'354).status()));
  CHECK(running.store.LoadBets(second).value() == "csv");
}

TEST_CASE("a killed worker's backtest is run by another, and nothing of the dead one counts",
          "[training][backtest][db]") {
  Running running;
  const std::int64_t id = running.Start("killed", {});
  const auto dead = running.Claim("dead");
  REQUIRE(dead);
  REQUIRE(running.tasks.ReportSteps(dead->claim, 7, 10).ok());
  Server().Execute(
      "UPDATE training.tasks SET lease_until = now() - interval '1 second' "
      "WHERE state = 'running'");
  running.StartWorker();
  const v1::Backtest done = running.Wait(id);
  REQUIRE(done.state() == "done");
  CHECK(done.report().bets() == kMatches);
  CHECK(absl::IsAborted(running.tasks.CompleteTask(
      *dead, {.result = "{}", .summary = "{}", .bets = BacktestBets{1, "stale"}})));
  CHECK(running.Get(id).SerializeAsString() == done.SerializeAsString());
  CHECK(running.store.LoadBets(id)->starts_with("match_date,match_id,"));
}

TEST_CASE("a backtest that its process gave up goes on in the next", "[training][backtest][db]") {
  Running running;
  const std::int64_t id = running.Start("stopped", {});
  const auto task = running.Claim("stopping");
  REQUIRE(task);
  const auto stopped = running.work.Run(*task, [](double) { return false; });
  CHECK(absl::IsCancelled(stopped.status()));
  REQUIRE(running.tasks.GiveBackTask(task->claim).ok());
  CHECK(running.Get(id).state() == "queued");
  running.StartWorker();
  CHECK(running.Wait(id).state() == "done");
}

TEST_CASE("a request id belongs to one backtest of one kind of settings",
          "[training][backtest][db]") {
  Running running;
  v1::BacktestSettings settings;
  const std::int64_t id = running.Start("mine", settings);
  CHECK(running.Start("mine", settings) == id);
  CHECK(running.store.StartBacktest("mine", R"({"seed": 9})").status().message() ==
        "request_id: was used for another request");
  REQUIRE(running.store.CancelBacktest(id).ok());
}

TEST_CASE("forecasts of a walk-forward are read with the prices of those days",
          "[training][backtest][db]") {
  Server().Execute(R"(
    INSERT INTO sports.competitions (code, sport, name, country, tier)
      VALUES ('T9', 'football', 'Test', 'Nowhere', 1);
    INSERT INTO sports.teams (sport, country, name)
      VALUES ('football', 'Nowhere', 'Reds'), ('football', 'Nowhere', 'Blues');
    INSERT INTO sports.bookmakers (code, name, kind)
      VALUES ('average', 'Average', 'aggregate'), ('pinnacle', 'Pinnacle', 'bookmaker'),
             ('bet365', 'Bet365', 'bookmaker'), ('betfair_exchange', 'Betfair', 'exchange')
      ON CONFLICT DO NOTHING;
    INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, home_team_id,
                                away_team_id, state, home_score, away_score)
      SELECT id, (SELECT competition_id FROM sports.competitions WHERE code = 'T9'), 2023, day,
             (SELECT team_id FROM sports.teams WHERE name = 'Reds'),
             (SELECT team_id FROM sports.teams WHERE name = 'Blues'), 4, 2, 1
      FROM (VALUES (901, date '2023-09-01'), (902, date '2023-09-08')) AS m(id, day);
    INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, price_2,
                               price_3, captured_at, batch_id)
      SELECT 901, date '2023-09-01', bookmaker_id, 1, phase, p1, 3.5, 4.0, seen, 1
      FROM (VALUES ('average', 1, 1.86, NULL), ('pinnacle', 1, 1.9, NULL),
                   ('bet365', 1, 2.4, timestamptz '2023-08-30 09:00Z'),
                   ('bet365', 1, 1.95, timestamptz '2023-08-31 09:00Z'),
                   ('betfair_exchange', 1, 3.0, NULL),
                   ('pinnacle', 2, 1.8, NULL), ('average', 2, 1.75, NULL),
                   ('bet365', 2, 9.0, NULL)) AS q(code, phase, p1, seen)
      JOIN sports.bookmakers USING (code);
    INSERT INTO training.jobs (kind, request_id, sport, state, recipe)
      VALUES ('walk_forward', 'w1', 'football', 'done', '{
        "format": 2, "name": "t", "sport": "football", "outcomes": ["home", "draw", "away"],
        "seed": 1, "least_training_matches": 1, "least_held_out_matches": 1,
        "chosen_by_seasons_to": 2018,
        "models": [{"name": "elo", "kind": "elo"},
                   {"name": "with_odds", "kind": "pool", "members": ["market"]}]}'),
             ('walk_forward', 'w2', 'football', 'failed', NULL);
    INSERT INTO training.season_forecasts
      SELECT job_id, 2023, 'with_odds', '{901,902}', '{2023-09-01,2023-09-08}', '{0,0}',
             '{0.5,0.3,0.2,0.6,0.2,0.2}' FROM training.jobs WHERE request_id = 'w1';
    INSERT INTO training.season_forecasts
      SELECT job_id, 2023, 'elo', '{901}', '{2023-09-01}', '{0}', '{0.5,0.3,0.2}'
      FROM training.jobs WHERE request_id = 'w1';
  )");
  PgBacktests source(TrainingDatabase());
  const Instant now = ParseInstant("2024-01-01T00:00:00Z").value();
  const backtest::Plan plan = backtest::ParsePlan(R"({"bookmaker_code": "bet365"})").value();
  const auto past = source.Read(plan, now);
  REQUIRE(past.status().ToString() == "OK");
  REQUIRE(past->matches.size() == 2);
  const backtest::PastMatch& match = past->matches[0];
  CHECK(match.id.value == 901);
  CHECK(match.competition == "T9");
  CHECK(match.date == ParseDay("2023-09-01").value());
  CHECK(match.probabilities[1] == .3);
  CHECK(match.outcomes == 3);
  // The newest price of each bookmaker before the match; no exchange, nothing of the closing ones.
  CHECK(match.best[0] == 1.95);
  CHECK(match.best_at[0] == "bet365");
  CHECK(match.best_at[1] == "bet365");  // of two that offer 3.5, the first by code
  CHECK(match.bookmakers == 2);
  CHECK_FALSE(match.maximum[0] > 1.0);
  CHECK(match.pinnacle_closing);
  CHECK(past->anchored);
  CHECK(past->parameters_chosen_by_seasons_to == 2018);
  CHECK(match.average[0] == 1.86);
  CHECK(match.bookmaker[0] == 1.95);
  CHECK(match.closing[0] == 1.8);
  CHECK_FALSE(past->matches[1].best[0] > 1.0);

  backtest::Plan other = plan;
  other.forecaster = "no_odds";
  CHECK_THAT(source.Read(other, now).status().ToString(), Catch::Contains("with_odds"));
  other.forecaster = "elo";
  CHECK_FALSE(source.Read(other, now)->anchored);
  other = plan;
  other.variants.front().bookmaker = "average";
  CHECK_THAT(source.Read(other, now).status().ToString(),
             Catch::Contains("bookmaker_code: one of"));
  other = plan;
  other.walk_forward_id = past->walk_forward_id + 1;
  CHECK(absl::IsInvalidArgument(source.Read(other, now).status()));
}

}  // namespace
}  // namespace fairline::training
