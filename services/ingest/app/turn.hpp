#pragma once
// One at a time: what changes matches or teams, and the ingest.

#include <chrono>
#include <mutex>

#include <absl/status/statusor.h>

namespace fairline::ingest {

// Waits a while for an ingest that is running; Unavailable when it goes on.
[[nodiscard]] inline absl::StatusOr<std::unique_lock<std::timed_mutex>> WaitForTurn(
    std::timed_mutex& running) {
  // A batch that takes longer than a request may wait is worth another try later.
  std::unique_lock lock(running, std::defer_lock);
  if (!lock.try_lock_for(std::chrono::seconds(20))) {
    return absl::UnavailableError("an ingest is running; try again when it has ended");
  }
  return lock;
}

}  // namespace fairline::ingest
