#pragma once
// Advice on bets that are open at the same time: the same guards as Advise for each match, then one
// joint Kelly over all of them.

#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/staking/growth_outlook.hpp"
#include "libs/staking/portfolio.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::staking {

struct MatchToStake {
  MatchForecast forecast;
  std::vector<Offer> offers;  // one per outcome
  // Bets already placed on it. They count against every cap, that per bet when they win on the same
  // outcome alone, and what they earn or lose in each outcome against what is worth adding.
  std::vector<OpenBet> open = {};
  int day = 0;  // matches of one number share the day's cap
};

struct StakingPlan {
  std::vector<std::vector<OutcomeAdvice>> matches;  // by match and outcome, in the order given
  double drawdown_scale = 1.0;                      // what the drawdown limit left of every stake
  // The joint problem at full Kelly: what other stakes within the caps could still add to its
  // expected log growth.
  double gap = 0.0;
  Portfolio held;  // the bets advised and the open ones, all as open bets
};

// Stakes of the risk level's part of the joint Kelly: the caps, divided by that part, bind inside
// the optimisation, so that what a cap takes from one bet is given to the next best. At most the
// risk level's part of the bankroll is at risk at once. The drawdown limit is kept by the stakes
// and open bets together, or where the open bets alone break it, not broken further. Pure. Errors:
// InvalidArgument naming the field.
[[nodiscard]] absl::StatusOr<StakingPlan> StakeTogether(std::span<const MatchToStake> matches,
                                                        const StakingPolicy& policy,
                                                        RiskLevel risk);

}  // namespace fairline::staking
