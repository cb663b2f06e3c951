#pragma once
// A server stream as Server-Sent Events: each message's JSON is one, with its resume_token as the
// id; the last is "end", or "error" with a problem.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "services/auth_gateway/http/message.hpp"
#include "services/auth_gateway/peers/upstream.hpp"

namespace fairline::auth_gateway {

class StreamEvents final : public EventSource, public std::enable_shared_from_this<StreamEvents> {
 public:
  // `print` makes JSON of a message's bytes, on any thread. `place` is held as long as this lives.
  using Print = std::function<absl::StatusOr<std::string>(const std::string&)>;
  StreamEvents(std::shared_ptr<UpstreamStream> stream, std::string trace_id,
               std::shared_ptr<void> place, Print print);
  ~StreamEvents() override;

  // Asks for the first message, and waits for it as long as that; how the stream failed when it
  // did so without one. Once, before all else.
  [[nodiscard]] absl::Status AwaitFirst(std::chrono::milliseconds patience);

  void Next(Taker taker) override;
  void Cancel() override { stream_->Cancel(); }

 private:
  void Ask();
  [[nodiscard]] std::string EventOf(const std::optional<std::string>& message) const;

  const std::shared_ptr<UpstreamStream> stream_;
  const std::string trace_id_;
  const std::shared_ptr<void> place_;
  const Print print_;

  std::mutex mutex_;
  std::condition_variable came_;
  bool has_ = false;  // message_ came, and nobody has taken it
  std::optional<std::string> message_;
  Taker taker_;
  bool opened_ = false;           // something was given out
  bool ended_ = false;            // the last event was given out
  bool waits_for_first_ = false;  // it was asked for by AwaitFirst
};

}  // namespace fairline::auth_gateway
