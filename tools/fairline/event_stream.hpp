#pragma once
// Server-Sent Events out of the bytes of a response, as they come (HTML standard, 9.2.6).

#include <functional>
#include <string>
#include <string_view>

namespace fairline::cli {

struct ServerSentEvent {
  std::string type = "message";
  std::string id;  // empty when it has none of its own
  std::string data;
};

class EventStream {
 public:
  using OnEvent = std::function<void(const ServerSentEvent&)>;
  explicit EventStream(OnEvent on_event) : on_event_(std::move(on_event)) {}

  // The next bytes, cut anywhere. Comments are left out, and so is an event that is not complete.
  void Feed(std::string_view bytes);

 private:
  void TakeLine(std::string_view line);

  OnEvent on_event_;
  std::string rest_;  // of a line
  ServerSentEvent event_;
  bool has_data_ = false;
};

}  // namespace fairline::cli
