#pragma once
// Readers of single cells. All take a cell with blanks removed and allocate nothing.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libs/core/date.hpp"

namespace fairline::sources {

// A plain decimal: optional sign, digits, optional fraction; no exponent, no thousands.
[[nodiscard]] std::optional<double> ReadDecimal(std::string_view cell);

// A count written "2" or "2.0", from 0 to `limit`.
[[nodiscard]] std::optional<std::int16_t> ReadCount(std::string_view cell, std::int16_t limit);

// dd/mm/yy or dd/mm/yyyy, day and month with or without a leading zero, and nothing else. Two
// digits of year mean 1950 to 2049.
[[nodiscard]] std::optional<Day> ReadBritishDate(std::string_view cell);

// H:MM, HH:MM or HH:MM:SS (seconds dropped), 00:00 to 23:59.
[[nodiscard]] std::optional<std::chrono::minutes> ReadTimeOfDay(std::string_view cell);

// A handicap in quarter units: a multiple of 0.25, or two neighbouring halves "-1,-1.5" meaning
// their mean. At most 10 either way.
[[nodiscard]] std::optional<std::int16_t> ReadHandicapQuarters(std::string_view cell);

}  // namespace fairline::sources
