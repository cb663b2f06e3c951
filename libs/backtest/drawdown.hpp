#pragma once
// How deep the bankroll fell, and how the bets went: streaks, hit rates, odds and stakes.

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// The deepest fall from a former peak; nullopt when the bankroll never fell.
[[nodiscard]] std::optional<Drawdown> MaxDrawdown(Money start, const Simulation& simulation,
                                                  std::span<const PastMatch> matches);

// The deepest falls of the days with bets when their weeks come in random order, drawn with
// replacement: mean and range of 95 % of draws.
[[nodiscard]] Interval SimulatedMaxDrawdown(Money start, std::span<const DayOfBets> days,
                                            std::uint64_t seed);

// Fills in the streaks, hit rates, and means and extremes of odds and stakes.
void AddBetStatistics(const Simulation& simulation, Report& report);

}  // namespace fairline::backtest
