#pragma once
// Advice on one match by itself.

#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::staking {

// In closed form; one entry per outcome, in the order given. The outcomes that
// pass every guard are staked together as exclusive ones, and those over the match's cap shrink
// alike. Pure. Errors: InvalidArgument naming the field (policy, probabilities, probability_sd,
// offers). For bets that are open at the same time see StakeTogether (joint_staking.hpp).
[[nodiscard]] absl::StatusOr<std::vector<OutcomeAdvice>> Advise(const MatchForecast& forecast,
                                                                std::span<const Offer> offers,
                                                                const StakingPolicy& policy,
                                                                RiskLevel risk);

}  // namespace fairline::staking
