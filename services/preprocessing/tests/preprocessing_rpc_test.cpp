#include <cmath>

#include <catch2/catch.hpp>

#include "libs/testing/rpc.hpp"
#include "services/preprocessing/rpc/preprocessing_service.hpp"
#include "services/preprocessing/tests/fakes.hpp"

namespace fairline::preprocessing {
namespace {

using testing::CallAs;
using testing::ServiceCaller;
using testing::UserCaller;

class Server {
 public:
  Server()
      : host_("preprocessing", ParseInstant("2026-01-30T09:00:00Z").value()),
        rpc_(matches, store, host_.host()) {
    host_.host().Register(rpc_);
    host_.Start();
    stub = v1::PreprocessingService::NewStub(host_.channel());
  }

  // All messages of one computation.
  std::pair<std::vector<v1::ComputeFeaturesResponse>, grpc::Status> Compute(
      const rpc::Caller& caller, const std::string& sport = "") {
    grpc::ClientContext context;
    CallAs(context, caller);
    v1::ComputeFeaturesRequest request;
    request.set_sport(sport);
    const auto reader = stub->ComputeFeatures(&context, request);
    std::vector<v1::ComputeFeaturesResponse> messages;
    for (v1::ComputeFeaturesResponse message; reader->Read(&message);) messages.push_back(message);
    return {messages, reader->Finish()};
  }

  FakeMatchSource matches;
  FakeFeatureStore store;
  std::unique_ptr<v1::PreprocessingService::Stub> stub;

 private:
  testing::TestHost host_;
  PreprocessingService rpc_;
};

TEST_CASE("a computation streams its progress and ends with a summary", "[rpc]") {
  Server server;
  const auto [messages, status] = server.Compute(ServiceCaller("pipeline"), "football");
  REQUIRE(status.ok());
  REQUIRE(messages.size() >= 2);
  CHECK(messages.front().progress().activity() == "reading matches");
  for (std::size_t i = 0; i + 1 < messages.size(); ++i) CHECK_FALSE(messages[i].has_summary());
  const v1::FeatureSummary& summary = messages.back().summary();
  CHECK(summary.finished_matches() ==
        static_cast<std::int64_t>(server.matches.known().finished.size()));
  CHECK(summary.coming_matches() ==
        static_cast<std::int64_t>(server.matches.known().coming.size()));
  CHECK(summary.data_version() == 1);
  CHECK_FALSE(summary.up_to_date());
  CHECK(server.store.latest->as_of == ParseInstant("2026-01-30T09:00:00Z").value());

  const auto [again, again_status] = server.Compute(ServiceCaller("pipeline"), "football");
  REQUIRE(again_status.ok());
  REQUIRE(again.size() == 1);
  CHECK(again.back().summary().up_to_date());
  CHECK(again.back().summary().catalogue_hash() == summary.catalogue_hash());
}

TEST_CASE("only services may start a computation", "[rpc]") {
  Server server;
  CHECK(server.Compute(UserCaller(1, rpc::kRoleAdmin)).second.error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  CHECK(server.matches.reads == 0);
}

TEST_CASE("an unknown sport is refused by the name of its field", "[rpc]") {
  Server server;
  const grpc::Status status = server.Compute(ServiceCaller("pipeline"), "chess").second;
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message().starts_with("sport"));
}

TEST_CASE("users read the catalogue", "[rpc]") {
  Server server;
  grpc::ClientContext context;
  CallAs(context, UserCaller(1, rpc::kRoleFree));
  v1::GetFeatureCatalogueResponse response;
  REQUIRE(server.stub->GetFeatureCatalogue(&context, {}, &response).ok());
  const auto replay = features::MakeReplay("football");
  CHECK(response.catalogue_hash() == (*replay)->catalogue().hash());
  CHECK(response.features_size() == static_cast<int>((*replay)->catalogue().size()));
  CHECK(response.features(0).name() == "elo_difference");
  CHECK(response.features(0).block() == "rating");

  grpc::ClientContext anonymous;
  CallAs(anonymous, rpc::Caller{});
  CHECK(server.stub->GetFeatureCatalogue(&anonymous, {}, &response).error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
}

TEST_CASE("a match's features come by name, and those not known have no value", "[rpc]") {
  Server server;
  REQUIRE(server.Compute(ServiceCaller("pipeline")).second.ok());
  const auto& [match, row] = *server.store.stored.begin();
  const auto get = [&](std::int64_t match_id, v1::GetMatchFeaturesResponse& response) {
    grpc::ClientContext context;
    CallAs(context, UserCaller(1, rpc::kRoleFree));
    v1::GetMatchFeaturesRequest request;
    request.set_match_id(match_id);
    return server.stub->GetMatchFeatures(&context, request, &response).error_code();
  };
  v1::GetMatchFeaturesResponse response;
  REQUIRE(get(match.value, response) == grpc::StatusCode::OK);
  REQUIRE(response.values_size() == static_cast<int>(row.size()));
  int unknown = 0;
  for (int i = 0; i < response.values_size(); ++i) {
    const float value = row[static_cast<std::size_t>(i)];
    CHECK(response.values(i).has_value() == !std::isnan(value));
    if (!std::isnan(value)) CHECK(response.values(i).value() == value);
    unknown += std::isnan(value);
  }
  CHECK(unknown > 0);
  CHECK(get(999'999, response) == grpc::StatusCode::NOT_FOUND);
  CHECK(get(0, response) == grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace fairline::preprocessing
