#pragma once
// fairline.training.v1.TrainingService over the use cases of app/.

#include <functional>
#include <string>
#include <vector>

#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/training/app/fit/trainer.hpp"
#include "services/training/app/jobs/jobs.hpp"

namespace fairline::training {

// One sport's trainer and what is asked about its recipe.
struct SportTraining {
  Trainer* trainer = nullptr;
  Jobs* jobs = nullptr;
};

class TrainingService final : public v1::TrainingService::Service {
 public:
  // `sports` has at least one, the default one first; all outlive the service. `work_came` is
  // called after a walk-forward or a search was asked for.
  TrainingService(std::vector<SportTraining> sports, rpc::Endpoint endpoint,
                  std::function<void()> work_came)
      : sports_(std::move(sports)),
        jobs_(*sports_.front().jobs),
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
  grpc::Status CancelWalkForward(grpc::ServerContext* context,
                                 const v1::CancelWalkForwardRequest* request,
                                 v1::CancelWalkForwardResponse* response) override;
  grpc::Status StartSearch(grpc::ServerContext* context, const v1::StartSearchRequest* request,
                           v1::StartSearchResponse* response) override;
  grpc::Status GetSearch(grpc::ServerContext* context, const v1::GetSearchRequest* request,
                         v1::GetSearchResponse* response) override;
  grpc::Status ListSearches(grpc::ServerContext* context, const v1::ListSearchesRequest* request,
                            v1::ListSearchesResponse* response) override;
  grpc::Status CancelSearch(grpc::ServerContext* context, const v1::CancelSearchRequest* request,
                            v1::CancelSearchResponse* response) override;

 private:
  // InvalidArgument for a sport without a recipe.
  [[nodiscard]] absl::StatusOr<SportTraining> Of(const std::string& sport) const;

  std::vector<SportTraining> sports_;
  Jobs& jobs_;  // reading and cancelling are the same of any sport
  rpc::Endpoint endpoint_;
  std::function<void()> work_came_;
};

}  // namespace fairline::training
