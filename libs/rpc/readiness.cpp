#include "libs/rpc/readiness.hpp"

#include <fmt/format.h>

namespace fairline::rpc {

using std::chrono::steady_clock;

Readiness::Readiness(std::function<absl::Status()> check, std::chrono::milliseconds interval,
                     std::chrono::milliseconds holds)
    : check_(std::move(check)),
      holds_(holds),
      thread_([this, interval](const std::stop_token& stop) { Run(stop, interval); }) {}

Readiness::~Readiness() = default;

void Readiness::Run(const std::stop_token& stop, std::chrono::milliseconds interval) {
  std::unique_lock lock(mutex_, std::defer_lock);
  while (!stop.stop_requested()) {
    absl::Status answer = check_();
    lock.lock();
    answer_ = std::move(answer);
    answered_ = steady_clock::now();
    wake_.wait_for(lock, stop, interval, [] { return false; });
    lock.unlock();
  }
}

absl::Status Readiness::Now() const {
  const std::lock_guard lock(mutex_);
  const auto age = steady_clock::now() - answered_;
  if (answer_.ok() && age > holds_) {
    return absl::UnavailableError(
        fmt::format("no answer for {} s", std::chrono::floor<std::chrono::seconds>(age).count()));
  }
  return answer_;
}

}  // namespace fairline::rpc
