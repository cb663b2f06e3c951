// An install of before there was one queue, brought up to date: nothing of what it held is lost.
#include <filesystem>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>
#include <unistd.h>

#include "deploy/migrations/schema_owners.hpp"
#include "libs/storage/migrations.hpp"
#include "libs/testing/data.hpp"
#include "libs/testing/postgres.hpp"
#include "services/training/app/fit/evaluation_json.hpp"
#include "services/training/storage/pg_backtests.hpp"
#include "services/training/storage/pg_job_store.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {
namespace {

namespace fs = std::filesystem;

constexpr int kRequiredVersion = 5;

// Every service's migrations, of training only those up to `last`; gone at the end.
struct MigrationsUpTo {
  explicit MigrationsUpTo(int last)
      : folder(fs::temp_directory_path() / fmt::format("fairline-queue-test-{}", ::getpid())) {
    for (const storage::SchemaOwner& owner : kSchemaOwners) {
      const fs::path of_service = fs::path(owner.service) / "migrations";
      fs::create_directories(folder / of_service);
      for (const auto& file :
           fs::directory_iterator(testing::SourceDir() / "services" / of_service)) {
        const std::string name = file.path().filename();
        if (owner.schema == "training" && std::stoi(name.substr(1)) > last) continue;
        fs::copy_file(file.path(), folder / of_service / name);
      }
    }
  }
  ~MigrationsUpTo() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  fs::path folder;
};

void Migrate(const testing::PrivatePostgres& server, const fs::path& services) {
  const absl::Status status =
      storage::Migrate(server.OwnerUrl(), kSchemaOwners, services, {}, [](std::string_view) {});
  REQUIRE(status.ToString() == "OK");
}

// Ids of backtests and jobs meet; the walk-forwards are here to be left alone.
constexpr char kOldRows[] = R"(
  INSERT INTO training.jobs (kind, request_id, sport, state, summary, lease_until, fencing_token,
                             options, error, units_total)
    VALUES ('train', 'trained', 'football', 'done', '{summary}', NULL, 2,
            '{{"first_season": 0, "last_season": 0}}', NULL, 0),
           ('train', 'training', 'football', 'running', NULL, now() + interval '30 seconds', 5,
            '{{"first_season": 0, "last_season": 0}}', NULL, 0),
           ('train', 'broken', 'football', 'failed', NULL, NULL, 1, '{{}}', 'no memory', 0),
           ('walk_forward', 'walk', 'football', 'running', NULL, NULL, 0, '{{"first_season": 2020}}',
            NULL, 9);
  INSERT INTO training.tasks (job_id, kind, stage, season_start, state, fencing_token)
    SELECT job_id, 'plan', 0, 0, 'queued', 0 FROM training.jobs WHERE kind = 'walk_forward';
  INSERT INTO training.backtests (request_id, settings, state, days_done, days_total,
                                  walk_forward_id, result, bets, error, lease_until, fencing_token,
                                  created_at)
    VALUES ('gone', '{{}}', 'cancelled', 3, 10, 0, NULL, NULL, NULL, NULL, 1,
            '2025-01-01 10:00:00.000001Z'),
           ('done', '{{"seed": 7}}', 'done', 12, 12, 4,
            '{{"report": {{"verdict": "so", "equity": [{{"date": "2024-01-01"}}]}}, "variants": [{{}}]}}',
            E'match_date,match_id\n2024-01-01,1\n', NULL, NULL, 2, '2025-01-02 10:00Z'),
           ('failed', '{{}}', 'failed', 0, 0, 0, NULL, NULL, 'forecaster: none', NULL, 1,
            '2025-01-03 10:00Z'),
           ('running', '{{"min_edge": 0.05}}', 'running', 4, 11, 0, NULL, NULL, NULL,
            now() + interval '120 seconds', 3, '2025-01-04 10:00Z'),
           ('queued', '{{"seed": 1}}', 'queued', 0, 0, 0, NULL, NULL, NULL, NULL, 0,
            '2025-01-05 10:00Z');
  DELETE FROM training.backtests WHERE request_id = 'gone';
  INSERT INTO training.backtests (request_id, settings, state, days_done, days_total, fencing_token,
                                  created_at)
    VALUES ('cancelled', '{{}}', 'cancelled', 3, 10, 1, '2025-01-06 10:00:00.000001Z');
)";

TrainSummary OldSummary() {
  return {.registered_model = "football",
          .version = 3,
          .run_id = "run",
          .bundle_sha256 = std::string(64, 'a'),
          .training_matches = 10,
          .held_out_matches = 2,
          .evaluations = {}};
}

