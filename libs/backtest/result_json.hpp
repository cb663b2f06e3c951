#pragma once
// What came out of a backtest, as JSON with the names of protos/fairline/training/v1, and its bets.

#include <span>
#include <string>

#include "libs/backtest/plan.hpp"

namespace fairline::backtest {

// The part of a Backtest message that is known once it is done.
[[nodiscard]] std::string ResultJson(const Plan& plan, const Sweep& sweep);

// A line a bet, the first with the names of the columns. Money is in minor units.
[[nodiscard]] std::string BetsCsv(std::span<const PastMatch> matches, const Simulation& simulation);

}  // namespace fairline::backtest
