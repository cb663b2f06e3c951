#include "libs/sources/cells.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "libs/sources/record_splitter.hpp"

namespace fairline::sources {
namespace {

constexpr double kMaxHandicap = 10.0;

std::optional<int> ReadDigits(std::string_view text, std::size_t min_size, std::size_t max_size) {
  if (text.size() < min_size || text.size() > max_size) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<double> ReadDecimal(std::string_view cell) {
  constexpr std::array<double, 16> kPowersOfTen = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool negative = cell.starts_with('-');
  if (negative || cell.starts_with('+')) cell.remove_prefix(1);
  std::int64_t mantissa = 0;
  std::size_t digits = 0;
  std::size_t decimals = 0;
  bool fraction = false;
  for (const char c : cell) {
    if (c >= '0' && c <= '9') {
      mantissa = mantissa * 10 + (c - '0');
      ++digits;
      decimals += fraction ? 1 : 0;
      if (digits >= kPowersOfTen.size()) return std::nullopt;
    } else if (c == '.' && !fraction) {
      fraction = true;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0) return std::nullopt;
  const double value = static_cast<double>(mantissa) / kPowersOfTen[decimals];
  return negative ? -value : value;
}

std::optional<std::int16_t> ReadCount(std::string_view cell, std::int16_t limit) {
  const std::optional<double> value = ReadDecimal(cell);
  if (!value || *value < 0 || *value > limit || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::int16_t>(*value);
}

std::optional<Day> ReadBritishDate(std::string_view cell) {
  const std::size_t first = cell.find('/');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = cell.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view year_text = cell.substr(second + 1);
  const auto day = ReadDigits(cell.substr(0, first), 1, 2);
  const auto month = ReadDigits(cell.substr(first + 1, second - first - 1), 1, 2);
  auto year = ReadDigits(year_text, 2, 4);
  if (!day || !month || !year || year_text.size() == 3) return std::nullopt;
  if (year_text.size() == 2) *year += *year < 50 ? 2000 : 1900;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Day{date};
}

std::optional<std::chrono::minutes> ReadTimeOfDay(std::string_view cell) {
  const std::size_t colon = cell.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto hour = ReadDigits(cell.substr(0, colon), 1, 2);
  std::string_view rest = cell.substr(colon + 1);
  if (rest.size() == 5 && rest[2] == ':') {
    const auto second = ReadDigits(rest.substr(3), 2, 2);
    if (!second || *second > 59) return std::nullopt;
    rest = rest.substr(0, 2);
  }
  const auto minute = ReadDigits(rest, 2, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return std::chrono::minutes{*hour * 60 + *minute};
}

std::optional<std::int16_t> ReadHandicapQuarters(std::string_view cell) {
  const std::size_t comma = cell.find(',');
  std::optional<double> handicap;
  if (comma == std::string_view::npos) {
    handicap = ReadDecimal(cell);
  } else {
    const auto first = ReadDecimal(TrimBlanks(cell.substr(0, comma)));
    const auto second = ReadDecimal(TrimBlanks(cell.substr(comma + 1)));
    if (first && second && std::abs(*first - *second) == 0.5) handicap = (*first + *second) / 2.0;
  }
  if (!handicap || std::abs(*handicap) > kMaxHandicap) return std::nullopt;
  const double quarters = *handicap * 4.0;
  if (quarters != std::round(quarters)) return std::nullopt;
  return static_cast<std::int16_t>(quarters);
}

}  // namespace fairline::sources