TEST_CASE("an older install's trainings and backtests go over into the one queue",
          "[training][db]") {
  const auto server = testing::PrivatePostgres::StartEmpty();
  {
    const MigrationsUpTo old(3);
    Migrate(*server, old.folder);
  }
  server->Execute(fmt::format(kOldRows, fmt::arg("summary", SummaryToJson(OldSummary()))));
  Migrate(*server, testing::SourceDir() / "services");

  const auto database =
      storage::Database::Open({server->Url("fairline_training"), 4, "training", kRequiredVersion})
          .value();
  PgBacktests backtests(*database);
  PgTaskStore tasks(*database);
  PgJobStore trainings(*database, tasks, "new");

  SECTION("backtests keep their ids and all that was known of them") {
    const auto all = backtests.ListBacktests(0, 100).value();
    REQUIRE(all.size() == 5);
    const auto expect = [&](std::size_t place, std::int64_t id, JobState state,
                            std::int64_t days_done, std::int64_t days, const char* settings,
                            const char* created, const char* error) {
      CAPTURE(place);
      CHECK(all[place].backtest_id == id);
      CHECK(all[place].state == state);
      CHECK(all[place].days_done == days_done);
      CHECK(all[place].days_total == days);
      CHECK(all[place].settings_json == settings);
      CHECK(FormatInstant(all[place].created) == FormatInstant(ParseInstant(created).value()));
      CHECK(all[place].error == error);
    };
    expect(0, 6, JobState::kCancelled, 3, 10, "{}", "2025-01-06T10:00:00.000001Z", "");
    expect(1, 5, JobState::kQueued, 0, 0, R"({"seed": 1})", "2025-01-05T10:00:00Z", "");
    expect(2, 4, JobState::kRunning, 4, 11, R"({"min_edge": 0.05})", "2025-01-04T10:00:00Z", "");
    expect(3, 3, JobState::kFailed, 0, 0, "{}", "2025-01-03T10:00:00Z", "forecaster: none");
    expect(4, 2, JobState::kDone, 12, 12, R"({"seed": 7})", "2025-01-02T10:00:00Z", "");
    CHECK(all[4].walk_forward_id == 4);
    CHECK(all[4].result_json == R"({"report": {"verdict": "so"}})");
    CHECK(backtests.GetBacktest(2)->result_json ==
          R"({"report": {"equity": [{"date": "2024-01-01"}], "verdict": "so"}, "variants": [{}]})");
    CHECK(backtests.LoadBets(2).value() == "match_date,match_id\n2024-01-01,1\n");
    CHECK(absl::IsFailedPrecondition(backtests.LoadBets(6).status()));
    CHECK(absl::IsFailedPrecondition(backtests.CancelBacktest(3)));
    CHECK(backtests.CancelBacktest(6).ok());
    CHECK(absl::IsNotFound(backtests.CancelBacktest(1)));

    CHECK(backtests.StartBacktest("done", R"({"seed": 7})").value() == 2);
    CHECK(absl::IsAlreadyExists(backtests.StartBacktest("done", "{}").status()));
    CHECK(backtests.StartBacktest("new", "{}").value() > 6);
  }

  SECTION("the one that was running is taken up at once, under a new token; then the queued one") {
    const auto running = tasks.ClaimTask("new", {JobKind::kBacktest}).value();
    REQUIRE(running);
    CHECK(running->claim.fencing_token == 4);
    CHECK(running->job.options == R"({"min_edge": 0.05})");
    CHECK(running->spec.kind == TaskKind::kReplay);
    // As the worker of before the upgrade holds it.
    const Task stale{.claim = {.task_id = running->claim.task_id, .fencing_token = 3},
                     .job = running->job,
                     .spec = running->spec};
    const TaskOutcome outcome{
        .result = R"({"n": 1})", .summary = "{}", .bets = BacktestBets{4, "csv"}};
    CHECK(absl::IsAborted(tasks.CompleteTask(stale, outcome)));
    REQUIRE(tasks.CompleteTask(*running, outcome).ok());
    CHECK(backtests.GetBacktest(4)->state == JobState::kDone);
    CHECK(backtests.GetBacktest(4)->days_done == 11);
    CHECK(backtests.LoadBets(4).value() == "csv");
    const auto queued = tasks.ClaimTask("new", {JobKind::kBacktest}).value();
    REQUIRE(queued);
    CHECK(queued->job.options == R"({"seed": 1})");
    CHECK_FALSE(tasks.ClaimTask("new", {JobKind::kBacktest}).value());
  }

  SECTION("trainings answer, go on or may be begun again") {
    CHECK(trainings.ClaimTraining("trained", "football")->summary->version == 3);
    const auto running = trainings.ClaimTraining("training", "football");
    REQUIRE(running.status().ToString() == "OK");
    CHECK(running->claim.fencing_token == 6);
    CHECK(absl::IsUnavailable(trainings.ClaimTraining("training", "football").status()));
    CHECK(trainings.ClaimTraining("broken", "football")->claim.fencing_token == 2);
    CHECK(absl::IsAlreadyExists(trainings.ClaimTraining("trained", "basketball").status()));
  }

  SECTION("walk-forwards stay as they were") {
    const auto walks = tasks.ListJobs(JobKind::kWalkForward, 0, 10).value();
    REQUIRE(walks.size() == 1);
    CHECK(walks[0].tasks == 9);
    CHECK(walks[0].job.job_id == 4);
    CHECK(tasks.ClaimTask("new", {JobKind::kWalkForward})->value().spec.kind == TaskKind::kPlan);
  }
}

}  // namespace
}  // namespace fairline::training
