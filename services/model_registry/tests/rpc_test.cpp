// Over real gRPC: conversion, access rules, error codes.
#include "libs/testing/rpc.hpp"

#include <catch2/catch.hpp>

#include "services/model_registry/rpc/model_registry_service.hpp"
#include "services/model_registry/tests/fixture.hpp"

namespace fairline::model_registry {
namespace {

namespace pb = registry::v1;

struct RunningService {
  RunningService() {
    host.host().Register(service);
    host.Start();
    stub = pb::ModelRegistryService::NewStub(host.channel());
  }

  template <typename Method, typename Request, typename Response>
  grpc::Status Call(const rpc::Caller& caller, Method method, const Request& request,
                    Response& response) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    return ((*stub).*method)(&context, request, &response);
  }

  TestRegistry test;
  testing::TestHost host{"model-registry"};
  ModelRegistryService service{test.registry_for,
                               host.host().EndpointFor<registry::v1::ModelRegistryService>()};
  std::unique_ptr<pb::ModelRegistryService::Stub> stub;
};

const rpc::Caller kTraining = testing::ServiceCaller("training");

}  // namespace

TEST_CASE("a version travels from its run to production", "[registry][rpc]") {
  RunningService running;
  using Stub = pb::ModelRegistryService::Stub;
  pb::CreateRunRequest create;
  create.set_request_id("rpc-run");
  create.set_experiment("rpc");
  create.set_name("one");
  pb::CreateRunResponse run;
  REQUIRE(running.Call(kTraining, &Stub::CreateRun, create, run).ok());

  pb::LogToRunRequest log;
  log.set_run_id(run.run_id());
  auto& logged = *log.add_metrics();
  logged.set_key("loss");
  logged.set_value(0.97);
  logged.set_step(3);
  pb::LogToRunResponse logged_response;
  REQUIRE(running.Call(kTraining, &Stub::LogToRun, log, logged_response).ok());
  pb::FinishRunRequest finish;
  finish.set_run_id(run.run_id());
  finish.set_state(pb::RUN_STATE_FINISHED);
  pb::FinishRunResponse finished;
  REQUIRE(running.Call(kTraining, &Stub::FinishRun, finish, finished).ok());

  pb::RegisterVersionRequest registration;
  registration.set_model("rpc.football");
  registration.set_run_id(run.run_id());
  registration.set_bundle_sha256(std::string(64, '1'));
  registration.set_bundle_path("models/1/manifest.json");
  registration.set_catalogue_hash("cat");
  registration.mutable_catalogue()->set_hash("cat");
  registration.mutable_catalogue()->set_sport("football");
  auto& feature = *registration.mutable_catalogue()->add_features();
  feature.set_name("elo_difference");
  feature.set_unit("Elo points");
  feature.set_block("rating");
  auto& model = *registration.add_models();
  model.set_name("no_odds");
  model.set_kind("pool");
  model.set_serves("no_odds");
  model.add_inputs("trees");
  auto& weight = *model.add_weights();
  weight.set_input("trees");
  weight.set_weight(0.7);
  for (const auto& [key, value] :
       {std::pair("leak_suspected", 0.0), std::pair("no_odds.vs_base_rate.log_loss", -0.07),
        std::pair("no_odds.vs_base_rate.log_loss_high", -0.06)}) {
    auto& metric = *registration.add_metrics();
    metric.set_key(key);
    metric.set_value(value);
  }
  pb::RegisterVersionResponse registered;
  REQUIRE(running.Call(kTraining, &Stub::RegisterVersion, registration, registered).ok());
  CHECK(registered.model_version().version() == 1);
  CHECK(registered.model_version().metrics_size() == 3);

  pb::JudgeVersionRequest judge;
  judge.set_model("rpc.football");
  judge.set_version(1);
  judge.set_actor("pipeline");
  pb::JudgeVersionResponse judged;
  REQUIRE(running.Call(kTraining, &Stub::JudgeVersion, judge, judged).ok());
  CHECK(judged.promoted());
  CHECK(judged.quality() == "good");
  CHECK(judged.reasons_size() == 3);

  pb::GetVersionByAliasRequest by_alias;
  by_alias.set_model("rpc.football");
  by_alias.set_alias("production");
  pb::GetVersionByAliasResponse found;
  REQUIRE(running.Call(testing::UserCaller(1, 0), &Stub::GetVersionByAlias, by_alias, found).ok());
  CHECK(found.model_version().bundle_sha256() == std::string(64, '1'));

  pb::GetVersionRequest by_number;
  by_number.set_model("rpc.football");
  by_number.set_version(1);
  pb::GetVersionResponse described;
  REQUIRE(running.Call(testing::UserCaller(1, 0), &Stub::GetVersion, by_number, described).ok());
  CHECK(described.model_version().version() == 1);
  CHECK(described.catalogue().features(0).unit() == "Elo points");
  CHECK(described.models(0).kind() == "pool");
  CHECK(described.models(0).weights(0).weight() == 0.7);

  pb::GetRunRequest get;
  get.set_run_id(run.run_id());
  pb::GetRunResponse got;
  REQUIRE(running.Call(testing::UserCaller(1, 9), &Stub::GetRun, get, got).ok());
  CHECK(got.run().state() == pb::RUN_STATE_FINISHED);
  CHECK(got.run().metrics(0).value() == 0.97);
  CHECK(got.run().end_time().seconds() > 0);
}

