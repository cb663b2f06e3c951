#pragma once
// The course of a bankroll as a picture.

#include <span>
#include <string>

#include "libs/backtest/simulation.hpp"

namespace fairline::backtest_files {

// On a logarithmic scale over days; what is below the height reached before is shaded. `days` is
// not empty.
[[nodiscard]] std::string EquityCurve(Money start, std::span<const backtest::DayOfBets> days);

}  // namespace fairline::backtest_files
