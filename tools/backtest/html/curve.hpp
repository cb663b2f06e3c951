#pragma once
// The course of a bankroll as a picture.

#include <span>
#include <string>
#include <string_view>

#include "libs/backtest/simulation.hpp"

namespace fairline::backtest_files {

// Files name no currency: amounts are counted in hundredths and written with two decimals.
inline constexpr std::string_view kFileCurrency = "";

// On a logarithmic scale over days; what is below the height reached before is shaded. `days` is
// not empty.
[[nodiscard]] std::string EquityCurve(Money start, std::span<const backtest::DayOfBets> days);

}  // namespace fairline::backtest_files