TEST_CASE("a move by hand names the person who asked", "[registry][rpc]") {
  RunningService running;
  using Stub = pb::ModelRegistryService::Stub;
  const std::string run_id = running.test.registry.CreateRun("moves", "rpc", "two").value();
  REQUIRE(running.test.registry
              .RegisterVersion({.model = "rpc.moved",
                                .run_id = run_id,
                                .bundle_sha256 = std::string(64, '2'),
                                .bundle_path = "p",
                                .catalogue_hash = "c",
                                .catalogue = TestCatalogue("c"),
                                .models = OneModel()})
              .ok());
  pb::MoveAliasRequest move;
  move.set_model("rpc.moved");
  move.set_alias("challenger");
  move.set_version(1);
  move.set_reason("to be watched");
  pb::MoveAliasResponse moved;
  const rpc::Caller admin = testing::UserCaller(7, 9);
  REQUIRE(running.Call(admin, &Stub::MoveAlias, move, moved).ok());
  CHECK(moved.move().actor() == admin.name);
  CHECK(moved.move().from_version() == 0);
  CHECK(running.Call(testing::UserCaller(8, 1), &Stub::MoveAlias, move, moved).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);

  pb::ListAliasMovesRequest list;
  list.set_model("rpc.moved");
  pb::ListAliasMovesResponse moves;
  REQUIRE(running.Call(testing::UserCaller(8, 0), &Stub::ListAliasMoves, list, moves).ok());
  REQUIRE(moves.moves_size() == 1);
  CHECK(moves.moves(0).reason() == "to be watched");
}

TEST_CASE("errors keep their codes and messages over gRPC", "[registry][rpc]") {
  RunningService running;
  using Stub = pb::ModelRegistryService::Stub;
  pb::GetVersionByAliasRequest by_alias;
  by_alias.set_model("rpc.unknown");
  by_alias.set_alias("production");
  pb::GetVersionByAliasResponse found;
  CHECK(running.Call(kTraining, &Stub::GetVersionByAlias, by_alias, found).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  pb::CreateRunRequest create;
  create.set_experiment("e");
  create.set_name("n");
  pb::CreateRunResponse run;
  const grpc::Status refused = running.Call(kTraining, &Stub::CreateRun, create, run);
  CHECK(refused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(refused.error_message() == "request_id: must not be empty");
  CHECK(running.Call(testing::UserCaller(1, 9), &Stub::CreateRun, create, run).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace fairline::model_registry
