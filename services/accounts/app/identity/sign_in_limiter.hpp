#pragma once
// Slows guessing of passwords: after ten failures for one name from one address within five
// minutes, further attempts are refused until the oldest failure is five minutes old. In memory,
// per process, of bounded size.

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"

namespace fairline::accounts {

class SignInLimiter {
 public:
  static constexpr std::size_t kFailures = 10;
  static constexpr std::chrono::minutes kWindow{5};

  // `clock` is real time and outlives this.
  explicit SignInLimiter(const Clock& clock, std::size_t max_keys = 100'000)
      : clock_(clock), max_keys_(max_keys) {}

  // ResourceExhausted when the pair has failed too often. Names are compared without case.
  [[nodiscard]] absl::Status Check(const std::string& username, const std::string& address);
  void Failed(const std::string& username, const std::string& address);
  void Succeeded(const std::string& username, const std::string& address);

 private:
  void DropOld(std::deque<Instant>& failures, Instant now) const;

  const Clock& clock_;
  const std::size_t max_keys_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<Instant>> failures_;
};

}  // namespace fairline::accounts
