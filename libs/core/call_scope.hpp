#pragma once
// What the work of a thread is done for: until when, and for whom. The frame of every handler opens
// one (libs/rpc/call.hpp), and libs/storage holds each query to it, so that no use case has to
// hand a deadline through.

#include <chrono>
#include <string>

namespace fairline {

// Holds for this thread and its own lifetime; threads that are started within do not inherit it.
class CallScope {
 public:
  using Deadline = std::chrono::system_clock::time_point;

  // `caller` tells one asker from another ("user 7"); empty for work of the service's own.
  CallScope(Deadline deadline, std::string caller);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

  // The innermost one, or null outside any.
  [[nodiscard]] static const CallScope* Current();

  [[nodiscard]] Deadline deadline() const { return deadline_; }
  [[nodiscard]] const std::string& caller() const { return caller_; }

 private:
  Deadline deadline_;
  std::string caller_;
  const CallScope* outer_;
};

}  // namespace fairline
