#include "libs/staking/joint_staking.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libs/staking/joint_kelly.hpp"
#include "libs/staking/screening.hpp"

namespace fairline::staking {
namespace {

// A stake this near to a cap is at it.
constexpr double kAtCap = 1e-6;

// What is at risk already in bets that win when `outcome` happens and in no other case.
double OpenOn(const MatchBets& match, std::size_t outcome) {
  double sum = 0.0;
  for (const OpenBet& bet : match.open) {
    bool wins_here_alone = true;
    for (std::size_t s = 0; s < bet.payoff.size(); ++s) {
      wins_here_alone = wins_here_alone && (bet.payoff[s] > 0.0) == (s == outcome);
    }
    if (wins_here_alone) sum += bet.fraction;
  }
  return sum;
}

// The stakes as parts of the bankroll are `multiplier` times those of the joint problem, so every
// cap and open bet enters it divided by that.
Portfolio FullKellyProblem(const std::vector<ScreenedMatch>& screened,
                           std::span<const MatchToStake> matches, const Portfolio& held,
                           const StakingPolicy& policy, double multiplier) {
  const auto scaled = [&](double cap) { return std::min(1.0, cap / multiplier); };
  Portfolio problem;
  problem.max_per_day = scaled(policy.max_per_day);
  problem.max_total = scaled(1.0);
  for (std::size_t m = 0; m < screened.size(); ++m) {
    MatchBets match{.probabilities = screened[m].shrunk_probabilities,
                    .candidates = {},
                    .open = held.matches[m].open,
                    .max_fraction = scaled(policy.max_per_match),
                    .day = matches[m].day};
    for (OpenBet& bet : match.open) bet.fraction = std::min(1.0, bet.fraction / multiplier);
    for (std::size_t k = 0; k < screened[m].bets.size(); ++k) {
      const std::size_t outcome = screened[m].bets[k];
      const double left = policy.max_per_bet - OpenOn(held.matches[m], outcome);
      match.candidates.push_back(
          {BackPayoff(outcome, screened[m].shrunk_probabilities.size(), screened[m].net_odds[k]),
           scaled(std::max(0.0, left))});
    }
    problem.matches.push_back(std::move(match));
  }
  return problem;
}

double AtRisk(const Portfolio& portfolio, const int* day = nullptr) {
  double sum = 0.0;
  for (const MatchBets& match : portfolio.matches) {
    if (day != nullptr && match.day != *day) continue;
    for (const OpenBet& bet : match.open) sum += bet.fraction;
  }
  return sum;
}

// Marks the stakes that a cap made smaller than the bet's own Kelly would be.
void MarkCapped(const std::vector<ScreenedMatch>& screened, const StakingPolicy& policy,
                double multiplier, StakingPlan& plan) {
  for (std::size_t m = 0; m < screened.size(); ++m) {
    double of_match = 0.0;
    for (const OpenBet& bet : plan.held.matches[m].open) of_match += bet.fraction;
    const bool full = of_match > policy.max_per_match - kAtCap ||
                      AtRisk(plan.held, &plan.held.matches[m].day) > policy.max_per_day - kAtCap;
    for (const std::size_t i : screened[m].bets) {
      OutcomeAdvice& advice = plan.matches[m][i];
      const double wanted = advice.full_kelly * advice.shrinkage * multiplier;
      const bool held_back = full || OpenOn(plan.held.matches[m], i) > policy.max_per_bet - kAtCap;
      advice.capped = plan.drawdown_scale < 1.0 || (held_back && advice.stake < wanted);
    }
  }
}

}  // namespace

absl::StatusOr<StakingPlan> StakeTogether(std::span<const MatchToStake> matches,
                                          const StakingPolicy& policy, RiskLevel risk) {
  RETURN_IF_ERROR(Within("policy", policy.Validate()));
  if (domain::RiskLevelName(risk).empty()) return InvalidField("risk", "one of low, medium, high");
  std::vector<ScreenedMatch> screened;
  StakingPlan plan;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    const std::string name = fmt::format("matches[{}]", m);
    auto match = ScreenMatch(matches[m].forecast, matches[m].offers, policy);
    RETURN_IF_ERROR(Within(name, match.status()));
    plan.held.matches.push_back({.probabilities = match->probabilities,
                                 .candidates = {},
                                 .open = matches[m].open,
                                 .max_fraction = 1.0,
                                 .day = matches[m].day});
    plan.matches.push_back(match->advice);
    screened.push_back(*std::move(match));
  }
  RETURN_IF_ERROR(plan.held.Validate());

  const double multiplier = policy.KellyMultiplier(risk);
  std::vector<std::vector<double>> stakes;
  Portfolio as_advised = plan.held;
  for (std::size_t m = 0; m < screened.size(); ++m) {
    stakes.emplace_back(screened[m].bets.size(), 0.0);
    for (std::size_t k = 0; k < screened[m].bets.size(); ++k) {
      as_advised.matches[m].candidates.push_back(
          {.payoff = BackPayoff(screened[m].bets[k], screened[m].probabilities.size(),
                                screened[m].net_odds[k])});
    }
  }
  if (multiplier > 0.0 && AtRisk(plan.held) < std::min(1.0, multiplier)) {
    ASSIGN_OR_RETURN(
        const JointStakes joint,
        JointKelly(FullKellyProblem(screened, matches, plan.held, policy, multiplier)));
    plan.gap = joint.gap;
    for (std::size_t m = 0; m < stakes.size(); ++m) {
      for (std::size_t k = 0; k < stakes[m].size(); ++k) {
        stakes[m][k] = std::min(multiplier * joint.fractions[m][k], policy.max_per_bet);
      }
    }
    plan.drawdown_scale = DrawdownScale(as_advised, stakes, DrawdownPower(policy));
  }
  for (std::size_t m = 0; m < screened.size(); ++m) {
    for (std::size_t k = 0; k < screened[m].bets.size(); ++k) {
      OutcomeAdvice& advice = plan.matches[m][screened[m].bets[k]];
      advice.stake = plan.drawdown_scale * stakes[m][k];
      if (advice.stake >= kMinStake) {
        plan.held.matches[m].open.push_back(
            {as_advised.matches[m].candidates[k].payoff, advice.stake});
      } else {
        advice.stake = 0.0;
        advice.no_bet = advice.shrinkage > 0.0 ? NoBetReason::kNoRoom : NoBetReason::kTooUncertain;
      }
    }
  }
  MarkCapped(screened, policy, multiplier, plan);
  return plan;
}

}  // namespace fairline::staking
