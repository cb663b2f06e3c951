#include "services/pipeline/storage/pg_run_store.hpp"

#include <thread>

#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"

namespace fairline::pipeline {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<testing::PrivatePostgres> Server() {
  static const std::shared_ptr<testing::PrivatePostgres> server = testing::PrivatePostgres::Start();
  return server;
}

// A store over emptied tables.
struct Fixture {
  std::shared_ptr<testing::PrivatePostgres> server = Server();
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<PgRunStore> store;

  Fixture() {
    server->Execute("TRUNCATE pipeline.runs CASCADE");
    auto opened = storage::Database::Open({server->Url("fairline_pipeline"), 4, "pipeline", 3});
    REQUIRE(opened.ok());
    database = *std::move(opened);
    store = std::make_unique<PgRunStore>(*database);
  }

  Run Queue(const std::string& request_id = "") {
    auto run = store->Create(*MakeRun({.competition_codes = {"E0", "F1"}, .stages = {}}), "ann",
                             request_id);
    REQUIRE(run.ok());
    return *run;
  }

  Lease Claim(std::chrono::milliseconds lease = 60s) {
    const auto claimed = store->Claim(lease);
    REQUIRE(claimed.ok());
    REQUIRE(claimed->has_value());
    return **claimed;
  }
};

TEST_CASE_METHOD(Fixture, "a queued run is read back as it was asked for", "[db]") {
  const Run queued = Queue();
  const auto run = store->Get(queued.run_id);
  REQUIRE(run.ok());
  CHECK(run->state == RunState::kQueued);
  CHECK(run->competition_codes == std::vector<std::string>{"E0", "F1"});
  CHECK(run->stage(StageName::kPredict).state == StageState::kWaiting);
  CHECK(absl::IsNotFound(store->Get("00000000-0000-0000-0000-000000000000").status()));
  CHECK(absl::IsNotFound(store->Get("'; DROP TABLE").status()));
}

TEST_CASE_METHOD(Fixture, "the same request id of the same actor makes one run", "[db]") {
  const Run first = Queue("key");
  CHECK(Queue("key").run_id == first.run_id);
  CHECK(Queue("").run_id != Queue("").run_id);
  const auto other = store->Create(*MakeRun({}), "bob", "key");
  REQUIRE(other.ok());
  CHECK(other->run_id != first.run_id);
}

TEST_CASE_METHOD(Fixture, "a used request id is refused for a run that is another", "[db]") {
  const RunRequest first{.competition_codes = {"E0"}, .stages = {"settle"}};
  REQUIRE(store->Create(*MakeRun(first), "ann", "key").ok());
  RunRequest others[] = {first, first, first, first, first, first};
  others[0].stages = {"predict"};
  others[1].stages = {};
  others[2].competition_codes = {"F1"};
  others[3].first_season_start = 2020;
  others[4].last_season_start = 2020;
  others[5].sport = "football";
  for (const RunRequest& other : others) {
    const auto refused = store->Create(*MakeRun(other), "ann", "key").status();
    CHECK(absl::IsAlreadyExists(refused));
    CHECK(ViolationsOf(refused).at(0).field == "request_id");
  }
  // A run is itself, whatever has become of its stages; and one from before says not what it was.
  server->Execute("UPDATE pipeline.stages SET state = 5");
  CHECK(store->Create(*MakeRun(first), "ann", "key").ok());
  server->Execute("UPDATE pipeline.runs SET content = NULL");
  CHECK(store->Create(*MakeRun(others[0]), "ann", "key").ok());
}

TEST_CASE_METHOD(Fixture, "runs are listed newest first, page by page", "[db]") {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), Queue().run_id);
  std::vector<std::string> listed;
  std::string token;
  do {
    const auto page = store->List(2, token);
    REQUIRE(page.ok());
    for (const Run& run : page->items) listed.push_back(run.run_id);
    token = page->next_token;
  } while (!token.empty());
  CHECK(listed == ids);
}

TEST_CASE_METHOD(Fixture, "one run is worked on at a time", "[db]") {
  const Run first = Queue();
  const Run second = Queue();
  const Lease lease = Claim();
  CHECK(lease.run_id == first.run_id);
  CHECK_FALSE(store->Claim(60s)->has_value());
  REQUIRE(store->End(lease, RunState::kSucceeded, "").ok());
  CHECK(Claim().run_id == second.run_id);
}

TEST_CASE_METHOD(Fixture, "many workers that claim at once get one run", "[db]") {
  for (int i = 0; i < 4; ++i) Queue();
  std::atomic<int> claimed{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        const auto lease = store->Claim(60s);
        if (lease.ok() && *lease) ++claimed;
      });
    }
  }
  CHECK(claimed == 1);
}

TEST_CASE_METHOD(Fixture, "a worker whose lease ran out can write nothing more", "[db]") {
  const Run run = Queue();
  const Lease dead = Claim(1ms);
  Stage stage = run.stage(StageName::kIngest);
  stage.state = StageState::kRunning;
  stage.attempts = 1;
  REQUIRE(store->SaveStage(dead, stage, "attempt 1").ok());
  std::this_thread::sleep_for(5ms);

  const Lease heir = Claim();
  CHECK(heir.run_id == run.run_id);
  CHECK(heir.token > dead.token);
  CHECK(store->Load(heir)->stage(StageName::kIngest).attempts == 1);
  CHECK(absl::IsAborted(store->Renew(dead, 60s).status()));
  CHECK(absl::IsAborted(store->Load(dead).status()));
  CHECK(absl::IsAborted(store->SaveStage(dead, stage, "")));
  CHECK(absl::IsAborted(store->End(dead, RunState::kFailed, "late")));
  CHECK(store->Get(run.run_id)->state == RunState::kRunning);
}

