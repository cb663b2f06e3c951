#pragma once
// How the bankroll went: its heights and falls, and runs of wins and losses.

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// The deepest fall from a former height; nullopt when the bankroll never fell.
[[nodiscard]] std::optional<Fall> WorstFall(Money start, const Replay& replay,
                                            std::span<const PastMatch> matches);

// The deepest falls of the days with bets when their weeks come in random order, drawn with
// replacement: mean and range of 95 % of draws.
[[nodiscard]] Interval FallByChance(Money start, std::span<const DayOfBets> days,
                                    std::uint64_t seed);

// Fills in the runs, hit rates, and means and extremes of odds and stakes.
void AddCourse(const Replay& replay, Report& report);

}  // namespace fairline::backtest
