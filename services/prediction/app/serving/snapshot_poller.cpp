#include "services/prediction/app/serving/snapshot_poller.hpp"

#include <string>

#include "libs/telemetry/log.hpp"

namespace fairline::prediction {

SnapshotPoller::SnapshotPoller(SnapshotKeeper& keeper, std::chrono::milliseconds interval,
                               AfterRefresh after_refresh)
    : keeper_(keeper),
      after_refresh_(std::move(after_refresh)),
      thread_([this, interval](const std::stop_token& stop) { Run(stop, interval); }) {}

void SnapshotPoller::Run(const std::stop_token& stop, std::chrono::milliseconds interval) {
  std::string last_error;
  while (!stop.stop_requested()) {
    absl::Status status = keeper_.Refresh();
    status.Update(after_refresh_());
    const std::string error = status.ToString();
    // A source that stays away is reported once, not at every look.
    if (error != last_error) telemetry::Info("refreshed", {{"status", error}});
    last_error = error;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, interval, [] { return false; });
  }
}

}  // namespace fairline::prediction
