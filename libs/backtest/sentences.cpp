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

}  // namespace fairline::backtest
