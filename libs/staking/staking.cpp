#include "libs/staking/staking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace fairline::staking {
StakingPolicy StakingPolicy::Unrestricted() {
  StakingPolicy policy;
  policy.kelly_low = policy.kelly_medium = policy.kelly_high = 1.0;
  policy.min_edge_best_of_many = policy.min_edge_single_book = 0.0;
  policy.max_per_bet = policy.max_per_match = policy.max_per_day = 1.0;
  policy.max_best_to_average = policy.max_odds = std::numeric_limits<double>::infinity();
  policy.max_drawdown_chance = 1.0;
  return policy;
}

double StakingPolicy::KellyMultiplier(RiskLevel risk) const {
  switch (risk) {
    case RiskLevel::kLow:
      return compatibility_multipliers ? 0.5 : kelly_low;
    case RiskLevel::kMedium:
      return compatibility_multipliers ? 1.0 : kelly_medium;
    case RiskLevel::kHigh:
      return compatibility_multipliers ? 1.5 : kelly_high;
  }
  return 0.0;
}

absl::Status StakingPolicy::Validate() const {
  const std::array<std::pair<std::string_view, double>, 9> fractions = {{
      {"kelly_low", kelly_low},
      {"kelly_medium", kelly_medium},
      {"kelly_high", kelly_high},
      {"min_edge_best_of_many", min_edge_best_of_many},
      {"min_edge_single_book", min_edge_single_book},
      {"max_per_bet", max_per_bet},
      {"max_per_match", max_per_match},
      {"max_per_day", max_per_day},
      {"model_weight", model_weight},
  }};
  for (const auto& [field, value] : fractions) {
    if (!(value >= 0.0 && value <= 1.0)) return InvalidField(field, "must be from 0 to 1");
  }
  if (!(max_best_to_average >= 1.0))
    return InvalidField("max_best_to_average", "must be 1 or more");
  if (!(min_odds >= 1.0)) return InvalidField("min_odds", "must be 1 or more");
  if (!(max_odds > 1.0)) return InvalidField("max_odds", "must be above 1");
  if (!(max_odds > min_odds)) return InvalidField("max_odds", "must be above min_odds");
  if (!(max_price_age_minutes >= 0.0)) {
    return InvalidField("max_price_age_minutes", "must be 0 or more");
  }
  if (!(max_drawdown >= 0.02 && max_drawdown <= 1.0)) {
    return InvalidField("max_drawdown", "must be from .02 to 1");
  }
  if (!(max_drawdown_chance >= 1e-4 && max_drawdown_chance <= 1.0)) {
    return InvalidField("max_drawdown_chance", "must be from .0001 to 1");
  }
  if (min_stake_minor_units < 0) return InvalidField("min_stake_minor_units", "must be 0 or more");
  if (stake_step_minor_units < 1) {
    return InvalidField("stake_step_minor_units", "must be 1 or more");
  }
  return absl::OkStatus();
}

double MinimumEdge(const Offer& offer, const StakingPolicy& policy) {
  return offer.bookmakers > 1 ? policy.min_edge_best_of_many : policy.min_edge_single_book;
}

Money StakeInMoney(double fraction, Money bankroll, const StakingPolicy& policy) {
  if (!(fraction > 0.0) || bankroll.minor_units <= 0) return {0};
  Money stake = std::min(bankroll.Fraction(fraction), bankroll);
  stake.minor_units -= stake.minor_units % policy.stake_step_minor_units;
  return stake.minor_units < policy.min_stake_minor_units ? Money{0} : stake;
}

std::string_view NoBetReasonName(NoBetReason reason) {
  switch (reason) {
    case NoBetReason::kNone:
      return "";
    case NoBetReason::kNoOdds:
      return "no_odds";
    case NoBetReason::kNotAnchored:
      return "not_anchored";
    case NoBetReason::kNegativeEdge:
      return "negative_edge";
    case NoBetReason::kBelowMinimumEdge:
      return "below_minimum_edge";
    case NoBetReason::kNoAveragePrice:
      return "no_average_price";
    case NoBetReason::kPriceFarFromAverage:
      return "price_far_from_average";
    case NoBetReason::kOddsTooLong:
      return "odds_too_long";
    case NoBetReason::kPriceTooOld:
      return "price_too_old";
    case NoBetReason::kOddsTooShort:
      return "odds_too_short";
    case NoBetReason::kNoRoom:
      return "no_room";
    case NoBetReason::kTooUncertain:
      return "too_uncertain";
  }
  return "";
}

std::string Sentence(const OutcomeAdvice& advice, const Offer& offer, const StakingPolicy& policy) {
  switch (advice.no_bet) {
    case NoBetReason::kNone:
      return fmt::format("Stake {:.2f} % of the bankroll{}.", 100.0 * advice.stake,
                         advice.capped ? ", cut to the cap" : "");
    case NoBetReason::kNoOdds:
      return "No bet, because no price is known.";
    case NoBetReason::kNotAnchored:
      return "No bet, because the forecast is not anchored to the market line.";
    case NoBetReason::kNegativeEdge:
      return fmt::format("No bet, because the price pays {:.1f} % less than is fair.",
                         -100.0 * advice.edge.value_or(0.0));
    case NoBetReason::kBelowMinimumEdge:
      return fmt::format("No bet, because the edge of {:.1f} % is below the {:.1f} % required.",
                         100.0 * advice.edge.value_or(0.0), 100.0 * MinimumEdge(offer, policy));
    case NoBetReason::kNoAveragePrice:
      return "No bet, because there is no average price to check this one against.";
    case NoBetReason::kPriceFarFromAverage:
      return fmt::format(
          "No bet, because the best price is more than {:.2f} times the average: stale or "
          "mistaken.",
          policy.max_best_to_average);
    case NoBetReason::kOddsTooLong:
      return fmt::format("No bet, because only odds below {:.2f} are bet on.", policy.max_odds);
    case NoBetReason::kPriceTooOld:
      return fmt::format("No bet, because the price is {:.0f} minutes old.",
                         offer.age_minutes.value_or(0.0));
    case NoBetReason::kOddsTooShort:
      return fmt::format("No bet, because only odds of {:.2f} or more are bet on.",
                         policy.min_odds);
    case NoBetReason::kNoRoom:
      return "No bet, because the caps and better bets leave no room for it.";
    case NoBetReason::kTooUncertain:
      return "No bet, because the forecast is too uncertain for this edge.";
  }
  return "";
}

}  // namespace fairline::staking
