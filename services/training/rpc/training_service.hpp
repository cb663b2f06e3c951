#pragma once
// fairline.training.v1.TrainingService over the use cases of app/.

#include <functional>

#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/training/app/trainer.hpp"

namespace fairline::training {

inline constexpr char kServiceName[] = "fairline.training.v1.TrainingService";

class TrainingService final : public v1::TrainingService::Service {
 public:
  // Both outlive the service. `work_came` is called after a walk-forward was asked for.
  TrainingService(Trainer& trainer, WalkForwardStore& walk_forwards, rpc::Endpoint endpoint,
                  std::function<void()> work_came)
      : trainer_(trainer),
        walk_forwards_(walk_forwards),
        endpoint_(std::move(endpoint)),
        work_came_(std::move(work_came)) {}

  // Waits while another worker holds the lease of the same request, or a peer or the database is
  // down, until the caller gives up.
  grpc::Status Train(grpc::ServerContext* context, const v1::TrainRequest* request,
                     grpc::ServerWriter<v1::TrainResponse>* writer) override;
  grpc::Status StartWalkForward(grpc::ServerContext* context,
                                const v1::StartWalkForwardRequest* request,
                                v1::StartWalkForwardResponse* response) override;
  grpc::Status GetWalkForward(grpc::ServerContext* context,
                              const v1::GetWalkForwardRequest* request,
                              v1::GetWalkForwardResponse* response) override;
  grpc::Status ListWalkForwards(grpc::ServerContext* context,
                                const v1::ListWalkForwardsRequest* request,
                                v1::ListWalkForwardsResponse* response) override;

 private:
  [[nodiscard]] absl::Status CheckSport(const std::string& sport) const;

  Trainer& trainer_;
  WalkForwardStore& walk_forwards_;
  rpc::Endpoint endpoint_;
  std::function<void()> work_came_;
};

}  // namespace fairline::training
