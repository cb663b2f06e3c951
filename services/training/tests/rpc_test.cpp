// Over real gRPC, in process: conversion, access rules, error codes.
#include "libs/testing/rpc.hpp"

#include <catch2/catch.hpp>

#include "libs/testing/fake_clock.hpp"
#include "services/training/rpc/grpc_registry.hpp"
#include "services/training/rpc/training_service.hpp"
#include "services/training/tests/fake_tasks.hpp"

namespace fairline::training {
namespace {

const testing::FakeClock kSummer2023(ParseInstant("2023-08-01T09:00:00Z").value());
const rpc::Caller kPipeline = testing::ServiceCaller("pipeline");

struct RunningService {
  RunningService() {
    host.host().Register(service);
    host.Start();
    stub = v1::TrainingService::NewStub(host.channel());
  }

  template <typename Method, typename Request, typename Response>
  grpc::Status Call(const rpc::Caller& caller, Method method, const Request& request,
                    Response& response) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    return ((*stub).*method)(&context, request, &response);
  }

  grpc::Status Train(const rpc::Caller& caller, const v1::TrainRequest& request,
                     std::vector<v1::TrainResponse>& responses) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    const auto reader = stub->Train(&context, request);
    v1::TrainResponse response;
    while (reader->Read(&response)) responses.push_back(response);
    return reader->Finish();
  }

  FakeMatchSource matches{LeagueOptions{}};
  FakeCheckpoints checkpoints;
  FakeTrainingStore store;
  FakeBundles bundles;
  FakeRegistry registry;
  FakeTaskStore tasks;
  Jobs jobs{tasks, kSummer2023, "football", TaskRecipe(), TaskSpaces()};
  Trainer trainer{{.matches = matches,
                   .checkpoints = checkpoints,
                   .store = store,
                   .bundles = bundles,
                   .registry = registry,
                   .as_of = kSummer2023},
                  SmallRecipe(),
                  "test-version"};
  Jobs toy_jobs{tasks, kSummer2023, "toy", SmallRecipe("toy").json, {}};
  Trainer toy_trainer{{.matches = matches,
                       .checkpoints = checkpoints,
                       .store = store,
                       .bundles = bundles,
                       .registry = registry,
                       .as_of = kSummer2023},
                      SmallRecipe("toy"),
                      "test-version"};
  int woken = 0;
  testing::TestHost host{"training"};
  TrainingService service{{{&trainer, &jobs}, {&toy_trainer, &toy_jobs}},
                          host.host().EndpointFor<v1::TrainingService>(),
                          [this] { ++woken; }};
  std::unique_ptr<v1::TrainingService::Stub> stub;
};

TEST_CASE("training streams its progress and ends with the summary", "[training][rpc]") {
  RunningService running;
  v1::TrainRequest request;
  request.set_request_id("r");
  std::vector<v1::TrainResponse> responses;
  REQUIRE(running.Train(kPipeline, request, responses).ok());
  REQUIRE(responses.size() >= 4);
  CHECK(responses.front().progress().activity() == "reading matches");
  const v1::TrainSummary& summary = responses.back().summary();
  CHECK(summary.registered_model() == "football");
  CHECK(summary.version() == 1);
  CHECK(summary.training_matches() == 2000);
  REQUIRE(summary.evaluations_size() == 5);
  const v1::Evaluation& no_odds = summary.evaluations(0);
  CHECK(no_odds.model() == "no_odds");
  CHECK(no_odds.season_start() == 2022);
  CHECK(no_odds.confusion_size() == 9);
  CHECK(no_odds.differences(0).against() == "base_rate");
  CHECK(no_odds.differences(0).log_loss_high() < 0.0);
}

