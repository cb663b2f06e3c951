#pragma once
// The prediction service over real gRPC, on a small world of three coming matches.

#include <memory>

#include <catch2/catch.hpp>

#include "libs/testing/rpc.hpp"
#include "services/prediction/rpc/prediction_service.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {

using Stub = v1::PredictionService::Stub;
inline const rpc::Caller kFree = testing::UserCaller(1, 0);
inline const rpc::Caller kPremium = testing::UserCaller(2, 1);

struct RunningService {
  RunningService() {
    REQUIRE(world.keeper.Refresh().ok());
    host.host().Register(service);
    host.Start();
    stub = v1::PredictionService::NewStub(host.channel());
  }

  template <typename Method, typename Request, typename Response>
  grpc::Status Call(const rpc::Caller& caller, Method method, const Request& request,
                    Response& response) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    response.Clear();
    return ((*stub).*method)(&context, request, &response);
  }

  SmallInstallation world;
  FakeForecastLog log;
  Predictor predictor{world.keeper};
  FakeRecordStore record;
  Sealer sealer{world.keeper, log, record};
  testing::TestHost host{"prediction", kNow};
  PredictionService service{predictor, sealer, world.policies,
                            host.host().EndpointFor<v1::PredictionService>()};
  std::unique_ptr<Stub> stub;
};

inline v1::PredictMatchRequest ArsenalChelsea() {
  v1::PredictMatchRequest request;
  request.set_competition("E0");
  request.set_home_team("Arsenal");
  request.set_away_team("Chelsea");
  request.set_bankroll_minor_units(100'000);
  request.set_risk(sports::v1::RISK_MEDIUM);
  return request;
}

}  // namespace fairline::prediction
