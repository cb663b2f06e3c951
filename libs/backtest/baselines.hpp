#pragma once
// What the same stakes would have made without the forecasts.

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// Fills in random_yield and random_as_good, which is compared with report.yield.
void AddRandomBets(std::span<const PastMatch> matches, const Settings& settings,
                   const Simulation& simulation, Report& report);

}  // namespace fairline::backtest
