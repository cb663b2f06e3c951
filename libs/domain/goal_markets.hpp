#pragma once
// The bets of each market on the goals of one match, priced by its score grid.

#include <cstddef>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/market.hpp"
#include "libs/domain/score_grid.hpp"

namespace fairline::domain {

// How a unit staked on one outcome of a market may end.
struct PricedBet {
  Outcome outcome;
  SettlementProbabilities settlement;
};

// All bets of `market` at `line_quarters` quarters of a goal (-6 is a handicap of -1.5 goals given
// to the home side; 0 for a market without a line), in the market's order. Pure; microseconds.
// Errors: InvalidArgument naming `market` when it is none on goals, `line` as ScoreGrid does, or
// when a market without a line is given one.
[[nodiscard]] absl::StatusOr<std::vector<PricedBet>> PriceMarket(const ScoreGrid& grid,
                                                                 Market market, int line_quarters);

struct ScoreChance {
  int home_goals = 0;
  int away_goals = 0;
  double probability = 0.0;
};

// The `count` most likely scores, the likeliest first; on a tie the one with fewer home goals.
[[nodiscard]] std::vector<ScoreChance> LikeliestScores(const ScoreGrid& grid, std::size_t count);

}  // namespace fairline::domain
