#include "libs/csv/cells.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "libs/csv/text.hpp"

namespace fairline::csv {
namespace {

std::optional<int> ReadDigits(std::string_view text, std::size_t min_size, std::size_t max_size) {
  if (text.size() < min_size || text.size() > max_size) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The three parts of a date, in the order written.
using DateParts = std::array<std::string_view, 3>;

std::optional<DateParts> SplitDate(std::string_view text, char at) {
  const std::size_t first = text.find(at);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find(at, first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return DateParts{text.substr(0, first), text.substr(first + 1, second - first - 1),
                   text.substr(second + 1)};
}

std::string_view WithoutMidnight(std::string_view text) {
  for (const std::string_view midnight :
       {" 00:00:00", " 00:00", "T00:00:00", " 0:00", " 0:00:00", " 12:00:00 AM", " 12:00 AM"}) {
    if (text.ends_with(midnight)) return text.substr(0, text.size() - midnight.size());
  }
  return text;
}

std::optional<Day> MakeDay(std::optional<int> year, std::optional<int> month,
                           std::optional<int> day) {
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional<Day>(date) : std::nullopt;
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
  const std::string_view text = WithoutMidnight(cell);
  const std::size_t separator = text.find_first_of("/.-");
  if (separator == std::string_view::npos) return std::nullopt;
  const std::optional<DateParts> parts = SplitDate(text, text[separator]);
  if (!parts) return std::nullopt;
  const auto [day, month, year_text] = *parts;
  if (day.size() == 4) {
    return MakeDay(ReadDigits(day, 4, 4), ReadDigits(month, 1, 2), ReadDigits(year_text, 1, 2));
  }
  auto year = ReadDigits(year_text, 2, 4);
  if (!year || year_text.size() == 3) return std::nullopt;
  if (year_text.size() == 2) *year += *year < 50 ? 2000 : 1900;
  return MakeDay(*year, ReadDigits(month, 1, 2), ReadDigits(day, 1, 2));
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

absl::StatusOr<std::string> ReadNumber(std::string_view cell, char separator) {
  const absl::Status no_number = absl::InvalidArgumentError("is not a number");
  std::string number;
  std::string_view digits = cell;
  if (digits.starts_with('-') || digits.starts_with('+')) {
    if (digits.front() == '-') number += '-';
    digits.remove_prefix(1);
  }
  const std::size_t mark = digits.find_first_of(".,");
  const std::string_view whole = digits.substr(0, mark);
  const std::string_view fraction =
      mark == std::string_view::npos ? std::string_view() : digits.substr(mark + 1);
  const auto all_digits = [](std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!all_digits(whole) || !all_digits(fraction) || whole.size() + fraction.size() == 0) {
    return no_number;
  }
  number += whole;
  if (mark == std::string_view::npos) return number;
  const char own_mark = separator == ',' ? '.' : ',';
  const bool like_thousands = fraction.size() == 3 && !whole.empty() && whole.size() <= 3 &&
                              whole.front() != '0' && digits[mark] != own_mark;
  if (like_thousands) {
    return absl::InvalidArgumentError("may be thousands or decimals: it is not a number");
  }
  return number.append(".").append(fraction);
}

absl::StatusOr<Day> ReadDay(std::string_view cell) {
  const std::string_view text = WithoutMidnight(cell);
  const auto part = [](std::string_view digits) { return ReadDigits(digits, 1, 2); };
  const auto year = [](std::string_view digits) { return ReadDigits(digits, 4, 4); };
  std::optional<Day> day, other;
  if (const auto iso = ParseDay(text); iso.ok()) {
    day = *iso;
  } else if (const auto dotted = SplitDate(text, '.')) {
    day = MakeDay(year((*dotted)[2]), part((*dotted)[1]), part((*dotted)[0]));
  } else if (const auto slashed = SplitDate(text, '/')) {
    const auto& [first, second, third] = *slashed;
    day = MakeDay(year(third), part(second), part(first));
    other = MakeDay(year(third), part(first), part(second));
    if (!day && !other) day = MakeDay(year(first), part(second), part(third));
  }
  if (day && other && *day != *other) {
    return absl::InvalidArgumentError("may be two days: it is not a day");
  }
  if (!day && !other) return absl::InvalidArgumentError("is not a day");
  return day ? *day : *other;
}

}  // namespace fairline::csv
