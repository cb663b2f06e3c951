#include "services/prediction/app/staking/day_staking.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::prediction {

absl::StatusOr<staking::MatchToStake> ToStake(const MatchForecast& forecast,
                                              const std::vector<BestOffer>& offers) {
  staking::MatchToStake match{.forecast = {.probabilities = {},
                                           .anchored = forecast.anchored,
                                           .probability_sd = forecast.deviations},
                              .offers = {}};
  for (const double value : forecast.probabilities) {
    ASSIGN_OR_RETURN(const auto probability, domain::Probability::Make(value));
    match.forecast.probabilities.push_back(probability);
  }
  for (const BestOffer& best : offers) match.offers.push_back(best.offer);
  return match;
}

absl::StatusOr<DayStakes> StakesOf(staking::StakingPlan plan,
                                   std::span<const staking::MatchToStake> matches) {
  for (std::size_t m = 0; m < matches.size(); ++m) {
    auto& bets = plan.held.matches[m].open;
    bets.erase(bets.begin(), bets.begin() + static_cast<std::ptrdiff_t>(matches[m].open.size()));
  }
  DayStakes stakes{.bets = 0,
                   .held = std::move(plan.held),
                   .outlook = {},
                   .drawdown_scale = plan.drawdown_scale,
                   .gap = plan.gap};
  std::erase_if(stakes.held.matches,
                [](const staking::MatchBets& match) { return match.open.empty(); });
  for (const staking::MatchBets& match : stakes.held.matches) {
    stakes.bets += static_cast<int>(match.open.size());
  }
  ASSIGN_OR_RETURN(stakes.outlook, staking::ComputeOutlook(stakes.held));
  return stakes;
}

std::size_t RiskIndex(staking::RiskLevel risk) { return static_cast<std::size_t>(risk) - 1; }

bool MatchAdvice::quoted() const {
  return std::any_of(offers.begin(), offers.end(),
                     [](const BestOffer& best) { return best.offer.best.has_value(); });
}

absl::StatusOr<StakedDay> StakeDay(std::span<const MatchOfDay> matches,
                                   const staking::StakingPolicy& policy, Instant now) {
  StakedDay day;
  std::vector<staking::MatchToStake> to_stake;
  for (const auto& [forecast, match] : matches) {
    MatchAdvice advice;
    advice.offers = BestOffers(match->books, forecast->probabilities.size(),
                               PriceAges{now, policy.max_price_age_minutes});
    auto staked = ToStake(*forecast, advice.offers);
    RETURN_IF_ERROR(WithContext(staked.status(), fmt::format("match {}", match->id.value)));
    to_stake.push_back(*std::move(staked));
    day.matches.push_back(std::move(advice));
  }
  for (const staking::RiskLevel risk : kAllRisks) {
    ASSIGN_OR_RETURN(staking::StakingPlan plan, staking::StakeTogether(to_stake, policy, risk));
    for (std::size_t m = 0; m < matches.size(); ++m) {
      day.matches[m].at_risk[RiskIndex(risk)] = std::move(plan.matches[m]);
    }
    ASSIGN_OR_RETURN(day.plan[RiskIndex(risk)], StakesOf(std::move(plan), to_stake));
  }
  return day;
}

}  // namespace fairline::prediction
