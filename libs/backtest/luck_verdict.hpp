#pragma once
// Whether a backtest's result can be told from luck, in plain sentences.

#include <string>

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

// "More than luck explains" needs all of it: the intervals of the yield, as staked and with equal
// stakes, and of the growth above 0; prices better than the closing line; fewer than 5 % of random
// bets as good; and, when it was chosen among variants, less than 5 % for the best of as many
// without an edge.
[[nodiscard]] std::string LuckVerdict(const Report& report, const Settings& settings,
                                      const Provenance& provenance);

}  // namespace fairline::backtest
