#pragma once
// Numbers in sentences.

#include <cstdint>
#include <string>

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// "+1.5 %"
[[nodiscard]] std::string SignedPercent(double part);
// "+1.5 % (95 % from -0.2 % to +3.1 %)"; without the bracket when there are no bounds.
[[nodiscard]] std::string Range(const Interval& interval);
}  // namespace fairline::backtest
