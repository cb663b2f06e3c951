// Tasks on a real PostgreSQL: who may claim what, and what survives whom.
#include <atomic>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {
namespace {

const std::vector<JobKind> kKinds = {JobKind::kWalkForward, JobKind::kSearch};

// A server of its own: tasks of other tests would be claimed too.
struct World {
  std::unique_ptr<testing::PrivatePostgres> server = testing::PrivatePostgres::Start();
  std::unique_ptr<storage::Database> database =
      storage::Database::Open({server->Url("fairline_training"), 8, "training", 5}).value();
  PgTaskStore store{*database};

  std::int64_t Start(const std::string& request, JobKind kind = JobKind::kWalkForward) {
    const auto id =
        store.StartJob(request, {.kind = kind,
                                 .sport = "football",
                                 .options = R"({"first_season": 2020})",
                                 .recipe = "{}",
                                 .as_of = ParseInstant("2024-08-01T09:00:00Z").value()});
    REQUIRE(id.status().ToString() == "OK");
    return *id;
  }
  // Its plan, done: these tasks are there.
  std::int64_t Planned(const std::string& request, const std::vector<TaskSpec>& tasks) {
    const std::int64_t id = Start(request);
    const auto plan = store.ClaimTask("planner", kKinds).value();
    REQUIRE(plan->spec.kind == TaskKind::kPlan);
    REQUIRE(store.CompleteTask(*plan, {.next = tasks}).ok());
    return id;
  }
  JobView View(std::int64_t id) { return store.GetJob(JobKind::kWalkForward, id).value(); }
  void ExpireLeases() const {
    server->Execute(
        "UPDATE training.tasks SET lease_until = now() - interval '1 second' "
        "WHERE state = 'running'");
  }
};

TaskSpec Forecast(int stage, int season, const std::string& model) {
  return {.kind = TaskKind::kForecast, .stage = stage, .season = season, .model = model};
}

ForecastSet SomeForecasts(const std::string& forecaster) {
  ForecastSet set(forecaster, 3);
  set.Append(7, ParseDay("2024-08-10").value(), 0, std::vector<double>{0.1 + 0.2, 0.3, 0.4});
  set.Append(9, ParseDay("2024-08-11").value(), 2, std::vector<double>{1.0 / 3, 1.0 / 3, 1.0 / 3});
  return set;
}

}  // namespace

