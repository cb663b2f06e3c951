#pragma once
// Readers of single cells. All take a cell with blanks removed.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::csv {

// Cells of published files: one spelling, and no allocation.

// A plain decimal: optional sign, digits, optional fraction; no exponent, no thousands.
[[nodiscard]] std::optional<double> ReadDecimal(std::string_view cell);

// A count written "2" or "2.0", from 0 to `limit`.
[[nodiscard]] std::optional<std::int16_t> ReadCount(std::string_view cell, std::int16_t limit);

// dd/mm/yy or dd/mm/yyyy, day and month with or without a leading zero, and what spreadsheets and
// pandas make of it: with dots or hyphens, or as yyyy-mm-dd. Behind it nothing but a midnight
// ("15/08/2025 00:00:00"). Two digits of year mean 1950 to 2049.
[[nodiscard]] std::optional<Day> ReadBritishDate(std::string_view cell);

// H:MM, HH:MM or HH:MM:SS (seconds dropped), 00:00 to 23:59.
[[nodiscard]] std::optional<std::chrono::minutes> ReadTimeOfDay(std::string_view cell);

// Cells that people fill in by a spreadsheet. Errors are InvalidArgument with a clause that
// "... like X" can follow.

// A number as digits with at most one point: "1,55" is "1.55". `separator` is that of the file.
// Thousands are not set apart. A lone mark before three digits could do just that, as in "1,500":
// it is a decimal mark only if it is the file's own, the point where commas separate the cells and
// the comma elsewhere.
[[nodiscard]] absl::StatusOr<std::string> ReadNumber(std::string_view cell, char separator);

// 2026-01-31, and what spreadsheets make of it: 2026/01/31, 31.01.2026, and 31/01/2026 or
// 1/31/2026 where only one of the two is a day. A midnight may follow.
[[nodiscard]] absl::StatusOr<Day> ReadDay(std::string_view cell);

}  // namespace fairline::csv
