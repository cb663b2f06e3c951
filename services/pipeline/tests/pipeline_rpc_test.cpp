// The whole service, over gRPC and a real PostgreSQL, with fakes in place of the other services.

#include <functional>
#include <thread>

#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"
#include "libs/testing/rpc.hpp"
#include "services/pipeline/app/run_worker.hpp"
#include "services/pipeline/rpc/grpc_stage_services.hpp"
#include "services/pipeline/rpc/pipeline_service.hpp"
#include "services/pipeline/storage/pg_run_store.hpp"
#include "services/pipeline/tests/fake_stages.hpp"

namespace fairline::pipeline {
namespace {

using namespace std::chrono_literals;

testing::PrivatePostgres& Server() {
  static const auto server = testing::PrivatePostgres::Start();
  return *server;
}

struct Fixture {
  FakeStages stages;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<PgRunStore> store;
  std::unique_ptr<GrpcStageServices> services;
  testing::TestHost host{"pipeline"};
  std::unique_ptr<PipelineService> rpc;
  std::unique_ptr<v1::PipelineService::Stub> stub;
  RealClock clock;
  std::unique_ptr<RunWorker> worker;

  Fixture() {
    Server().Execute("TRUNCATE pipeline.runs CASCADE");
    auto opened = storage::Database::Open({Server().Url("fairline_pipeline"), 6, "pipeline", 3});
    REQUIRE(opened.ok());
    database = *std::move(opened);
    store = std::make_unique<PgRunStore>(*database);
    const auto channel = rpc::Connect(stages.address());
    services = std::make_unique<GrpcStageServices>(
        PeerChannels{channel, channel, channel, channel, channel, channel},
        [this](std::chrono::milliseconds timeout) { return host.host().ServiceCall(timeout); }, 30s,
        10s);
    rpc = std::make_unique<PipelineService>(*store, *services, host.host());
    host.host().Register(*rpc);
    host.Start();
    stub = v1::PipelineService::NewStub(host.channel());
  }

  void StartWorker(RetryPolicy retry = {.first_delay = 10ms,
                                        .max_delay = 100ms,
                                        .patience = 10s,
                                        .max_attempts = 50}) {
    WorkerOptions options;
    options.lease = 600ms;
    options.poll = 20ms;
    options.progress_interval = 0ms;
    options.retry = retry;
    worker = std::make_unique<RunWorker>(*store, *services, clock, options);
  }

