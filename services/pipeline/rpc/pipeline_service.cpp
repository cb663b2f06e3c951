#include "services/pipeline/rpc/pipeline_service.hpp"

#include <charconv>
#include <chrono>
#include <thread>

#include "services/pipeline/rpc/conversion.hpp"

namespace fairline::pipeline {
namespace {

constexpr int kPageSize = 20;
constexpr int kMaxRuns = 200;  // a page
// How often a watched run is looked at.
constexpr std::chrono::milliseconds kWatchInterval{250};

// Resume tokens are revisions in decimal; empty means from the start.
absl::StatusOr<std::int64_t> ParseResumeToken(const std::string& token) {
  std::int64_t revision = 0;
  if (token.empty()) return revision;
  const char* const end = token.data() + token.size();
  const auto [parsed, error] = std::from_chars(token.data(), end, revision);
  if (error != std::errc() || parsed != end || revision < 0) {
    return InvalidField("resume_token", "was not given out by this method");
  }
  return revision;
}

}  // namespace

PipelineService::PipelineService(RunStore& store, StageServices& services, rpc::Host& host)
    : store_(store),
      services_(services),
      host_(host),
      endpoint_(host.EndpointFor<v1::PipelineService>()) {}

grpc::Status PipelineService::StartRun(grpc::ServerContext* context,
                                       const v1::StartRunRequest* request,
                                       v1::StartRunResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const Run wanted, MakeRun(FromProto(*request)));
    RETURN_IF_ERROR(services_.Check(wanted));
    ASSIGN_OR_RETURN(const Run run, store_.Create(wanted, call.caller.name, request->request_id()));
    ToProto(run, *response->mutable_run());
    return absl::OkStatus();
  });
}

grpc::Status PipelineService::GetRun(grpc::ServerContext* context, const v1::GetRunRequest* request,
                                     v1::GetRunResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const Run run, store_.Get(request->run_id()));
    ToProto(run, *response->mutable_run());
    return absl::OkStatus();
  });
}

grpc::Status PipelineService::ListRuns(grpc::ServerContext* context,
                                       const v1::ListRunsRequest* request,
                                       v1::ListRunsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const int page_size, PageSize(request->page_size(), kPageSize, kMaxRuns));
    ASSIGN_OR_RETURN(Page<Run> page, store_.List(page_size, request->page_token()));
    for (const Run& run : page.items) ToProto(run, *response->add_runs());
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

grpc::Status PipelineService::WatchRun(grpc::ServerContext* context,
                                       const v1::WatchRunRequest* request,
                                       grpc::ServerWriter<v1::WatchRunResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request,
                    [&](const rpc::Call& call) { return Watch(call, *request, *writer); });
}

absl::Status PipelineService::Watch(const rpc::Call& call, const v1::WatchRunRequest& request,
                                    grpc::ServerWriter<v1::WatchRunResponse>& writer) {
  ASSIGN_OR_RETURN(std::int64_t seen, ParseResumeToken(request.resume_token()));
  while (!call.Cancelled()) {
    if (host_.Draining()) return absl::UnavailableError("stopping; resume with the last token");
    ASSIGN_OR_RETURN(const RunStore::Head head, store_.GetHead(request.run_id()));
    if (head.revision > seen) {
      ASSIGN_OR_RETURN(const Run run, store_.Get(request.run_id()));
      v1::WatchRunResponse response;
      ToProto(run, *response.mutable_run());
      response.set_resume_token(std::to_string(run.revision));
      if (!writer.Write(response)) return absl::CancelledError("the watcher went away");
      seen = run.revision;
      if (run.Ended()) return absl::OkStatus();
    } else if (head.ended) {
      return absl::OkStatus();
    }
    std::this_thread::sleep_for(kWatchInterval);
  }
  return absl::CancelledError("the watcher went away");
}

grpc::Status PipelineService::CancelRun(grpc::ServerContext* context,
                                        const v1::CancelRunRequest* request,
                                        v1::CancelRunResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const Run run, store_.RequestCancel(request->run_id()));
    ToProto(run, *response->mutable_run());
    return absl::OkStatus();
  });
}

grpc::Status PipelineService::RetryRun(grpc::ServerContext* context,
                                       const v1::RetryRunRequest* request,
                                       v1::RetryRunResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const Run run, store_.Retry(request->run_id()));
    ToProto(run, *response->mutable_run());
    return absl::OkStatus();
  });
}

}  // namespace fairline::pipeline
