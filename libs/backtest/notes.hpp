#pragma once
// What a reader must know before believing a report: whose prices, and what was left out.

#include <string>
#include <vector>

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// Whose prices the bets were placed at, of how many bookmakers, and from which moment.
[[nodiscard]] std::string PriceNote(const Report& report, const Settings& settings);

// How the figures were made and what they leave out, most important first. What speaks of bets is
// left out when there are none.
[[nodiscard]] std::vector<std::string> NotesOn(std::span<const PastMatch> matches,
                                               const Settings& settings,
                                               const Simulation& simulation,
                                               const Provenance& provenance, const Report& report);

}  // namespace fairline::backtest