  v1::Run StartRun(const std::vector<std::string>& stage_names = {},
                   const std::string& sport = "") {
    grpc::ClientContext context;
    testing::CallAs(context, testing::UserCaller(1, rpc::kRoleAdmin));
    v1::StartRunRequest request;
    for (const std::string& name : stage_names) request.add_stages(name);
    request.set_sport(sport);
    v1::StartRunResponse response;
    const grpc::Status status = stub->StartRun(&context, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.run();
  }

  // All messages until the stream ends.
  std::vector<v1::WatchRunResponse> Watch(const std::string& run_id,
                                          const std::string& resume_token = "") {
    grpc::ClientContext context;
    testing::CallAs(context, testing::UserCaller(1, rpc::kRoleAdmin));
    v1::WatchRunRequest request;
    request.set_run_id(run_id);
    request.set_resume_token(resume_token);
    auto reader = stub->WatchRun(&context, request);
    std::vector<v1::WatchRunResponse> messages;
    v1::WatchRunResponse message;
    while (reader->Read(&message)) messages.push_back(message);
    CHECK(reader->Finish().ok());
    return messages;
  }

  v1::Run WaitForEnd(const std::string& run_id) {
    const auto messages = Watch(run_id);
    REQUIRE_FALSE(messages.empty());
    return messages.back().run();
  }

  // Waits for something another thread does; fails after 10 s.
  static void Await(const std::function<bool()>& happened) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (!happened()) {
      REQUIRE(std::chrono::steady_clock::now() < give_up);
      std::this_thread::sleep_for(5ms);
    }
  }
};

TEST_CASE_METHOD(Fixture, "a run does its stages in order and ends well", "[rpc]") {
  StartWorker();
  const v1::Run started = StartRun();
  const v1::Run run = WaitForEnd(started.run_id());
  CHECK(run.state() == v1::RUN_STATE_SUCCEEDED);
  REQUIRE(run.stages_size() == 6);
  for (const v1::Stage& stage : run.stages()) {
    INFO(stage.name() << ": " << stage.message());
    CHECK(stage.state() == v1::STAGE_STATE_SUCCEEDED);
    CHECK(stage.attempts() == 1);
  }
  CHECK(stages.script.request_ids["ingest"] == run.run_id() + "/ingest");
  CHECK(stages.script.request_ids["train"] == run.run_id() + "/train");
  CHECK(stages.script.walk_forwards == 1);
  CHECK(stages.script.settle_calls == 1);
  CHECK(run.stages(5).message() ==
        "3 bets settled, 0 settled anew by a changed result, 2 still open.");
}

TEST_CASE_METHOD(Fixture, "a run that did not do all of its work says so", "[rpc]") {
  stages.script.ingest_warns = true;
  StartWorker();
  const v1::Run run = WaitForEnd(StartRun().run_id());
  CHECK(run.state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(run.warnings() == 1);
  REQUIRE(run.stages(0).warnings_size() == 1);
  CHECK(run.stages(0).warnings(0) == "E0.csv: 503");
}

TEST_CASE_METHOD(Fixture, "what a run asks for is checked before it is queued", "[rpc]") {
  const auto refused = [&](const std::function<void(v1::StartRunRequest&)>& ask) {
    grpc::ClientContext context;
    testing::CallAs(context, testing::UserCaller(1, rpc::kRoleAdmin));
    v1::StartRunRequest request;
    ask(request);
    v1::StartRunResponse response;
    const absl::Status status = rpc::FromGrpc(stub->StartRun(&context, request, &response));
    CHECK(absl::IsInvalidArgument(status));
    return ViolationsOf(status).at(0).field;
  };
  CHECK(refused([](auto& run) { run.add_competition_codes("XX9"); }) == "competition_codes");
  CHECK(refused([](auto& run) { run.set_first_season_start(1991); }) == "first_season_start");
  CHECK(refused([](auto& run) {
          run.set_first_season_start(2024);
          run.set_last_season_start(2023);
        }) == "last_season_start");
  CHECK(refused([](auto& run) {
          run.add_stages("predict");
          run.add_stages("ingest");
        }) == "stages");
  CHECK(refused([](auto& run) {
          run.add_stages("settle");
          run.add_stages("settle");
        }) == "stages");
  CHECK(store->List(10, "")->items.empty());
}

TEST_CASE_METHOD(Fixture, "a run's sport is that of its every stage", "[rpc]") {
  StartWorker();
  const std::string sport = GENERATE("toy", "");
  const v1::Run run = WaitForEnd(StartRun({}, sport).run_id());
  CHECK(run.state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(run.sport() == sport);
  for (const char* stage :
       {"ingest", "preprocess", "train", "serving", "predict", "walk_forward"}) {
    INFO(stage);
    CHECK(stages.script.SportOf(stage) == sport);
  }
}

TEST_CASE_METHOD(Fixture, "a second run on the same data trains nothing", "[rpc]") {
  StartWorker();
  REQUIRE(WaitForEnd(StartRun().run_id()).state() == v1::RUN_STATE_SUCCEEDED);
  const v1::Run again = WaitForEnd(StartRun().run_id());
  CHECK(again.state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(again.stages(2).state() == v1::STAGE_STATE_SKIPPED);
  CHECK(again.stages(3).state() == v1::STAGE_STATE_SKIPPED);
  CHECK(stages.script.train_calls == 1);
  CHECK(stages.script.walk_forwards == 1);
  const v1::Run named = WaitForEnd(StartRun({"preprocess", "train", "register"}).run_id());
  CHECK(named.stages(2).state() == v1::STAGE_STATE_SUCCEEDED);
  CHECK(stages.script.train_calls == 2);
}

TEST_CASE_METHOD(Fixture, "a stage that breaks off is tried again", "[rpc]") {
  stages.script.train_breaks = 3;
  StartWorker();
  const v1::Run run = WaitForEnd(StartRun().run_id());
  CHECK(run.state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(run.stages(2).attempts() == 4);
  CHECK(stages.script.ingest_calls == 1);
}

TEST_CASE_METHOD(Fixture, "a stage that never gets further is given up", "[rpc]") {
  stages.script.train_breaks = 1'000'000;
  StartWorker({.first_delay = 1ms, .max_delay = 5ms, .patience = 200ms, .max_attempts = 100'000});
  const v1::Run run = WaitForEnd(StartRun().run_id());
  CHECK(run.state() == v1::RUN_STATE_FAILED);
  CHECK(run.error() ==
        "train: a service that this needs cannot be reached just now; try again shortly");
  CHECK(run.stages(2).attempts() > 1);
}

TEST_CASE_METHOD(Fixture, "a service that dies in mid-stream is waited for", "[rpc]") {
  stages.script.train_hangs = true;
  StartWorker();
  const v1::Run started = StartRun();
  Await([&] { return stages.script.train_calls == 1; });
  stages.Kill();
  stages.script.train_hangs = false;
  std::this_thread::sleep_for(100ms);
  stages.Restart();
  const v1::Run run = WaitForEnd(started.run_id());
  CHECK(run.state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(run.stages(2).attempts() >= 2);
  CHECK(stages.script.ingest_calls == 1);
  CHECK(stages.script.request_ids["train"] == run.run_id() + "/train");
}

TEST_CASE_METHOD(Fixture, "an error for good fails the run, and a retry goes on there", "[rpc]") {
  stages.script.preprocess_fails = grpc::StatusCode::FAILED_PRECONDITION;
  StartWorker();
  const v1::Run failed = WaitForEnd(StartRun().run_id());
  CHECK(failed.state() == v1::RUN_STATE_FAILED);
  CHECK(failed.error() == "preprocess: told to fail");
  CHECK(failed.stages(1).attempts() == 1);
  CHECK(failed.stages(2).state() == v1::STAGE_STATE_WAITING);

  stages.script.preprocess_fails = grpc::StatusCode::OK;
  grpc::ClientContext context;
  testing::CallAs(context, testing::UserCaller(1, rpc::kRoleAdmin));
  v1::RetryRunRequest request;
  request.set_run_id(failed.run_id());
  v1::RetryRunResponse response;
  REQUIRE(stub->RetryRun(&context, request, &response).ok());
  CHECK(WaitForEnd(failed.run_id()).state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(stages.script.ingest_calls == 1);
}

TEST_CASE_METHOD(Fixture, "a cancelled run stops its stage's call", "[rpc]") {
  stages.script.train_hangs = true;
  StartWorker();
  const v1::Run started = StartRun();
  Await([&] { return stages.script.train_calls == 1; });
  grpc::ClientContext context;
  testing::CallAs(context, testing::UserCaller(1, rpc::kRoleAdmin));
  v1::CancelRunRequest request;
  request.set_run_id(started.run_id());
  v1::CancelRunResponse response;
  REQUIRE(stub->CancelRun(&context, request, &response).ok());
  const v1::Run run = WaitForEnd(started.run_id());
  CHECK(run.state() == v1::RUN_STATE_CANCELLED);
  CHECK(run.stages(2).state() == v1::STAGE_STATE_WAITING);
  Await([&] { return stages.script.train_was_cancelled.load(); });
}

TEST_CASE_METHOD(Fixture, "a run whose worker stopped is taken up by the next at its stage",
                 "[rpc]") {
  stages.script.train_hangs = true;
  StartWorker();
  const v1::Run started = StartRun();
  Await([&] { return stages.script.train_calls == 1; });
  worker.reset();
  CHECK(store->Get(started.run_id())->state == RunState::kRunning);
  stages.script.train_hangs = false;
  StartWorker();
  const v1::Run run = WaitForEnd(started.run_id());
  CHECK(run.state() == v1::RUN_STATE_SUCCEEDED);
  CHECK(run.stages(2).attempts() == 2);
  CHECK(stages.script.ingest_calls == 1);
}

TEST_CASE_METHOD(Fixture, "a run whose worker died is taken up when the lease has run out",
                 "[rpc]") {
  const v1::Run started = StartRun();
  REQUIRE(store->Claim(300ms)->has_value());  // by a worker that is never heard of again
  StartWorker();
  CHECK(WaitForEnd(started.run_id()).state() == v1::RUN_STATE_SUCCEEDED);
}

TEST_CASE_METHOD(Fixture, "a watcher resumes without seeing anything twice", "[rpc]") {
  StartWorker();
  const v1::Run started = StartRun();
  const auto messages = Watch(started.run_id());
  REQUIRE_FALSE(messages.empty());
  CHECK(messages.back().run().state() == v1::RUN_STATE_SUCCEEDED);
  for (std::size_t i = 1; i < messages.size(); ++i) {
    CHECK(std::stoll(messages[i].resume_token()) > std::stoll(messages[i - 1].resume_token()));
  }
  CHECK(Watch(started.run_id(), messages.back().resume_token()).empty());
  CHECK(Watch(started.run_id(), messages.front().resume_token()).size() <= 1);
}

TEST_CASE_METHOD(Fixture, "only admins may touch runs", "[rpc]") {
  for (const rpc::Caller& caller :
       {testing::UserCaller(2, rpc::kRoleFree), testing::UserCaller(3, rpc::kRolePremium)}) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    v1::StartRunResponse response;
    CHECK(stub->StartRun(&context, {}, &response).error_code() ==
          grpc::StatusCode::PERMISSION_DENIED);
  }
}

TEST_CASE_METHOD(Fixture, "a wrong request names the field", "[rpc]") {
  grpc::ClientContext context;
  testing::CallAs(context, testing::UserCaller(1, rpc::kRoleAdmin));
  v1::StartRunRequest request;
  request.add_stages("fit");
  v1::StartRunResponse response;
  const grpc::Status status = stub->StartRun(&context, request, &response);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK_THAT(status.error_message(), Catch::StartsWith("stages:"));
}

}  // namespace
}  // namespace fairline::pipeline
