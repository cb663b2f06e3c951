#pragma once
// Whether a process can work: a check that is made again and again beside all else, and its last
// answer. Asking never waits for the check.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "libs/core/status.hpp"

namespace fairline::rpc {

class Readiness {
 public:
  // Begins at once. The check is made each `interval`; an answer that is older than `holds` is
  // none.
  Readiness(std::function<absl::Status()> check, std::chrono::milliseconds interval,
            std::chrono::milliseconds holds);
  // Waits for a check under way.
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // The last answer; Unavailable while there is none, or only one that is too old.
  [[nodiscard]] absl::Status Now() const;

 private:
  void Run(const std::stop_token& stop, std::chrono::milliseconds interval);

  const std::function<absl::Status()> check_;
  const std::chrono::milliseconds holds_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  absl::Status answer_ = absl::UnavailableError("starting");
  std::chrono::steady_clock::time_point answered_ = std::chrono::steady_clock::now();
  std::jthread thread_;
};

}  // namespace fairline::rpc
