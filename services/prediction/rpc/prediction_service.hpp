#pragma once
// fairline.prediction.v1.PredictionService over the use cases of app/.

#include "fairline/prediction/v1/prediction.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/prediction/app/record/sealer.hpp"
#include "services/prediction/app/serving/predictor.hpp"

namespace fairline::prediction {

class PredictionService final : public v1::PredictionService::Service {
 public:
  // Predictor, sealer and policies outlive the service.
  PredictionService(const Predictor& predictor, Sealer& sealer, StakingPolicies& policies,
                    rpc::Endpoint endpoint)
      : predictor_(predictor),
        sealer_(sealer),
        policies_(policies),
        endpoint_(std::move(endpoint)) {}

  grpc::Status PredictMatch(grpc::ServerContext* context, const v1::PredictMatchRequest* request,
                            v1::PredictMatchResponse* response) override;
  grpc::Status ListTodaysForecasts(grpc::ServerContext* context,
                                   const v1::ListTodaysForecastsRequest* request,
                                   v1::ListTodaysForecastsResponse* response) override;
  grpc::Status ListForecasts(grpc::ServerContext* context, const v1::ListForecastsRequest* request,
                             v1::ListForecastsResponse* response) override;
  grpc::Status GetMarkets(grpc::ServerContext* context, const v1::GetMarketsRequest* request,
                          v1::GetMarketsResponse* response) override;
  grpc::Status GetExplanation(grpc::ServerContext* context,
                              const v1::GetExplanationRequest* request,
                              v1::GetExplanationResponse* response) override;
  grpc::Status ListAdvice(grpc::ServerContext* context, const v1::ListAdviceRequest* request,
                          v1::ListAdviceResponse* response) override;
  grpc::Status ListValue(grpc::ServerContext* context, const v1::ListValueRequest* request,
                         v1::ListValueResponse* response) override;
  grpc::Status GetStakingPolicy(grpc::ServerContext* context,
                                const v1::GetStakingPolicyRequest* request,
                                v1::GetStakingPolicyResponse* response) override;
  grpc::Status SetStakingPolicy(grpc::ServerContext* context,
                                const v1::SetStakingPolicyRequest* request,
                                v1::SetStakingPolicyResponse* response) override;
  grpc::Status ComputeStake(grpc::ServerContext* context, const v1::ComputeStakeRequest* request,
                            v1::ComputeStakeResponse* response) override;
  grpc::Status ComputePortfolio(grpc::ServerContext* context,
                                const v1::ComputePortfolioRequest* request,
                                v1::ComputePortfolioResponse* response) override;
  grpc::Status SealForecasts(grpc::ServerContext* context, const v1::SealForecastsRequest* request,
                             grpc::ServerWriter<v1::SealForecastsResponse>* writer) override;
  grpc::Status GetServingModel(grpc::ServerContext* context,
                               const v1::GetServingModelRequest* request,
                               v1::GetServingModelResponse* response) override;

 private:
  const Predictor& predictor_;
  Sealer& sealer_;
  StakingPolicies& policies_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::prediction
