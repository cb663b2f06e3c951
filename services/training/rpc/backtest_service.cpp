#include "services/training/rpc/backtest_service.hpp"

#include <charconv>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include "libs/core/page.hpp"
#include "services/training/app/jobs/task_names.hpp"

namespace fairline::training {
namespace {

constexpr int kPageSize = 20;
constexpr int kMaxBacktests = 100;  // a page
// How often a watched backtest is looked at.
constexpr std::chrono::milliseconds kWatchInterval{250};

absl::StatusOr<std::string> AsJson(const v1::BacktestSettings& settings) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_enums_as_ints = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(settings, &json, options).ok()) {
    return InvalidField("settings", "cannot be written as JSON");
  }
  return json;
}

// Stored JSON has the names of the message's fields.
absl::Status FromJson(const std::string& json, google::protobuf::Message& out) {
  if (google::protobuf::util::JsonStringToMessage(json, &out).ok()) return absl::OkStatus();
  return absl::InternalError("a stored backtest cannot be read");
}

std::string ActivityOf(const BacktestView& view) {
  if (view.state == JobState::kQueued) return "waiting";
  if (view.state != JobState::kRunning) return std::string(NameOf(view.state));
  return view.days_total == 0 ? "reading forecasts and prices" : "replaying days";
}

// Where a backtest is, as a resume token: another one each time that it has got further.
std::string PlaceOf(const BacktestView& view) {
  return fmt::format("{}-{}-{}", NameOf(view.state), view.days_done, view.days_total);
}

absl::Status ToProto(const BacktestView& view, v1::Backtest& out) {
  RETURN_IF_ERROR(FromJson(view.result_json, out));
  RETURN_IF_ERROR(FromJson(view.settings_json, *out.mutable_settings()));
  out.set_backtest_id(view.backtest_id);
  out.set_state(std::string(NameOf(view.state)));
  out.set_walk_forward_id(view.walk_forward_id);
  out.set_error(view.error);
  out.mutable_progress()->set_activity(ActivityOf(view));
  out.mutable_progress()->set_done(view.days_done);
  out.mutable_progress()->set_total(view.days_total);
  const std::int64_t micros = view.created.time_since_epoch().count();
  out.mutable_create_time()->set_seconds(micros / 1'000'000);
  out.mutable_create_time()->set_nanos(static_cast<int>(micros % 1'000'000) * 1'000);
  return absl::OkStatus();
}

}  // namespace

grpc::Status BacktestService::StartBacktest(grpc::ServerContext* context,
                                            const v1::StartBacktestRequest* request,
                                            v1::StartBacktestResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    if (request->request_id().empty()) return InvalidField("request_id", "must not be empty");
    v1::BacktestSettings wanted = request->settings();
    if (wanted.currency().empty()) wanted.set_currency(request->currency());
    ASSIGN_OR_RETURN(const std::string settings, AsJson(wanted));
    RETURN_IF_ERROR(Within("settings", backtest::ParsePlan(settings).status()));
    ASSIGN_OR_RETURN(const std::int64_t id, store_.StartBacktest(request->request_id(), settings));
    response->set_backtest_id(id);
    work_came_();
    return absl::OkStatus();
  });
}

grpc::Status BacktestService::GetBacktest(grpc::ServerContext* context,
                                          const v1::GetBacktestRequest* request,
                                          v1::GetBacktestResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const BacktestView view, store_.GetBacktest(request->backtest_id()));
    return ToProto(view, *response->mutable_backtest());
  });
}

grpc::Status BacktestService::WatchBacktest(grpc::ServerContext* context,
                                            const v1::WatchBacktestRequest* request,
                                            grpc::ServerWriter<v1::WatchBacktestResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request,
                    [&](const rpc::Call& call) { return Watch(call, *request, *writer); });
}

absl::Status BacktestService::Watch(const rpc::Call& call, const v1::WatchBacktestRequest& request,
                                    grpc::ServerWriter<v1::WatchBacktestResponse>& writer) {
  std::string told = request.resume_token();
  while (!call.Cancelled()) {
    if (host_.Draining()) return absl::UnavailableError("stopping; resume with the last token");
    ASSIGN_OR_RETURN(const BacktestView view, store_.GetBacktest(request.backtest_id()));
    if (std::string place = PlaceOf(view); place != told) {
      told = std::move(place);
      v1::WatchBacktestResponse response;
      RETURN_IF_ERROR(ToProto(view, *response.mutable_backtest()));
      response.set_resume_token(told);
      if (!writer.Write(response)) return absl::CancelledError("the watcher went away");
    }
    if (!IsOpen(view.state)) return absl::OkStatus();
    std::this_thread::sleep_for(kWatchInterval);
  }
  return absl::CancelledError("the watcher went away");
}

grpc::Status BacktestService::ListBacktests(grpc::ServerContext* context,
                                            const v1::ListBacktestsRequest* request,
                                            v1::ListBacktestsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(
        const PageOfIds page,
        ParsePageOfIds(request->page_size(), request->page_token(), kPageSize, kMaxBacktests));
    ASSIGN_OR_RETURN(auto listed, store_.ListBacktests(page.before, page.size + 1));
    auto views = CutPage(std::move(listed), page.size,
                         [](const BacktestView& last) { return PageToken<1>({last.backtest_id}); });
    for (const BacktestView& view : views.items) {
      RETURN_IF_ERROR(ToProto(view, *response->add_backtests()));
    }
    response->set_next_page_token(std::move(views.next_token));
    return absl::OkStatus();
  });
}

grpc::Status BacktestService::CancelBacktest(grpc::ServerContext* context,
                                             const v1::CancelBacktestRequest* request,
                                             v1::CancelBacktestResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    RETURN_IF_ERROR(store_.CancelBacktest(request->backtest_id()));
    ASSIGN_OR_RETURN(const BacktestView view, store_.GetBacktest(request->backtest_id()));
    return ToProto(view, *response->mutable_backtest());
  });
}

grpc::Status BacktestService::ExportBacktestBets(grpc::ServerContext* context,
                                                 const v1::ExportBacktestBetsRequest* request,
                                                 v1::ExportBacktestBetsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(*response->mutable_csv(), store_.LoadBets(request->backtest_id()));
    return absl::OkStatus();
  });
}

}  // namespace fairline::training
