#pragma once
// fairline.registry.v1.ModelRegistryService over the use cases of app/registry.hpp.

#include "fairline/registry/v1/registry.grpc.pb.h"

#include "libs/rpc/call.hpp"
#include "services/model_registry/app/registry.hpp"

namespace fairline::model_registry {

class ModelRegistryService final : public registry::v1::ModelRegistryService::Service {
 public:
  ModelRegistryService(RegistryFor registry_for, rpc::Endpoint endpoint)
      : registry_for_(std::move(registry_for)), endpoint_(std::move(endpoint)) {}

  grpc::Status CreateRun(grpc::ServerContext* context,
                         const registry::v1::CreateRunRequest* request,
                         registry::v1::CreateRunResponse* response) override;
  grpc::Status LogToRun(grpc::ServerContext* context, const registry::v1::LogToRunRequest* request,
                        registry::v1::LogToRunResponse* response) override;
  grpc::Status FinishRun(grpc::ServerContext* context,
                         const registry::v1::FinishRunRequest* request,
                         registry::v1::FinishRunResponse* response) override;
  grpc::Status ListRuns(grpc::ServerContext* context, const registry::v1::ListRunsRequest* request,
                        registry::v1::ListRunsResponse* response) override;
  grpc::Status GetRun(grpc::ServerContext* context, const registry::v1::GetRunRequest* request,
                      registry::v1::GetRunResponse* response) override;
  grpc::Status RegisterVersion(grpc::ServerContext* context,
                               const registry::v1::RegisterVersionRequest* request,
                               registry::v1::RegisterVersionResponse* response) override;
  grpc::Status ListModels(grpc::ServerContext* context,
                          const registry::v1::ListModelsRequest* request,
                          registry::v1::ListModelsResponse* response) override;
  grpc::Status ListVersions(grpc::ServerContext* context,
                            const registry::v1::ListVersionsRequest* request,
                            registry::v1::ListVersionsResponse* response) override;
  grpc::Status GetVersion(grpc::ServerContext* context,
                          const registry::v1::GetVersionRequest* request,
                          registry::v1::GetVersionResponse* response) override;
  grpc::Status GetVersionByAlias(grpc::ServerContext* context,
                                 const registry::v1::GetVersionByAliasRequest* request,
                                 registry::v1::GetVersionByAliasResponse* response) override;
  grpc::Status JudgeVersion(grpc::ServerContext* context,
                            const registry::v1::JudgeVersionRequest* request,
                            registry::v1::JudgeVersionResponse* response) override;
  grpc::Status MoveAlias(grpc::ServerContext* context,
                         const registry::v1::MoveAliasRequest* request,
                         registry::v1::MoveAliasResponse* response) override;
  grpc::Status ListAliasMoves(grpc::ServerContext* context,
                              const registry::v1::ListAliasMovesRequest* request,
                              registry::v1::ListAliasMovesResponse* response) override;

 private:
  RegistryFor registry_for_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::model_registry
