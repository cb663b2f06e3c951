#pragma once
// The fields of a staking policy by the names that JSON, protos and the environment share.

#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::prediction {

// Calls visit(name, field) for every field of `policy`: doubles, 64-bit integers, one bool.
template <typename Policy, typename Visit>
void ForEachPolicyField(Policy& policy, Visit visit) {
  visit("kelly_low", policy.kelly_low);
  visit("kelly_medium", policy.kelly_medium);
  visit("kelly_high", policy.kelly_high);
  visit("min_edge_best_of_many", policy.min_edge_best_of_many);
  visit("min_edge_single_book", policy.min_edge_single_book);
  visit("max_per_bet", policy.max_per_bet);
  visit("max_per_match", policy.max_per_match);
  visit("max_per_day", policy.max_per_day);
  visit("max_best_to_average", policy.max_best_to_average);
  visit("min_odds", policy.min_odds);
  visit("max_odds", policy.max_odds);
  visit("max_price_age_minutes", policy.max_price_age_minutes);
  visit("model_weight", policy.model_weight);
  visit("max_drawdown", policy.max_drawdown);
  visit("max_drawdown_chance", policy.max_drawdown_chance);
  visit("min_stake_minor_units", policy.min_stake_minor_units);
  visit("stake_step_minor_units", policy.stake_step_minor_units);
  visit("compatibility_multipliers", policy.compatibility_multipliers);
}

// One JSON object with every field; null stands for infinity.
[[nodiscard]] std::string PolicyJson(const staking::StakingPolicy& policy);
// Whether `json` tells the same of every field; what else it tells does not matter.
[[nodiscard]] bool SamePolicy(const staking::StakingPolicy& policy, std::string_view json);
// DataLoss when a field is absent, of another type, or out of its range.
[[nodiscard]] absl::StatusOr<staking::StakingPolicy> ParsePolicyJson(std::string_view json);

}  // namespace fairline::prediction
