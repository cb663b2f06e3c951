#pragma once
// What is decided about one match before anything is staked: which outcomes may be bet on, and on
// what probabilities. Shared by Advise and StakeTogether.

#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/staking/portfolio.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::staking {

struct ScreenedMatch {
  std::vector<OutcomeAdvice> advice;  // without stakes; of bets also full_kelly and shrinkage
  std::vector<domain::Probability> probabilities;  // of all outcomes, pooled with the market
  // The same with each bet's edge multiplied by its shrinkage, which multiplies its Kelly stake
  // alike; the other outcomes share the rest.
  std::vector<domain::Probability> shrunk_probabilities;
  std::vector<std::size_t> bets;              // outcomes that passed every guard and have an edge
  std::vector<domain::DecimalOdds> net_odds;  // of the bets, after commission
};

// Errors: InvalidArgument naming the field.
[[nodiscard]] absl::StatusOr<ScreenedMatch> ScreenMatch(const MatchForecast& forecast,
                                                        std::span<const Offer> offers,
                                                        const StakingPolicy& policy);

// The lambda of E W^-lambda <= 1 that keeps the policy's drawdown limit; 0 for no limit.
[[nodiscard]] double DrawdownPower(const StakingPolicy& policy);

// The largest part of `fractions` (by match and candidate of `portfolio`, whose open bets stay)
// that keeps E W^-lambda at most 1, or at most what the open bets alone make of it: 1 when all of
// it does.
[[nodiscard]] double DrawdownScale(const Portfolio& portfolio,
                                   const std::vector<std::vector<double>>& fractions,
                                   double lambda);

}  // namespace fairline::staking