TEST_CASE("a job is started once per request and begins with a plan", "[training][db]") {
  World world;
  const std::int64_t id = world.Start("one");
  CHECK(world.Start("one") == id);
  CHECK(world.Start("one", JobKind::kSearch) != id);
  CHECK(absl::IsAlreadyExists(
      world.store
          .StartJob("one", {.kind = JobKind::kWalkForward, .sport = "football", .options = "{}"})
          .status()));
  CHECK(world.View(id).state == JobState::kQueued);

  const auto plan = world.store.ClaimTask("host:1", kKinds).value();
  REQUIRE(plan);
  CHECK(plan->job.job_id == id);
  CHECK(plan->job.recipe == "{}");
  CHECK(plan->job.as_of == ParseInstant("2024-08-01T09:00:00Z").value());
  CHECK(plan->job.options == R"({"first_season": 2020})");
  const JobView view = world.View(id);
  CHECK(view.state == JobState::kRunning);
  REQUIRE(view.running.size() == 1);
  CHECK(view.running[0].worker == "host:1");
  CHECK(absl::IsNotFound(world.store.GetJob(JobKind::kSearch, id).status()));
  CHECK(absl::IsNotFound(world.store.GetJob(JobKind::kWalkForward, 0).status()));
  CHECK(absl::IsNotFound(world.store.GetJob(JobKind::kSearch, 363'513'468'354).status()));
}

TEST_CASE("a task waits for smaller stages of no later season", "[training][db]") {
  World world;
  world.Planned("order", {Forecast(2, 2020, "pool"), Forecast(1, 2020, "member"),
                          Forecast(1, 2021, "member"), Forecast(2, 2021, "pool")});
  const auto first = world.store.ClaimTask("a", kKinds).value();
  const auto second = world.store.ClaimTask("b", kKinds).value();
  REQUIRE((first && second));
  CHECK((first->spec.season == 2020 && first->spec.model == "member"));
  CHECK((second->spec.season == 2021 && second->spec.model == "member"));
  CHECK_FALSE(world.store.ClaimTask("c", kKinds).value());
  // 2020's pool needs nothing of 2021.
  REQUIRE(world.store.CompleteTask(*first, {}).ok());
  const auto pool = world.store.ClaimTask("c", kKinds).value();
  REQUIRE(pool);
  CHECK((pool->spec.season == 2020 && pool->spec.model == "pool"));
  CHECK_FALSE(world.store.ClaimTask("d", kKinds).value());
  REQUIRE(world.store.CompleteTask(*second, {}).ok());
  CHECK(world.store.ClaimTask("d", kKinds).value()->spec.season == 2021);
}

TEST_CASE("many workers claim each task exactly once", "[training][db]") {
  World world;
  std::vector<TaskSpec> tasks;
  for (int season = 2000; season < 2030; ++season) {
    tasks.push_back(Forecast(1, season, "member"));
    tasks.push_back(Forecast(2, season, "pool"));
  }
  const std::int64_t id = world.Planned("crowd", tasks);
  std::mutex mutex;
  std::multiset<std::pair<int, std::string>> claimed;
  std::atomic<bool> too_early{false};
  // Two processes would have a pool of connections each.
  const auto other =
      storage::Database::Open({world.server->Url("fairline_training"), 4, "training", 5}).value();
  std::vector<std::thread> threads;
  for (int worker = 0; worker < 8; ++worker) {
    threads.emplace_back([&, worker] {
      PgTaskStore store(worker % 2 == 0 ? *world.database : *other);
      while (true) {
        const auto task = store.ClaimTask(std::to_string(worker), kKinds);
        if (!task.ok()) continue;
        if (!*task) {
          const std::lock_guard lock(mutex);
          if (claimed.size() == tasks.size()) return;
          continue;
        }
        {
          const std::lock_guard lock(mutex);
          if ((*task)->spec.stage == 2) {
            too_early = too_early || claimed.count({(*task)->spec.season, "member"}) == 0;
          }
          claimed.emplace((*task)->spec.season, (*task)->spec.model);
        }
        if (!store.CompleteTask(**task, {.result = R"({"matches": 1})"}).ok()) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(claimed.size() == 60);
  CHECK(std::set<std::pair<int, std::string>>(claimed.begin(), claimed.end()).size() == 60);
  CHECK_FALSE(too_early);
  CHECK(world.View(id).tasks_done == 61);
  CHECK(world.store.LoadResults(id, TaskKind::kForecast)->size() == 60);
}

TEST_CASE("what a dead worker held is free when its lease has run out", "[training][db]") {
  World world;
  const std::int64_t id = world.Planned("lease", {Forecast(1, 2020, "member")});
  const auto dead = world.store.ClaimTask("dead", kKinds).value();
  REQUIRE(dead);
  CHECK(world.store.RenewTask(dead->claim, 0.25).ok());
  CHECK(world.View(id).running.at(0).share_done == 0.25);
  CHECK_FALSE(world.store.ClaimTask("living", kKinds).value());
  world.ExpireLeases();
  const auto living = world.store.ClaimTask("living", kKinds).value();
  REQUIRE(living);
  CHECK(living->claim.task_id == dead->claim.task_id);
  CHECK(world.View(id).running.at(0).attempts == 2);

  CHECK(absl::IsAborted(world.store.RenewTask(dead->claim, 0.5)));
  const TaskOutcome outcome{.forecasts = {{2020, SomeForecasts("member")}}};
  CHECK(absl::IsAborted(world.store.CompleteTask(*dead, outcome)));
  CHECK(absl::IsAborted(world.store.FailTask(*dead, "late")));
  CHECK(absl::IsAborted(world.store.GiveBackTask(dead->claim)));
  CHECK(world.store.LoadForecasts(id, 3, {}, 0, 9999)->empty());
  CHECK(world.store.CompleteTask(*living, outcome).ok());
  CHECK(world.store.LoadForecasts(id, 3, {}, 0, 9999)->size() == 1);
}

TEST_CASE("a task that kills its workers fails its job in the end", "[training][db]") {
  World world;
  const std::int64_t id = world.Planned("poison", {Forecast(1, 2020, "member")});
  for (int attempt = 0; attempt < kMaxTaskAttempts; ++attempt) {
    REQUIRE(world.store.ClaimTask("victim", kKinds).value());
    world.ExpireLeases();
  }
  CHECK_FALSE(world.store.ClaimTask("survivor", kKinds).value());
  CHECK(world.View(id).state == JobState::kFailed);
  CHECK_THAT(world.View(id).error, Catch::Contains("member of season 2020"));
}

TEST_CASE("what is given back may be claimed at once and does not count as a death",
          "[training][db]") {
  World world;
  const std::int64_t id = world.Planned("back", {Forecast(1, 2020, "member")});
  for (int attempt = 0; attempt < 2 * kMaxTaskAttempts; ++attempt) {
    const auto task = world.store.ClaimTask("stopping", kKinds).value();
    REQUIRE(task);
    REQUIRE(world.store.GiveBackTask(task->claim).ok());
  }
  CHECK(world.View(id).state == JobState::kRunning);
}

TEST_CASE("a cancelled job has no tasks left, and its workers are told", "[training][db]") {
  World world;
  const std::int64_t id =
      world.Planned("cancel", {Forecast(1, 2020, "member"), Forecast(1, 2021, "member")});
  const auto task = world.store.ClaimTask("busy", kKinds).value();
  REQUIRE(task);
  REQUIRE(world.store.CancelJob(JobKind::kWalkForward, id).ok());
  CHECK(world.store.CancelJob(JobKind::kWalkForward, id).ok());
  CHECK(absl::IsAborted(world.store.RenewTask(task->claim, 0.5)));
  CHECK(absl::IsAborted(world.store.CompleteTask(*task, {})));
  CHECK_FALSE(world.store.ClaimTask("idle", kKinds).value());
  CHECK(world.View(id).state == JobState::kCancelled);
  CHECK(absl::IsNotFound(world.store.CancelJob(JobKind::kSearch, id)));

  const std::int64_t done = world.Start("done");
  const auto plan = world.store.ClaimTask("a", kKinds).value();
  REQUIRE(world.store.CompleteTask(*plan, {.summary = "{}"}).ok());
  CHECK(absl::IsFailedPrecondition(world.store.CancelJob(JobKind::kWalkForward, done)));
}

TEST_CASE("the first to read a job's data says what it was", "[training][db]") {
  World world;
  const std::int64_t id = world.Start("pin");
  const Job job = world.View(id).job;
  CHECK(world.store.PinData(job, "aaaa").ok());
  CHECK(world.store.PinData(job, "aaaa").ok());
  CHECK(absl::IsAborted(world.store.PinData(job, "bbbb")));
}

TEST_CASE("a job whose data has changed begins again, a few times, and then fails",
          "[training][db]") {
  World world;
  const std::int64_t id = world.Planned("outdated", {Forecast(1, 2024, "no_odds")});
  for (int restart = 0; restart < kMaxRestarts; ++restart) {
    const Job job = world.View(id).job;
    CHECK(job.restarts == restart);
    REQUIRE(world.store.PinData(job, "one " + std::to_string(restart)).ok());
    const auto task = world.store.ClaimTask("a", kKinds).value();
    REQUIRE(task);
    if (task->spec.kind == TaskKind::kForecast) {
      REQUIRE(
          world.store.CompleteTask(*task, {.forecasts = {{2024, SomeForecasts("no_odds")}}}).ok());
    }
    CHECK(absl::IsAborted(world.store.PinData(job, "another")));
    // Whoever read the data before says nothing any more, nor do its tasks.
    CHECK(absl::IsAborted(world.store.PinData(job, "one")));
    CHECK(absl::IsAborted(world.store.CompleteTask(*task, {})));
    CHECK(world.store.LoadForecasts(id, 3, {}, 0, 9999)->empty());
    CHECK(IsOpen(world.View(id).state));
  }
  const Job last = world.View(id).job;
  REQUIRE(world.store.PinData(last, "one").ok());
  const absl::Status outdated = world.store.PinData(last, "another");
  CHECK(absl::IsFailedPrecondition(outdated));
  CHECK(std::string(outdated.message()).find("after 4 beginnings") != std::string::npos);
}

TEST_CASE("an outage is no attempt, also when another took the task up meanwhile",
          "[training][db]") {
  World world;
  const std::int64_t id = world.Planned("outage", {Forecast(1, 2020, "member")});
  for (int outage = 0; outage < 2 * kMaxTaskAttempts; ++outage) {
    const auto cut_off = world.store.ClaimTask("cut off", kKinds).value();
    REQUIRE(cut_off);
    world.ExpireLeases();
    const auto heir = world.store.ClaimTask("heir", kKinds).value();
    REQUIRE(heir);
    CHECK(absl::IsAborted(world.store.GiveBackTask(cut_off->claim)));
    CHECK(world.store.RenewTask(heir->claim, 0.5).ok());
    CHECK(world.store.GiveBackTask(heir->claim).ok());
  }
  CHECK(world.View(id).state == JobState::kRunning);
}

TEST_CASE("what dead workers hold is free at once, and what others hold is not", "[training][db]") {
  World world;
  world.Planned("dead", {Forecast(1, 2020, "member"), Forecast(1, 2020, "other")});
  REQUIRE(world.store.ClaimTask("here:1", kKinds).value());
  REQUIRE(world.store.ClaimTask("there:1", kKinds).value());
  CHECK_FALSE(world.store.ClaimTask("here:2", kKinds).value());
  const auto is_dead = [](std::string_view worker) { return worker == "here:1"; };
  CHECK(world.store.FreeTasksOf(is_dead).value() == 1);
  CHECK(world.store.ClaimTask("here:2", kKinds).value());
  CHECK_FALSE(world.store.ClaimTask("here:2", kKinds).value());
}

TEST_CASE("what tasks found is read back to the bit, and published when the job is done",
          "[training][db]") {
  World world;
  const std::int64_t id = world.Planned("bits", {Forecast(1, 2024, "no_odds")});
  const auto task = world.store.ClaimTask("a", kKinds).value();
  const ForecastSet forecasts = SomeForecasts("no_odds");
  ModelEvaluation season;
  season.model = "no_odds";
  season.season_start = 2024;
  season.scores.log_loss = 1.0 / 3;
  const TaskSpec judge{.kind = TaskKind::kEvaluate, .stage = 2, .season = 2024};
  REQUIRE(world.store
              .CompleteTask(*task, {.result = R"({"matches": 2})",
                                    .forecasts = {{2024, forecasts}},
                                    .evaluations = {season},
                                    .next = {judge},
                                    .all_tasks = 7})
              .ok());
  CHECK(world.View(id).tasks == 7);
  const auto found = world.store.LoadForecasts(id, 3, {"no_odds"}, 2024, 2024);
  REQUIRE(found->size() == 1);
  const ForecastSet& read = found->at(0).forecasts;
  CHECK(read.match_ids == forecasts.match_ids);
  CHECK(read.dates == forecasts.dates);
  CHECK(std::equal(forecasts.forecasts.values().begin(), forecasts.forecasts.values().end(),
                   read.forecasts.values().begin()));
  CHECK(world.store.LoadForecasts(id, 3, {"other"}, 0, 9999)->empty());
  CHECK(world.store.LoadForecasts(id, 3, {}, 2025, 9999)->empty());
  CHECK(world.store.LoadEvaluations(id, true)->at(0).scores.log_loss == 1.0 / 3);
  CHECK(world.store.LoadEvaluations(id, false)->empty());

  for (const char* role : {"fairline_training", "fairline_prediction", "fairline_accounts"}) {
    INFO(role);
    pqxx::connection connection(world.server->Url(role));
    pqxx::nontransaction sql(connection);
    CHECK(sql.exec("SELECT * FROM training.v1_walk_forward_forecasts").empty());
    if (std::string(role) != "fairline_training") {
      CHECK_THROWS_AS(sql.exec("SELECT * FROM training.jobs"), pqxx::insufficient_privilege);
    }
  }
  const auto last = world.store.ClaimTask("a", kKinds).value();
  REQUIRE(world.store.CompleteTask(*last, {.summary = R"({"leaks": []})"}).ok());
  CHECK(world.View(id).summary == R"({"leaks": []})");
  pqxx::connection connection(world.server->Url("fairline_accounts"));
  pqxx::nontransaction sql(connection);
  const pqxx::result rows = sql.exec(
      "SELECT walk_forward_id, sport, season_start, forecaster, match_id, match_date::text, "
      "  probabilities[1], probabilities[3], cardinality(probabilities) "
      "FROM training.v1_walk_forward_forecasts ORDER BY match_id");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0][0].as<std::int64_t>() == id);
  CHECK(rows[0][1].as<std::string>() == "football");
  CHECK(rows[0][3].as<std::string>() == "no_odds");
  CHECK(rows[0][5].as<std::string>() == "2024-08-10");
  CHECK(rows[0][6].as<double>() == 0.1 + 0.2);
  CHECK(rows[1][4].as<std::int64_t>() == 9);
  CHECK(rows[1][7].as<double>() == 1.0 / 3);
  CHECK(rows[1][8].as<int>() == 3);
}

TEST_CASE("jobs are listed from the newest, page by page, each kind by itself", "[training][db]") {
  World world;
  const std::int64_t one = world.Start("one");
  world.Start("search", JobKind::kSearch);
  const std::int64_t two = world.Start("two");
  const auto newest = world.store.ListJobs(JobKind::kWalkForward, 0, 1);
  REQUIRE(newest->size() == 1);
  CHECK(newest->at(0).job.job_id == two);
  CHECK(world.store.ListJobs(JobKind::kWalkForward, two, 5)->at(0).job.job_id == one);
  CHECK(world.store.ListJobs(JobKind::kSearch, 0, 5)->size() == 1);
}

}  // namespace fairline::training
