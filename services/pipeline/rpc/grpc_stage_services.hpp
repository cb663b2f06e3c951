#pragma once
// The stages as calls to the services that own them. Each call carries the request id
// "<run id>/<stage>", by which its service knows repeated work.

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "fairline/accounts/v1/bets.grpc.pb.h"
#include "fairline/ingest/v1/ingest.grpc.pb.h"
#include "fairline/prediction/v1/prediction.grpc.pb.h"
#include "fairline/preprocessing/v1/preprocessing.grpc.pb.h"
#include "fairline/registry/v1/registry.grpc.pb.h"
#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/rpc/client.hpp"
#include "services/pipeline/app/stage_services.hpp"

namespace fairline::pipeline {

struct PeerChannels {
  std::shared_ptr<grpc::Channel> ingest;
  std::shared_ptr<grpc::Channel> preprocessing;
  std::shared_ptr<grpc::Channel> training;
  std::shared_ptr<grpc::Channel> model_registry;
  std::shared_ptr<grpc::Channel> prediction;
  std::shared_ptr<grpc::Channel> accounts;
};

class GrpcStageServices final : public StageServices {
 public:
  // Makes what an outgoing call with that timeout carries: identity, trace, deadline.
  using CallMaker = std::function<rpc::Outgoing(std::chrono::milliseconds timeout)>;

  // `stage_timeout` bounds one call of a stage; `load_patience` how long predict waits for
  // prediction to serve the version just promoted.
  GrpcStageServices(const PeerChannels& peers, CallMaker make_call,
                    std::chrono::milliseconds stage_timeout,
                    std::chrono::milliseconds load_patience);

  absl::Status Check(const Run& wanted) override;
  absl::StatusOr<StageOutcome> RunStage(const Run& run, StageName stage,
                                        const ProgressSink& progress,
                                        std::stop_token stop) override;
  absl::Status StartWalkForward(const Run& run) override;

 private:
  absl::StatusOr<StageOutcome> Ingest(const Run& run, const ProgressSink& progress,
                                      std::stop_token stop);
  absl::StatusOr<StageOutcome> Preprocess(const Run& run, const ProgressSink& progress,
                                          std::stop_token stop);
  absl::StatusOr<StageOutcome> Train(const Run& run, const ProgressSink& progress,
                                     std::stop_token stop);
  absl::StatusOr<StageOutcome> Gate(const Run& run, std::stop_token stop);
  absl::StatusOr<StageOutcome> Predict(const Run& run, const ProgressSink& progress,
                                       std::stop_token stop);
  absl::StatusOr<StageOutcome> Settle(const ProgressSink& progress, std::stop_token stop);
  absl::Status WaitUntilServing(const std::string& sport, int version, const ProgressSink& progress,
                                std::stop_token stop);

  std::unique_ptr<ingest::v1::IngestService::Stub> ingest_;
  std::unique_ptr<preprocessing::v1::PreprocessingService::Stub> preprocessing_;
  std::unique_ptr<training::v1::TrainingService::Stub> training_;
  std::unique_ptr<registry::v1::ModelRegistryService::Stub> registry_;
  std::unique_ptr<prediction::v1::PredictionService::Stub> prediction_;
  std::unique_ptr<accounts::v1::BetService::Stub> bets_;
  const CallMaker make_call_;
  const std::chrono::milliseconds stage_timeout_;
  const std::chrono::milliseconds load_patience_;
};

}  // namespace fairline::pipeline
