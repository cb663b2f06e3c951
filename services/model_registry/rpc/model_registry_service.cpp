#include "services/model_registry/rpc/model_registry_service.hpp"

#include "services/model_registry/rpc/conversion.hpp"

namespace fairline::model_registry {

namespace pb = registry::v1;

grpc::Status ModelRegistryService::CreateRun(grpc::ServerContext* context,
                                             const pb::CreateRunRequest* request,
                                             pb::CreateRunResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(*response->mutable_run_id(),
                     registry_for_(call.deadline)
                         .CreateRun(request->request_id(), request->experiment(), request->name()));
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::LogToRun(grpc::ServerContext* context,
                                            const pb::LogToRunRequest* request,
                                            pb::LogToRunResponse*) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) {
    return registry_for_(call.deadline)
        .LogToRun(request->run_id(), FromProto(request->parameters()),
                  FromProto(request->metrics()), FromProto(request->tags()));
  });
}

grpc::Status ModelRegistryService::FinishRun(grpc::ServerContext* context,
                                             const pb::FinishRunRequest* request,
                                             pb::FinishRunResponse*) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) {
    return registry_for_(call.deadline)
        .FinishRun(request->run_id(), static_cast<RunState>(request->state()));
  });
}

grpc::Status ModelRegistryService::ListRuns(grpc::ServerContext* context,
                                            const pb::ListRunsRequest* request,
                                            pb::ListRunsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(Page<Run> page, registry_for_(call.deadline)
                                         .ListRuns(request->experiment(),
                                                   {request->page_size(), request->page_token()}));
    for (const Run& run : page.items) ToProto(run, *response->add_runs());
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::GetRun(grpc::ServerContext* context,
                                          const pb::GetRunRequest* request,
                                          pb::GetRunResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const Run run, registry_for_(call.deadline).GetRun(request->run_id()));
    ToProto(run, *response->mutable_run());
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::RegisterVersion(grpc::ServerContext* context,
                                                   const pb::RegisterVersionRequest* request,
                                                   pb::RegisterVersionResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const ModelVersion version,
                     registry_for_(call.deadline).RegisterVersion(FromProto(*request)));
    ToProto(version, *response->mutable_model_version());
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::ListModels(grpc::ServerContext* context,
                                              const pb::ListModelsRequest* request,
                                              pb::ListModelsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(
        Page<RegisteredModel> page,
        registry_for_(call.deadline).ListModels({request->page_size(), request->page_token()}));
    for (const RegisteredModel& model : page.items) ToProto(model, *response->add_models());
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::ListVersions(grpc::ServerContext* context,
                                                const pb::ListVersionsRequest* request,
                                                pb::ListVersionsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(
        Page<ModelVersion> page,
        registry_for_(call.deadline)
            .ListVersions(request->model(), {request->page_size(), request->page_token()}));
    for (const ModelVersion& version : page.items) ToProto(version, *response->add_versions());
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::GetVersion(grpc::ServerContext* context,
                                              const pb::GetVersionRequest* request,
                                              pb::GetVersionResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const VersionDescription described,
                     registry_for_(call.deadline).GetVersion(request->model(), request->version()));
    ToProto(described, *response);
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::GetVersionByAlias(grpc::ServerContext* context,
                                                     const pb::GetVersionByAliasRequest* request,
                                                     pb::GetVersionByAliasResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(
        const ModelVersion version,
        registry_for_(call.deadline).GetVersionByAlias(request->model(), request->alias()));
    ToProto(version, *response->mutable_model_version());
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::JudgeVersion(grpc::ServerContext* context,
                                                const pb::JudgeVersionRequest* request,
                                                pb::JudgeVersionResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const Judgement judgement,
                     registry_for_(call.deadline)
                         .GateVersion(request->model(), request->version(), request->actor()));
    response->set_promoted(judgement.promoted);
    response->set_quality(judgement.good ? "good" : "bad");
    for (const std::string& reason : judgement.reasons) response->add_reasons(reason);
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::MoveAlias(grpc::ServerContext* context,
                                             const pb::MoveAliasRequest* request,
                                             pb::MoveAliasResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const AliasMove move,
                     registry_for_(call.deadline)
                         .MoveAlias(request->model(), request->alias(), request->version(),
                                    call.caller.name, request->reason()));
    ToProto(move, *response->mutable_move());
    return absl::OkStatus();
  });
}

grpc::Status ModelRegistryService::ListAliasMoves(grpc::ServerContext* context,
                                                  const pb::ListAliasMovesRequest* request,
                                                  pb::ListAliasMovesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(
        Page<AliasMove> page,
        registry_for_(call.deadline)
            .ListAliasMoves(request->model(), {request->page_size(), request->page_token()}));
    for (const AliasMove& move : page.items) ToProto(move, *response->add_moves());
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

}  // namespace fairline::model_registry