TEST_CASE("only services may train, and only sports with a recipe", "[training][rpc]") {
  RunningService running;
  v1::TrainRequest request;
  request.set_request_id("r");
  std::vector<v1::TrainResponse> responses;
  CHECK(running.Train(testing::UserCaller(1, rpc::kRoleAdmin), request, responses).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  request.set_sport("curling");
  const grpc::Status status = running.Train(kPipeline, request, responses);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK_THAT(status.error_message(), Catch::StartsWith("sport"));
  request.set_sport("football");
  request.clear_request_id();
  CHECK(running.Train(kPipeline, request, responses).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("one process trains and judges each sport by its own recipe", "[training][rpc]") {
  RunningService running;
  v1::TrainRequest request;
  request.set_request_id("toys");
  request.set_sport("toy");
  std::vector<v1::TrainResponse> responses;
  REQUIRE(running.Train(kPipeline, request, responses).ok());
  CHECK(responses.back().summary().registered_model() == "toy");

  using Stub = v1::TrainingService::Stub;
  const rpc::Caller admin = testing::UserCaller(1, rpc::kRoleAdmin);
  for (const std::string sport : {"toy", "", "football"}) {
    v1::StartWalkForwardRequest start;
    start.set_request_id("judge " + sport);
    start.set_sport(sport);
    v1::StartWalkForwardResponse started;
    REQUIRE(running.Call(admin, &Stub::StartWalkForward, start, started).ok());
    v1::GetWalkForwardRequest get;
    get.set_walk_forward_id(started.walk_forward_id());
    v1::GetWalkForwardResponse got;
    REQUIRE(running.Call(admin, &Stub::GetWalkForward, get, got).ok());
    CHECK(got.walk_forward().sport() == (sport.empty() ? "football" : sport));
  }
  // Nothing says what a search may vary of the toy recipe.
  v1::StartSearchRequest search;
  search.set_request_id("search");
  search.set_sport("toy");
  v1::StartSearchResponse found;
  CHECK(running.Call(admin, &Stub::StartSearch, search, found).error_code() ==
        grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_CASE("a walk-forward is started by an admin and read by any user", "[training][rpc]") {
  RunningService running;
  using Stub = v1::TrainingService::Stub;
  const rpc::Caller admin = testing::UserCaller(1, rpc::kRoleAdmin);
  const rpc::Caller user = testing::UserCaller(2, rpc::kRoleFree);
  v1::StartWalkForwardRequest start;
  start.set_request_id("w");
  start.set_first_season_start(2020);
  v1::StartWalkForwardResponse started;
  CHECK(running.Call(user, &Stub::StartWalkForward, start, started).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(running.Call(admin, &Stub::StartWalkForward, start, started).ok());
  CHECK(running.woken == 1);
  start.set_last_season_start(2019);
  CHECK(running.Call(admin, &Stub::StartWalkForward, start, started).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);

  v1::GetWalkForwardRequest get;
  get.set_walk_forward_id(started.walk_forward_id());
  v1::GetWalkForwardResponse got;
  REQUIRE(running.Call(user, &Stub::GetWalkForward, get, got).ok());
  CHECK(got.walk_forward().state() == "queued");
  get.set_walk_forward_id(99);
  CHECK(running.Call(user, &Stub::GetWalkForward, get, got).error_code() ==
        grpc::StatusCode::NOT_FOUND);

  v1::ListWalkForwardsRequest list;
  v1::ListWalkForwardsResponse listed;
  REQUIRE(running.Call(user, &Stub::ListWalkForwards, list, listed).ok());
  CHECK(listed.walk_forwards_size() == 1);
  list.set_page_token("x");
  CHECK(running.Call(user, &Stub::ListWalkForwards, list, listed).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a walk-forward is cancelled by an admin", "[training][rpc]") {
  RunningService running;
  using Stub = v1::TrainingService::Stub;
  const rpc::Caller admin = testing::UserCaller(1, rpc::kRoleAdmin);
  v1::StartWalkForwardRequest start;
  start.set_request_id("w");
  start.add_competition_codes("L1");
  v1::StartWalkForwardResponse started;
  REQUIRE(running.Call(admin, &Stub::StartWalkForward, start, started).ok());
  v1::CancelWalkForwardRequest cancel;
  cancel.set_walk_forward_id(started.walk_forward_id());
  v1::CancelWalkForwardResponse cancelled;
  CHECK(
      running
          .Call(testing::UserCaller(2, rpc::kRoleFree), &Stub::CancelWalkForward, cancel, cancelled)
          .error_code() == grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(running.Call(admin, &Stub::CancelWalkForward, cancel, cancelled).ok());
  CHECK(cancelled.walk_forward().state() == "cancelled");
  CHECK(cancelled.walk_forward().competition_codes(0) == "L1");
}

TEST_CASE("an admin starts a search, sees its trials and cancels the next", "[training][rpc]") {
  RunningService running;
  using Stub = v1::TrainingService::Stub;
  const rpc::Caller admin = testing::UserCaller(1, rpc::kRoleAdmin);
  v1::StartSearchRequest start;
  start.set_request_id("s");
  start.set_trials(3);
  start.set_first_season_start(2021);
  start.set_last_season_start(2022);
  start.set_seed(5);
  v1::StartSearchResponse started;
  CHECK(running.Call(testing::UserCaller(2, rpc::kRolePremium), &Stub::StartSearch, start, started)
            .error_code() == grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(running.Call(admin, &Stub::StartSearch, start, started).ok());
  CHECK(running.woken == 1);
  JobDataCache data(running.matches, running.tasks);
  SearchWork work(data, running.tasks);
  while (const auto task = running.tasks.ClaimTask("test", kManyTasks).value()) {
    const auto outcome = work.Run(*task, [](double) { return true; });
    REQUIRE(outcome.status().ToString() == "OK");
    REQUIRE(running.tasks.CompleteTask(*task, *outcome).ok());
  }
  v1::GetSearchRequest get;
  get.set_search_id(started.search_id());
  v1::GetSearchResponse got;
  REQUIRE(running.Call(admin, &Stub::GetSearch, get, got).ok());
  const v1::Search& search = got.search();
  CHECK(search.state() == "done");
  CHECK(search.model() == "trees");
  CHECK(search.seed() == 5);
  CHECK(search.ranges_size() == 2);
  CHECK(search.rungs(0).trials() == 3);
  REQUIRE(search.trials_size() == 4);
  CHECK(search.trials(0).rank() == 1);
  CHECK(search.trials(0).parameters_size() == 2);
  for (const v1::SearchTrial& trial : search.trials()) {
    CHECK(trial.has_against_present() == (trial.trial() != 0));
  }
  CHECK_THAT(search.caution(), Catch::Contains("judge it by a walk-forward"));

  start.set_request_id("t");
  REQUIRE(running.Call(admin, &Stub::StartSearch, start, started).ok());
  v1::CancelSearchRequest cancel;
  cancel.set_search_id(started.search_id());
  v1::CancelSearchResponse cancelled;
  REQUIRE(running.Call(admin, &Stub::CancelSearch, cancel, cancelled).ok());
  CHECK(cancelled.search().state() == "cancelled");
  v1::ListSearchesRequest list;
  v1::ListSearchesResponse listed;
  REQUIRE(running.Call(admin, &Stub::ListSearches, list, listed).ok());
  CHECK(listed.searches_size() == 2);
  start.set_model("unknown");
  start.set_request_id("u");
  CHECK(running.Call(admin, &Stub::StartSearch, start, started).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

// Remembers what it was asked and fails the first calls, as a registry that restarts.
class FlakyRegistry final : public registry::v1::ModelRegistryService::Service {
 public:
  grpc::Status CreateRun(grpc::ServerContext*, const registry::v1::CreateRunRequest* request,
                         registry::v1::CreateRunResponse* response) override {
    if (++attempts < 3) return {grpc::StatusCode::UNAVAILABLE, "starting"};
    created = *request;
    response->set_run_id("11111111-2222-3333-4444-555555555555");
    return grpc::Status::OK;
  }
  grpc::Status RegisterVersion(grpc::ServerContext*,
                               const registry::v1::RegisterVersionRequest* request,
                               registry::v1::RegisterVersionResponse* response) override {
    registered = *request;
    response->mutable_model_version()->set_version(12);
    return grpc::Status::OK;
  }
  grpc::Status GetVersionByAlias(grpc::ServerContext*,
                                 const registry::v1::GetVersionByAliasRequest* request,
                                 registry::v1::GetVersionByAliasResponse* response) override {
    if (request->model() != "football") return {grpc::StatusCode::NOT_FOUND, "no such model"};
    response->mutable_model_version()->set_version(11);
    response->mutable_model_version()->set_bundle_sha256("abc");
    return grpc::Status::OK;
  }

  int attempts = 0;
  registry::v1::CreateRunRequest created;
  registry::v1::RegisterVersionRequest registered;
};

TEST_CASE("the registry is waited for, and told everything", "[training][rpc]") {
  testing::TestHost host("model-registry");
  FlakyRegistry fake;
  host.host().Register(fake);
  host.Start();
  GrpcRegistry registry(host.channel(), [] {
    return rpc::AsService("training", testing::TestIdentityKey(),
                          std::chrono::system_clock::now() + std::chrono::seconds(20));
  });
  CHECK(registry.CreateRun("request", "football", "train").value() ==
        "11111111-2222-3333-4444-555555555555");
  CHECK(fake.attempts == 3);
  CHECK(fake.created.experiment() == "football");
  CHECK(registry
            .RegisterVersion("request", {.model = "football",
                                         .run_id = "run",
                                         .bundle_sha256 = "sha",
                                         .bundle_path = "models/sha/manifest.json",
                                         .feature_set = LeagueFeatures(),
                                         .models = {{.name = "pool",
                                                     .kind = "pool",
                                                     .serves = "no_odds",
                                                     .anchored = false,
                                                     .inputs = {"trees"},
                                                     .weights = {{"trees", 0.7}},
                                                     .description = "{}"}},
                                         .metrics = {{"no_odds.log_loss", 1.01}}})
            .value() == 12);
  REQUIRE(fake.registered.metrics_size() == 1);
  CHECK(fake.registered.metrics(0).key() == "no_odds.log_loss");
  CHECK(fake.registered.metrics(0).value() == 1.01);
  CHECK(fake.registered.catalogue_hash() == "cafe");
  CHECK(fake.registered.catalogue().features(0).name() == "rating");
  CHECK(fake.registered.models(0).inputs(0) == "trees");
  CHECK(fake.registered.models(0).weights(0).weight() == 0.7);
  CHECK(registry.FindProduction("football").value()->version == 11);
  CHECK_FALSE(registry.FindProduction("basketball").value().has_value());
}

}  // namespace
}  // namespace fairline::training
