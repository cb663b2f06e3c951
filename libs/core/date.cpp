#include "libs/core/date.hpp"

#include <charconv>
#include <cstdio>

#include <absl/time/time.h>

namespace fairline {
namespace {

bool ParseDigits(std::string_view text, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string FormatDay(Day day) {
  const std::chrono::year_month_day ymd{day};
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return buffer;
}

absl::StatusOr<Day> ParseDay(std::string_view text) {
  int year = 0, month = 0, day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' ||
      !ParseDigits(text.substr(0, 4), year) || !ParseDigits(text.substr(5, 2), month) ||
      !ParseDigits(text.substr(8, 2), day)) {
    return absl::InvalidArgumentError("not a date of the form 2026-01-30: \"" + std::string(text) +
                                      "\"");
  }
  const std::chrono::year_month_day ymd{std::chrono::year{year},
                                        std::chrono::month{static_cast<unsigned>(month)},
                                        std::chrono::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) {
    return absl::InvalidArgumentError("no such day: \"" + std::string(text) + "\"");
  }
  return Day{ymd};
}

std::string FormatInstant(Instant instant) {
  const Day day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time{instant - day};
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string text = FormatDay(day) + buffer;
  if (const auto fraction = time.subseconds().count(); fraction != 0) {
    std::snprintf(buffer, sizeof buffer, ".%06d", static_cast<int>(fraction));
    text += buffer;
  }
  return text + "Z";
}

absl::StatusOr<Instant> ParseInstant(std::string_view text) {
  absl::Time time;
  std::string error;
  if (text.size() < 20 || text[10] != 'T' ||
      !absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error)) {
    return absl::InvalidArgumentError("not an RFC 3339 time such as 2026-01-30T09:00:00Z: \"" +
                                      std::string(text) + "\"");
  }
  return Instant{std::chrono::microseconds{absl::ToUnixMicros(time)}};
}

}  // namespace fairline
