#include "libs/staking/advise.hpp"

#include <algorithm>
#include <utility>

#include "libs/staking/kelly.hpp"
#include "libs/staking/screening.hpp"

namespace fairline::staking {
namespace {

using domain::Probability;

void ScaleBets(std::vector<OutcomeAdvice>& advice, double scale) {
  for (OutcomeAdvice& outcome : advice) {
    if (outcome.stake <= 0.0) continue;
    outcome.stake *= scale;
    outcome.capped = true;
  }
}

// The match as a portfolio of its bets, whose stakes are those of the advice.
double DrawdownScaleOf(const ScreenedMatch& match, const StakingPolicy& policy) {
  Portfolio portfolio;
  MatchBets& bets = portfolio.matches.emplace_back();
  bets.probabilities = match.probabilities;
  std::vector<double> fractions;
  for (std::size_t k = 0; k < match.bets.size(); ++k) {
    bets.candidates.push_back(
        {.payoff = BackPayoff(match.bets[k], match.probabilities.size(), match.net_odds[k])});
    fractions.push_back(match.advice[match.bets[k]].stake);
  }
  return DrawdownScale(portfolio, {fractions}, DrawdownPower(policy));
}

// What is not worth a stake says why.
void DropDust(ScreenedMatch& match) {
  for (const std::size_t i : match.bets) {
    OutcomeAdvice& outcome = match.advice[i];
    if (outcome.stake >= kMinStake) continue;
    outcome.stake = 0.0;
    if (outcome.no_bet == NoBetReason::kNone) outcome.no_bet = NoBetReason::kNoRoom;
  }
}

absl::Status FillStakes(ScreenedMatch& match, const StakingPolicy& policy, RiskLevel risk) {
  std::vector<Probability> probabilities;
  for (const std::size_t i : match.bets) probabilities.push_back(match.shrunk_probabilities[i]);
  ASSIGN_OR_RETURN(const std::vector<double> kelly, ExclusiveKelly(probabilities, match.net_odds));
  double total = 0.0;
  for (std::size_t k = 0; k < match.bets.size(); ++k) {
    OutcomeAdvice& outcome = match.advice[match.bets[k]];
    const double wanted = kelly[k] * policy.KellyMultiplier(risk);
    outcome.stake = std::min(wanted, policy.max_per_bet);
    outcome.capped = outcome.stake < wanted;
    if (kelly[k] < kMinStake) outcome.no_bet = NoBetReason::kTooUncertain;
    total += outcome.stake;
  }
  if (total > policy.max_per_match) ScaleBets(match.advice, policy.max_per_match / total);
  if (total <= 0.0) return absl::OkStatus();
  const double scale = DrawdownScaleOf(match, policy);
  if (scale < 1.0) ScaleBets(match.advice, scale);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<OutcomeAdvice>> Advise(const MatchForecast& forecast,
                                                  std::span<const Offer> offers,
                                                  const StakingPolicy& policy, RiskLevel risk) {
  RETURN_IF_ERROR(Within("policy", policy.Validate()));
  if (domain::RiskLevelName(risk).empty()) return InvalidField("risk", "one of low, medium, high");
  ASSIGN_OR_RETURN(ScreenedMatch match, ScreenMatch(forecast, offers, policy));
  if (!match.bets.empty()) RETURN_IF_ERROR(FillStakes(match, policy, risk));
  DropDust(match);
  return std::move(match.advice);
}

}  // namespace fairline::staking
