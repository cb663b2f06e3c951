#pragma once
// How good probabilities on a two-way line are when a bet on it may also be returned in part or
// whole (Asian handicaps): scored on what the line decides, each match by the share of the stake
// that it decides.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/score_grid.hpp"
#include "libs/domain/settlement.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluate {

// The probability of the bet in a world without returned stakes: what 1 / fair odds of
// domain::SettlementProbabilities is. The log loss of this probability, half outcomes weighted by
// one half and pushes by none, is lowest in expectation at the true one. NaN when nothing can be
// decided.
[[nodiscard]] double TwoWayProbability(const domain::SettlementProbabilities& bet);

// What a line decided for a bet.
struct Decision {
  bool won = false;
  double weight = 0.0;  // of the stake: 1, one half, or 0 for a push
};
[[nodiscard]] Decision Decide(domain::BetResult result);

// One line on many matches, row by row.
struct LineOutcomes {
  std::vector<Day> days;
  std::vector<Decision> decisions;  // weight 0 where there is no line
};

// By the name of who says so: the probability of the first side (home, over), NaN for nothing.
using LineColumns = std::map<std::string, std::vector<double>, std::less<>>;

struct LineEntry {
  std::string forecaster;
  std::int64_t matches = 0;  // decided at least in half, and forecast
  statistics::Interval log_loss;
  statistics::Interval brier;  // (1 - p)^2
  // Paired differences of log loss (forecaster - reference) on the matches of both.
  std::map<std::string, statistics::Interval, std::less<>> against;
};

// An entry for every column that has forecast any decided match. InvalidArgument when sizes differ.
[[nodiscard]] absl::StatusOr<std::vector<LineEntry>> ScoreLines(
    const LineOutcomes& outcomes, const LineColumns& columns,
    const std::vector<std::string>& references, std::uint64_t seed);

}  // namespace fairline::evaluate
