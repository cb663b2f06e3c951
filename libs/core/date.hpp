#pragma once
// Calendar days and RFC 3339 moments, all UTC.

#include <chrono>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline {

using Day = std::chrono::sys_days;
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// "2026-01-30"
[[nodiscard]] std::string FormatDay(Day day);
[[nodiscard]] absl::StatusOr<Day> ParseDay(std::string_view text);

// "2026-01-30T09:00:00Z"; a fraction is printed only when it is not zero. Parsing accepts a
// fraction and an offset ("+01:00") and refuses anything without a zone.
[[nodiscard]] std::string FormatInstant(Instant instant);
[[nodiscard]] absl::StatusOr<Instant> ParseInstant(std::string_view text);

}  // namespace fairline
