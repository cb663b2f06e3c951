#include "services/auth_gateway/rest/stream_events.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "services/auth_gateway/http/problem.hpp"

namespace fairline::auth_gateway {
namespace {

// The resume_token in a message's JSON, as the id of its event.
std::string IdLine(const std::string& json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("resume_token")) return {};
  const auto& token = parsed["resume_token"];
  if (!token.is_string()) return {};
  const std::string& text = token.get_ref<const std::string&>();
  if (text.empty() || text.find_first_of("\r\n") != std::string::npos) return {};
  return "id: " + text + "\n";
}

}  // namespace

StreamEvents::StreamEvents(std::shared_ptr<UpstreamStream> stream, std::string trace_id,
                           std::shared_ptr<void> place, Print print)
    : stream_(std::move(stream)),
      trace_id_(std::move(trace_id)),
      place_(std::move(place)),
      print_(std::move(print)) {}

StreamEvents::~StreamEvents() { stream_->Cancel(); }

// Who drops this drops the stream, too: it must not be kept by what it waits for.
void StreamEvents::Ask() {
  stream_->Next([weak = weak_from_this()](std::optional<std::string> message) {
    const auto events = weak.lock();
    if (!events) return;
    Taker taker;
    {
      const std::lock_guard lock(events->mutex_);
      if (!events->taker_) {
        events->has_ = true;
        events->message_ = std::move(message);
        events->came_.notify_all();
        return;
      }
      taker = std::exchange(events->taker_, nullptr);
      events->opened_ = true;
      events->ended_ = !message;
    }
    taker(events->EventOf(message));
  });
}

absl::Status StreamEvents::AwaitFirst(std::chrono::milliseconds patience) {
  Ask();
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, patience, [this] { return has_; });
  return has_ && !message_ ? stream_->status() : absl::OkStatus();
}

void StreamEvents::Next(Taker taker) {
  std::optional<std::string> event;
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    ended = ended_;
    if (has_) {
      has_ = waits_for_first_ = false;
      ended_ = !message_;
      opened_ = true;
      event = EventOf(std::exchange(message_, std::nullopt));
    } else if (!opened_) {
      // The first message, which was asked for, is not there yet: the reader may know it is open.
      opened_ = true;
      waits_for_first_ = true;
      event = ": open\n\n";
    } else if (!ended_) {
      taker_ = std::move(taker);
      if (std::exchange(waits_for_first_, false)) return;
    }
  }
  // Neither is called with the lock held: the answer may be there at once.
  if (!event && !ended) return Ask();
  taker(std::move(event));
}

std::string StreamEvents::EventOf(const std::optional<std::string>& message) const {
  absl::Status failure;
  if (message) {
    const auto json = print_(*message);
    if (json.ok()) return IdLine(*json) + "data: " + *json + "\n\n";
    failure = json.status();
  } else {
    failure = stream_->status();
  }
  if (failure.ok()) return "event: end\ndata: {}\n\n";
  HttpResponse problem;
  WriteProblem(problem, ProblemOf(failure), trace_id_);
  return "event: error\ndata: " + problem.body + "\n\n";
}

}  // namespace fairline::auth_gateway
