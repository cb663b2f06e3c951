#pragma once
// fairline.pipeline.v1.PipelineService over a RunStore and the services behind the stages.

#include "fairline/pipeline/v1/pipeline.grpc.pb.h"

#include "libs/rpc/host.hpp"
#include "services/pipeline/app/run_store.hpp"
#include "services/pipeline/app/stage_services.hpp"

namespace fairline::pipeline {

class PipelineService final : public v1::PipelineService::Service {
 public:
  // All outlive the service.
  PipelineService(RunStore& store, StageServices& services, rpc::Host& host);

  grpc::Status StartRun(grpc::ServerContext* context, const v1::StartRunRequest* request,
                        v1::StartRunResponse* response) override;
  grpc::Status GetRun(grpc::ServerContext* context, const v1::GetRunRequest* request,
                      v1::GetRunResponse* response) override;
  grpc::Status ListRuns(grpc::ServerContext* context, const v1::ListRunsRequest* request,
                        v1::ListRunsResponse* response) override;
  grpc::Status WatchRun(grpc::ServerContext* context, const v1::WatchRunRequest* request,
                        grpc::ServerWriter<v1::WatchRunResponse>* writer) override;
  grpc::Status CancelRun(grpc::ServerContext* context, const v1::CancelRunRequest* request,
                         v1::CancelRunResponse* response) override;
  grpc::Status RetryRun(grpc::ServerContext* context, const v1::RetryRunRequest* request,
                        v1::RetryRunResponse* response) override;

 private:
  absl::Status Watch(const rpc::Call& call, const v1::WatchRunRequest& request,
                     grpc::ServerWriter<v1::WatchRunResponse>& writer);

  RunStore& store_;
  StageServices& services_;
  rpc::Host& host_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::pipeline
