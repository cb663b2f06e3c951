#include "libs/staking/growth_outlook.hpp"

#include <cmath>

#include "libs/staking/log_growth.hpp"

namespace fairline::staking {
namespace {

constexpr double kGreatestPower = 500.0;

// The positive root of E W^-lambda = 1, held at kGreatestPower; 0 without growth.
double AdjustmentCoefficient(const LogGrowth& growth, double log_growth) {
  if (!(log_growth > 0.0)) return 0.0;
  const Eigen::VectorXd none(0);
  double low = 0.0;
  double high = 1.0;
  while (growth.NegativePower(none, high) < 0.0) {
    low = high;
    if (high >= kGreatestPower) return kGreatestPower;
    high = std::min(2.0 * high, kGreatestPower);
  }
  while (high - low > 1e-6 * high) {
    const double middle = 0.5 * (low + high);
    (growth.NegativePower(none, middle) < 0.0 ? low : high) = middle;
  }
  return low;
}

}  // namespace

absl::StatusOr<GrowthOutlook> ComputeOutlook(const Portfolio& held,
                                             std::span<const double> drawdowns) {
  RETURN_IF_ERROR(Within("held", held.Validate()));
  for (const double drawdown : drawdowns) {
    if (!(drawdown > 0.0 && drawdown < 1.0)) {
      return InvalidField("drawdowns", "between 0 and 1");
    }
  }
  Portfolio bets = held;
  GrowthOutlook outlook;
  for (MatchBets& match : bets.matches) {
    match.candidates.clear();
    for (const OpenBet& bet : match.open) {
      outlook.at_risk += bet.fraction;
      for (std::size_t s = 0; s < bet.payoff.size(); ++s) {
        outlook.expected_profit += match.probabilities[s].value() * bet.fraction * bet.payoff[s];
      }
    }
  }
  double lambda = 0.0;
  if (outlook.at_risk > 0.0) {
    const LogGrowth growth(bets);
    const LogGrowth::Moments moments = growth.LogMoments(Eigen::VectorXd(0));
    outlook.log_growth = moments.mean;
    outlook.log_growth_sd = moments.sd;
    lambda = AdjustmentCoefficient(growth, moments.mean);
  }
  for (const double drawdown : drawdowns) {
    const double chance = outlook.at_risk > 0.0 ? std::exp(lambda * std::log1p(-drawdown)) : 0.0;
    outlook.drawdowns.push_back({drawdown, chance});
  }
  return outlook;
}

}  // namespace fairline::staking
