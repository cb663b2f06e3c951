#include "services/training/rpc/training_service.hpp"

#include <chrono>
#include <string>
#include <thread>

#include "libs/core/page.hpp"
#include "services/training/rpc/conversion.hpp"

namespace fairline::training {
namespace {

constexpr std::chrono::milliseconds kReportEvery(500);
constexpr std::chrono::milliseconds kAskForLeaseEvery(500);
constexpr int kPageSize = 20;
constexpr int kMaxJobs = 100;  // a page

// Passes progress on, but not more often than a reader can use.
class ProgressStream {
 public:
  explicit ProgressStream(grpc::ServerWriter<v1::TrainResponse>& writer) : writer_(writer) {}

  void Report(const TaskProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.activity == activity_ && now - reported_ < kReportEvery) return;
    activity_ = progress.activity;
    reported_ = now;
    v1::TrainResponse response;
    ToProto(progress, *response.mutable_progress());
    writer_.Write(response);
  }

 private:
  grpc::ServerWriter<v1::TrainResponse>& writer_;
  std::string activity_;
  std::chrono::steady_clock::time_point reported_;
};

template <typename Job>
Page<Job> CutJobs(std::vector<Job> jobs, const PageOfIds& page) {
  return CutPage(std::move(jobs), page.size,
                 [](const Job& last) { return PageToken<1>({last.view.job.job_id}); });
}

}  // namespace

absl::StatusOr<SportTraining> TrainingService::Of(const std::string& sport) const {
  if (sport.empty()) return sports_.front();
  for (const SportTraining& each : sports_) {
    if (each.trainer->recipe().sport == sport) return each;
  }
  return InvalidField("sport", "there is no recipe for it");
}

grpc::Status TrainingService::Train(grpc::ServerContext* context, const v1::TrainRequest* request,
                                    grpc::ServerWriter<v1::TrainResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const SportTraining training, Of(request->sport()));
    ProgressStream stream(*writer);
    const auto report = [&](const TaskProgress& progress) {
      stream.Report(progress);
      return !call.Cancelled();
    };
    auto summary = training.trainer->Train(request->request_id(), report);
    while (absl::IsUnavailable(summary.status()) && !call.Cancelled()) {
      stream.Report({.activity = "waiting: " + MessageOf(summary.status())});
      std::this_thread::sleep_for(kAskForLeaseEvery);
      summary = training.trainer->Train(request->request_id(), report);
    }
    RETURN_IF_ERROR(summary.status());
    v1::TrainResponse last;
    ToProto(*summary, *last.mutable_summary());
    writer->Write(last);
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::StartWalkForward(grpc::ServerContext* context,
                                               const v1::StartWalkForwardRequest* request,
                                               v1::StartWalkForwardResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const SportTraining training, Of(request->sport()));
    const WalkForwardOptions options{
        .first_season = request->first_season_start(),
        .last_season = request->last_season_start(),
        .competitions = {request->competition_codes().begin(), request->competition_codes().end()}};
    ASSIGN_OR_RETURN(const std::int64_t id,
                     training.jobs->StartWalkForward(request->request_id(), options));
    response->set_walk_forward_id(id);
    work_came_();
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::GetWalkForward(grpc::ServerContext* context,
                                             const v1::GetWalkForwardRequest* request,
                                             v1::GetWalkForwardResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const WalkForward walk, jobs_.GetWalkForward(request->walk_forward_id()));
    ToProto(walk, *response->mutable_walk_forward());
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::ListWalkForwards(grpc::ServerContext* context,
                                               const v1::ListWalkForwardsRequest* request,
                                               v1::ListWalkForwardsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(
        const PageOfIds page,
        ParsePageOfIds(request->page_size(), request->page_token(), kPageSize, kMaxJobs));
    ASSIGN_OR_RETURN(auto listed, jobs_.ListWalkForwards(page.before, page.size + 1));
    auto walks = CutJobs(std::move(listed), page);
    response->set_next_page_token(std::move(walks.next_token));
    for (const WalkForward& walk : walks.items) ToProto(walk, *response->add_walk_forwards());
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::CancelWalkForward(grpc::ServerContext* context,
                                                const v1::CancelWalkForwardRequest* request,
                                                v1::CancelWalkForwardResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    const std::int64_t id = request->walk_forward_id();
    RETURN_IF_ERROR(jobs_.Cancel(JobKind::kWalkForward, id));
    ASSIGN_OR_RETURN(const WalkForward walk, jobs_.GetWalkForward(id));
    ToProto(walk, *response->mutable_walk_forward());
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::StartSearch(grpc::ServerContext* context,
                                          const v1::StartSearchRequest* request,
                                          v1::StartSearchResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const SportTraining training, Of(request->sport()));
    const SearchRequest search{.model = request->model(),
                               .trials = request->trials(),
                               .factor = request->factor(),
                               .seed = request->seed(),
                               .first_season = request->first_season_start(),
                               .last_season = request->last_season_start()};
    ASSIGN_OR_RETURN(const std::int64_t id,
                     training.jobs->StartSearch(request->request_id(), search));
    response->set_search_id(id);
    work_came_();
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::GetSearch(grpc::ServerContext* context,
                                        const v1::GetSearchRequest* request,
                                        v1::GetSearchResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const Search search, jobs_.GetSearch(request->search_id()));
    ToProto(search, *response->mutable_search());
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::ListSearches(grpc::ServerContext* context,
                                           const v1::ListSearchesRequest* request,
                                           v1::ListSearchesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(
        const PageOfIds page,
        ParsePageOfIds(request->page_size(), request->page_token(), kPageSize, kMaxJobs));
    ASSIGN_OR_RETURN(auto listed, jobs_.ListSearches(page.before, page.size + 1));
    auto searches = CutJobs(std::move(listed), page);
    response->set_next_page_token(std::move(searches.next_token));
    for (const Search& search : searches.items) ToProto(search, *response->add_searches());
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::CancelSearch(grpc::ServerContext* context,
                                           const v1::CancelSearchRequest* request,
                                           v1::CancelSearchResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    RETURN_IF_ERROR(jobs_.Cancel(JobKind::kSearch, request->search_id()));
    ASSIGN_OR_RETURN(const Search search, jobs_.GetSearch(request->search_id()));
    ToProto(search, *response->mutable_search());
    return absl::OkStatus();
  });
}

}  // namespace fairline::training
