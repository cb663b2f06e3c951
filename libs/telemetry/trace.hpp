#pragma once
// W3C Trace Context: one trace id follows a request through every service and log line.

#include <optional>
#include <string>
#include <string_view>

namespace fairline::telemetry {

struct TraceContext {
  std::string trace_id;  // 32 hex digits
  std::string span_id;   // 16 hex digits

  // A new random trace.
  [[nodiscard]] static TraceContext Start();
  // Reads "00-<trace>-<span>-<flags>"; nothing when malformed or all zero.
  [[nodiscard]] static std::optional<TraceContext> Parse(std::string_view traceparent);
  // The same trace with a new span.
  [[nodiscard]] TraceContext Child() const;
  [[nodiscard]] std::string Traceparent() const;
};

// Makes `context` the current one of this thread for its lifetime; log lines name it.
class TraceScope {
 public:
  explicit TraceScope(TraceContext context);
  ~TraceScope();
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;

  // The innermost scope's context, or null outside any.
  [[nodiscard]] static const TraceContext* Current();

 private:
  TraceContext context_;
  const TraceContext* outer_;
};

}  // namespace fairline::telemetry
