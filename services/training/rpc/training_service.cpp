#include "services/training/rpc/training_service.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <thread>

#include "services/training/rpc/conversion.hpp"

namespace fairline::training {
namespace {

constexpr std::chrono::milliseconds kReportEvery(500);
constexpr std::chrono::milliseconds kAskForLeaseEvery(500);
constexpr int kDefaultPageSize = 20;
constexpr int kMaxPageSize = 100;

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

// The page token is the last id of the page before.
absl::StatusOr<std::int64_t> ParsePageToken(const std::string& token) {
  std::int64_t id = 0;
  if (token.empty()) return id;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), id);
  if (result.ec != std::errc() || result.ptr != token.data() + token.size() || id < 1) {
    return InvalidField("page_token", "not one that this method gave");
  }
  return id;
}

}  // namespace

absl::Status TrainingService::CheckSport(const std::string& sport) const {
  if (sport.empty() || sport == trainer_.recipe().sport) return absl::OkStatus();
  return InvalidField("sport", "there is no recipe for it");
}

grpc::Status TrainingService::Train(grpc::ServerContext* context, const v1::TrainRequest* request,
                                    grpc::ServerWriter<v1::TrainResponse>* writer) {
  return rpc::Serve(*context, endpoint_, "Train", [&](const rpc::Call& call) -> absl::Status {
    RETURN_IF_ERROR(CheckSport(request->sport()));
    ProgressStream stream(*writer);
    const auto report = [&](const TaskProgress& progress) {
      stream.Report(progress);
      return !call.Cancelled();
    };
    auto summary = trainer_.Train(request->request_id(), report);
    while (absl::IsUnavailable(summary.status()) && !call.Cancelled()) {
      stream.Report({.activity = "waiting: " + std::string(summary.status().message())});
      std::this_thread::sleep_for(kAskForLeaseEvery);
      summary = trainer_.Train(request->request_id(), report);
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
  return rpc::Serve(*context, endpoint_, "StartWalkForward", [&](const rpc::Call&) -> absl::Status {
    RETURN_IF_ERROR(CheckSport(request->sport()));
    if (request->request_id().empty()) return InvalidField("request_id", "must not be empty");
    const int first = request->first_season_start();
    const int last = request->last_season_start();
    for (const int season : {first, last}) {
      if (season != 0 && (season < 1800 || season > 2200)) {
        return InvalidField("season_start", "must be a year, or 0");
      }
    }
    if (last != 0 && first > last) {
      return InvalidField("first_season_start", "must not be after last_season_start");
    }
    ASSIGN_OR_RETURN(const std::int64_t id,
                     walk_forwards_.StartWalkForward(request->request_id(), trainer_.recipe().sport,
                                                     first, last));
    response->set_walk_forward_id(id);
    work_came_();
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::GetWalkForward(grpc::ServerContext* context,
                                             const v1::GetWalkForwardRequest* request,
                                             v1::GetWalkForwardResponse* response) {
  return rpc::Serve(*context, endpoint_, "GetWalkForward", [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const WalkForward walk,
                     walk_forwards_.GetWalkForward(request->walk_forward_id()));
    ToProto(walk, *response->mutable_walk_forward());
    return absl::OkStatus();
  });
}

grpc::Status TrainingService::ListWalkForwards(grpc::ServerContext* context,
                                               const v1::ListWalkForwardsRequest* request,
                                               v1::ListWalkForwardsResponse* response) {
  return rpc::Serve(*context, endpoint_, "ListWalkForwards", [&](const rpc::Call&) -> absl::Status {
    if (request->page_size() < 0 || request->page_size() > kMaxPageSize) {
      return InvalidField("page_size", "must be 0 to 100");
    }
    const int page_size = request->page_size() == 0 ? kDefaultPageSize : request->page_size();
    ASSIGN_OR_RETURN(const std::int64_t before_id, ParsePageToken(request->page_token()));
    ASSIGN_OR_RETURN(auto walks, walk_forwards_.ListWalkForwards(before_id, page_size + 1));
    const bool more = static_cast<int>(walks.size()) > page_size;
    if (more) walks.pop_back();
    for (const WalkForward& walk : walks) ToProto(walk, *response->add_walk_forwards());
    if (more) response->set_next_page_token(std::to_string(walks.back().walk_forward_id));
    return absl::OkStatus();
  });
}

}  // namespace fairline::training
