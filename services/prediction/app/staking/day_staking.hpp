#pragma once
// Advice on the matches of one day, staked together: they are open at the same time and share one
// bankroll.

#include <array>
#include <span>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/staking/growth_outlook.hpp"
#include "libs/staking/joint_staking.hpp"
#include "services/prediction/app/forecast/match_forecast.hpp"

namespace fairline::prediction {

inline constexpr std::size_t kRiskLevels = 3;
[[nodiscard]] std::size_t RiskIndex(staking::RiskLevel risk);
inline constexpr std::array<staking::RiskLevel, kRiskLevels> kAllRisks = {
    staking::RiskLevel::kLow, staking::RiskLevel::kMedium, staking::RiskLevel::kHigh};

// Advice on one match at every risk level.
struct MatchAdvice {
  std::vector<BestOffer> offers;
  std::array<std::vector<staking::OutcomeAdvice>, kRiskLevels> at_risk;  // indexed by RiskIndex

  // At least one bookmaker offers a price.
  [[nodiscard]] bool quoted() const;
};

// All bets of a day at one risk level. Parts are of the bankroll.
struct DayStakes {
  int bets = 0;
  staking::Portfolio held;  // those bets; matches without one are left out
  staking::GrowthOutlook outlook;
  double drawdown_scale = 1.0;  // what the drawdown limit left of every stake
  double gap = 0.0;  // what other stakes could add to the log growth of full Kelly, at most
};

using DayPlan = std::array<DayStakes, kRiskLevels>;  // indexed by RiskIndex

// Of every match: its probabilities and the offers that may be staked on. Errors: InvalidArgument.
[[nodiscard]] absl::StatusOr<staking::MatchToStake> ToStake(const MatchForecast& forecast,
                                                            const std::vector<BestOffer>& offers);
// What `plan` advises, without the bets that were open on `matches` before.
[[nodiscard]] absl::StatusOr<DayStakes> StakesOf(staking::StakingPlan plan,
                                                 std::span<const staking::MatchToStake> matches);

struct MatchOfDay {
  const MatchForecast* forecast = nullptr;
  const ComingMatch* match = nullptr;
};

struct StakedDay {
  DayPlan plan;
  std::vector<MatchAdvice> matches;  // in the order given
};

// `now` is when the prices are looked at: those older than the policy's limit are not bet on.
// A few milliseconds for a hundred bets. Errors: those of StakeTogether.
[[nodiscard]] absl::StatusOr<StakedDay> StakeDay(std::span<const MatchOfDay> matches,
                                                 const staking::StakingPolicy& policy, Instant now);

}  // namespace fairline::prediction