TEST_CASE_METHOD(Fixture, "a lease given back is claimed at once", "[db]") {
  const Run run = Queue();
  REQUIRE(store->Release(Claim()).ok());
  CHECK(Claim().run_id == run.run_id);
}

TEST_CASE_METHOD(Fixture, "everything a stage leaves is read back", "[db]") {
  const Run run = Queue();
  const Lease lease = Claim();
  Stage stage = run.stage(StageName::kPreprocess);
  stage.state = StageState::kSucceeded;
  stage.attempts = 2;
  stage.progress = {"replaying", 5, 9};
  stage.start_time = *ParseInstant("2026-01-30T09:00:00.123456Z");
  stage.end_time = *ParseInstant("2026-01-30T09:00:01Z");
  stage.outcome = {.message = "done",
                   .warnings = {"E0.csv: was \"kept\" aside", "taken back: A - B, {x}"},
                   .data_version = 7,
                   .catalogue_hash = "abc",
                   .finished_matches = 1000,
                   .model = "football",
                   .model_version = 3,
                   .promoted = true};
  const std::int64_t before = store->GetHead(run.run_id)->revision;
  REQUIRE(store->SaveStage(lease, stage, "").ok());
  CHECK(store->GetHead(run.run_id)->revision > before);
  const Stage read = store->Get(run.run_id)->stage(StageName::kPreprocess);
  CHECK(read.state == stage.state);
  CHECK(read.attempts == 2);
  CHECK(read.progress.activity == "replaying");
  CHECK(read.progress.done == 5);
  CHECK(read.progress.total == 9);
  CHECK(read.start_time == stage.start_time);
  CHECK(read.end_time == stage.end_time);
  CHECK(read.outcome.message == "done");
  CHECK(read.outcome.warnings == stage.outcome.warnings);
  CHECK(read.outcome.data_version == 7);
  CHECK(read.outcome.catalogue_hash == "abc");
  CHECK(read.outcome.finished_matches == 1000);
  CHECK(read.outcome.model == "football");
  CHECK(read.outcome.model_version == 3);
  CHECK(read.outcome.promoted == true);
}

TEST_CASE_METHOD(Fixture, "a queued run is cancelled at once, a running one by its worker",
                 "[db]") {
  const Run running = Queue();
  const Lease lease = Claim();
  const Run queued = Queue();
  CHECK(store->RequestCancel(queued.run_id)->state == RunState::kCancelled);
  CHECK(*store->Renew(lease, 60s) == false);
  CHECK(store->RequestCancel(running.run_id)->state == RunState::kRunning);
  CHECK(*store->Renew(lease, 60s) == true);
  CHECK(absl::IsFailedPrecondition(store->RequestCancel(queued.run_id).status()));
}

TEST_CASE_METHOD(Fixture, "a failed run is queued again from the stage that failed", "[db]") {
  const Run run = Queue();
  CHECK(absl::IsFailedPrecondition(store->Retry(run.run_id).status()));
  const Lease lease = Claim();
  Stage ingest = run.stage(StageName::kIngest);
  ingest.state = StageState::kSucceeded;
  Stage preprocess = run.stage(StageName::kPreprocess);
  preprocess.state = StageState::kFailed;
  preprocess.attempts = 4;
  REQUIRE(store->SaveStage(lease, ingest, "").ok());
  REQUIRE(store->SaveStage(lease, preprocess, "").ok());
  REQUIRE(store->End(lease, RunState::kFailed, "preprocess: broken").ok());
  const auto again = store->Retry(run.run_id);
  REQUIRE(again.ok());
  CHECK(again->state == RunState::kQueued);
  CHECK(again->error.empty());
  CHECK(again->stage(StageName::kIngest).state == StageState::kSucceeded);
  CHECK(again->stage(StageName::kPreprocess).state == StageState::kWaiting);
  CHECK(again->stage(StageName::kPreprocess).attempts == 0);
}

TEST_CASE_METHOD(Fixture, "an earlier training is found by exactly its data", "[db]") {
  const Run run = Queue();
  const Lease lease = Claim();
  const auto save = [&](StageName name, StageOutcome outcome) {
    Stage stage = run.stage(name);
    stage.state = StageState::kSucceeded;
    stage.outcome = std::move(outcome);
    REQUIRE(store->SaveStage(lease, stage, "").ok());
  };
  save(StageName::kPreprocess,
       {.message = "", .data_version = 7, .catalogue_hash = "abc", .finished_matches = 1000});
  save(StageName::kTrain, {.message = "", .model = "football", .model_version = 3});
  CHECK_FALSE(store->FindTraining({7, "abc", 1000})->has_value());  // not judged yet
  save(StageName::kRegister, {.message = "", .promoted = true});
  const auto found = store->FindTraining({7, "abc", 1000});
  REQUIRE(found.ok());
  REQUIRE(found->has_value());
  CHECK((*found)->version == 3);
  CHECK_FALSE(store->FindTraining({8, "abc", 1000})->has_value());
  CHECK_FALSE(store->FindTraining({7, "abd", 1000})->has_value());
  CHECK_FALSE(store->FindTraining({7, "abc", 999})->has_value());
}

}  // namespace
}  // namespace fairline::pipeline
