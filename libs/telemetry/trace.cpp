#include "libs/telemetry/trace.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace fairline::telemetry {
namespace {

thread_local const TraceContext* current = nullptr;

std::string RandomHex(int digits) {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  while (static_cast<int>(text.size()) < digits) {
    std::uint64_t word = generator();
    for (int i = 0; i < 16 && static_cast<int>(text.size()) < digits; ++i, word >>= 4) {
      text += kHex[word & 15];
    }
  }
  return text;
}

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool AllZero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

TraceContext TraceContext::Start() { return {RandomHex(32), RandomHex(16)}; }

std::optional<TraceContext> TraceContext::Parse(std::string_view text) {
  if (text.size() != 55 || text.substr(0, 3) != "00-" || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  const std::string_view trace = text.substr(3, 32), span = text.substr(36, 16);
  if (!IsLowerHex(trace) || !IsLowerHex(span) || AllZero(trace) || AllZero(span)) {
    return std::nullopt;
  }
  return TraceContext{std::string(trace), std::string(span)};
}

TraceContext TraceContext::Child() const { return {trace_id, RandomHex(16)}; }

std::string TraceContext::Traceparent() const { return "00-" + trace_id + "-" + span_id + "-01"; }

TraceScope::TraceScope(TraceContext context) : context_(std::move(context)), outer_(current) {
  current = &context_;
}

TraceScope::~TraceScope() { current = outer_; }

const TraceContext* TraceScope::Current() { return current; }

}  // namespace fairline::telemetry
