#include "libs/backtest/sentences.hpp"

#include <cmath>

#include <fmt/format.h>

namespace fairline::backtest {

std::string SignedPercent(double part) { return fmt::format("{:+.1f} %", 100.0 * part); }

std::string Range(const Interval& interval) {
  if (!std::isfinite(interval.lower)) return SignedPercent(interval.value);
  return fmt::format("{} (95 % from {} to {})", SignedPercent(interval.value),
                     SignedPercent(interval.lower), SignedPercent(interval.upper));
}

std::string Thousands(std::int64_t number) {
  const std::string digits = std::to_string(std::abs(number));
  std::string out = number < 0 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string InMajorUnits(Money money) {
  const std::int64_t cents = std::abs(money.minor_units);
  return fmt::format("{}{}.{:02}", money.minor_units < 0 ? "-" : "", Thousands(cents / 100),
                     cents % 100);
}

}  // namespace fairline::backtest
