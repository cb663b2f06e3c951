#pragma once
// A replay's bets in groups: by what was claimed of them, and by where and when they were.

#include "libs/backtest/bet_rows.hpp"
#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// Fills in by_edge, by_probability, by_season, by_competition, by_bookmaker and seasons_in_profit.
[[nodiscard]] absl::Status AddSlices(std::span<const PastMatch> matches, const Settings& settings,
                                     const Simulation& simulation, const BetRows& rows,
                                     Report& report);

// "2019-20"
[[nodiscard]] std::string SeasonLabel(int season_start);

}  // namespace fairline::backtest
