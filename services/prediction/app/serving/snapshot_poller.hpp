#pragma once
// Refreshes a SnapshotKeeper again and again on a thread of its own.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "services/prediction/app/serving/snapshot_keeper.hpp"

namespace fairline::prediction {

class SnapshotPoller {
 public:
  // What is done after every refresh, on the same thread.
  using AfterRefresh = std::function<absl::Status()>;

  // Begins at once. `keeper` outlives the poller; the destructor waits for a refresh under way.
  SnapshotPoller(SnapshotKeeper& keeper, std::chrono::milliseconds interval,
                 AfterRefresh after_refresh);
  ~SnapshotPoller() { Stop(); }
  SnapshotPoller(const SnapshotPoller&) = delete;
  SnapshotPoller& operator=(const SnapshotPoller&) = delete;

  // No refresh begins after this; does not wait.
  void Stop() { thread_.request_stop(); }

 private:
  void Run(const std::stop_token& stop, std::chrono::milliseconds interval);

  SnapshotKeeper& keeper_;
  AfterRefresh after_refresh_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace fairline::prediction
