#pragma once
// What a set of bets promises, if the forecasts are right: growth, its spread, and how deep the
// bankroll may fall.

#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/staking/portfolio.hpp"

namespace fairline::staking {

struct DrawdownChance {
  double drawdown = 0.0;  // part of the bankroll lost from where it stands now
  // Of ever falling that far when such sets are placed for ever, at most: (1 - drawdown)^lambda
  // with E W^-lambda = 1 (Lundberg's inequality for log W). 1 without growth.
  double chance = 0.0;
};

struct GrowthOutlook {
  double at_risk = 0.0;          // part of the bankroll
  double expected_profit = 0.0;  // part of the bankroll
  double log_growth = 0.0;       // expected logarithm of the factor
  double log_growth_sd = 0.0;    // of that logarithm, of one such set
  std::vector<DrawdownChance> drawdowns;
};

inline constexpr double kUsualDrawdowns[] = {0.1, 0.2, 0.5};

// Of the open bets of `held` (candidates are ignored). Milliseconds for a hundred bets.
// Errors: InvalidArgument naming the field, `drawdowns` outside (0, 1) among them.
[[nodiscard]] absl::StatusOr<GrowthOutlook> ComputeOutlook(
    const Portfolio& held, std::span<const double> drawdowns = kUsualDrawdowns);

}  // namespace fairline::staking
