#include "libs/staking/log_growth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace fairline::staking {
namespace {

using Eigen::Index;

constexpr std::size_t kFewJointStates = 256;
// The aliasing error is below 4 |Gamma(2 pi i / step)| = 7e-13.
constexpr double kStep = 1.0 / 3.0;
// Below this node, less the logarithm of the greatest wealth, the integrand is linear in t to
// 1e-14; the rest of the sum is geometric.
constexpr double kFirstNode = -16.0;
constexpr double kNothing = 1e-18;
// Reached only when wealth can fall to 1e-25 of itself.
constexpr double kLastNode = 60.0;
// Natural logarithm of what a sum may grow to: by then its sign is settled.
constexpr double kBeyondDoubles = 600.0;

bool SameInEveryBet(const Payoff& open, const std::vector<CandidateBet>& bets, std::size_t a,
                    std::size_t b) {
  if (open[a] != open[b]) return false;
  return std::all_of(bets.begin(), bets.end(),
                     [&](const CandidateBet& bet) { return bet.payoff[a] == bet.payoff[b]; });
}

Payoff OpenProfit(const MatchBets& match) {
  Payoff profit(match.probabilities.size(), 0.0);
  for (const OpenBet& bet : match.open) {
    for (std::size_t s = 0; s < profit.size(); ++s) profit[s] += bet.fraction * bet.payoff[s];
  }
  return profit;
}

}  // namespace

LogGrowth::LogGrowth(const Portfolio& portfolio, Method method) {
  double joint_states = 1.0;
  for (const MatchBets& match : portfolio.matches) {
    if (match.candidates.empty() && match.open.empty()) continue;
    const Payoff open = OpenProfit(match);
    std::vector<std::size_t> kept;
    std::vector<double> weight;
    double total = 0.0;
    for (std::size_t s = 0; s < match.probabilities.size(); ++s) {
      const double p = match.probabilities[s].value();
      if (p <= 0.0) continue;
      total += p;
      const auto same = std::find_if(kept.begin(), kept.end(), [&](std::size_t other) {
        return SameInEveryBet(open, match.candidates, s, other);
      });
      if (same != kept.end()) {
        weight[static_cast<std::size_t>(same - kept.begin())] += p;
      } else {
        kept.push_back(s);
        weight.push_back(p);
      }
    }
    const auto states = static_cast<Index>(kept.size());
    const auto bets = static_cast<Index>(match.candidates.size());
    Match flat{bets_, states_, Eigen::VectorXd(states), Eigen::MatrixXd(bets, states),
               Eigen::VectorXd(states)};
    for (Index s = 0; s < states; ++s) {
      const auto at = static_cast<std::size_t>(s);
      flat.probabilities[s] = weight[at] / total;
      flat.open_profit[s] = open[kept[at]];
      for (Index k = 0; k < bets; ++k) {
        flat.profit(k, s) = match.candidates[static_cast<std::size_t>(k)].payoff[kept[at]];
      }
    }
    bets_ += bets;
    states_ += states;
    joint_states *= static_cast<double>(states);
    matches_.push_back(std::move(flat));
  }
  enumerates_ = method == Method::kEnumerate ||
                (method == Method::kChoose && joint_states <= kFewJointStates);
  if (enumerates_) Enumerate();
}

void LogGrowth::Enumerate() {
  Index count = 1;
  for (const Match& match : matches_) count *= match.probabilities.size();
  joint_probabilities_ = Eigen::VectorXd::Ones(count);
  joint_open_profit_ = Eigen::VectorXd::Zero(count);
  joint_profit_ = Eigen::MatrixXd::Zero(count, bets_);
  Index repeat = 1;
  for (const Match& match : matches_) {
    const Index states = match.probabilities.size();
    for (Index row = 0; row < count; ++row) {
      const Index s = row / repeat % states;
      joint_probabilities_[row] *= match.probabilities[s];
      joint_open_profit_[row] += match.open_profit[s];
      joint_profit_.row(row).segment(match.first_bet, match.profit.rows()) =
          match.profit.col(s).transpose();
    }
    repeat *= states;
  }
}

double LogGrowth::Evaluate(const Eigen::VectorXd& stakes, Eigen::VectorXd* gradient,
                           Eigen::MatrixXd* hessian) const {
  return enumerates_ ? EvaluateListed(stakes, gradient, hessian)
                     : EvaluateIntegral(stakes, gradient, hessian);
}

double LogGrowth::EvaluateListed(const Eigen::VectorXd& stakes, Eigen::VectorXd* gradient,
                                 Eigen::MatrixXd* hessian) const {
  const Eigen::ArrayXd profit = (joint_profit_ * stakes + joint_open_profit_).array();
  if (!(profit.minCoeff() > -1.0)) return -std::numeric_limits<double>::infinity();
  const Eigen::ArrayXd marginal = joint_probabilities_.array() / (1.0 + profit);
  if (gradient != nullptr) *gradient = joint_profit_.transpose() * marginal.matrix();
  if (hessian != nullptr) {
    const Eigen::VectorXd curvature = marginal / (1.0 + profit);
    hessian->noalias() = -(joint_profit_.transpose() * curvature.asDiagonal() * joint_profit_);
  }
  return (joint_probabilities_.array() * profit.log1p()).sum();
}

Eigen::VectorXd LogGrowth::MatchProfits(const Eigen::VectorXd& stakes) const {
  Eigen::VectorXd profits(states_);
  for (const Match& match : matches_) {
    profits.segment(match.first_state, match.open_profit.size()) =
        match.open_profit +
        match.profit.transpose() * stakes.segment(match.first_bet, match.profit.rows());
  }
  return profits;
}

double LogGrowth::LeastWealth(const Eigen::VectorXd& profits) const {
  double least = 1.0;
  for (const Match& match : matches_) {
    least += profits.segment(match.first_state, match.open_profit.size()).minCoeff();
  }
  return least;
}

double LogGrowth::FirstNode(const Eigen::VectorXd& profits) const {
  double greatest = 1.0;
  for (const Match& match : matches_) {
    greatest += profits.segment(match.first_state, match.open_profit.size()).maxCoeff();
  }
  return kFirstNode - std::log(std::max(1.0, greatest));
}

double LogGrowth::MeanProfit(const Eigen::VectorXd& profits) const {
  double mean = 0.0;
  for (const Match& match : matches_) {
    mean += match.probabilities.dot(profits.segment(match.first_state, match.open_profit.size()));
  }
  return mean;
}

// One point of the integral: phi(t), and the probabilities of each match's states tilted by
// e^(-t profit), which sum to 1 in every match.
struct LogGrowth::Node {
  double u = 0.0;
  double t = 0.0;
  double phi = 0.0;
  Eigen::VectorXd tilted;
};

// Nodes from FirstNode upwards until neither t^power phi(t) nor t^power e^(-t) is left.
template <typename Visit>
void LogGrowth::ForEachNode(const Eigen::VectorXd& profits, double step, double power,
                            Visit&& visit) const {
  const double least = LeastWealth(profits);
  Eigen::VectorXd above = profits;
  for (const Match& match : matches_) {
    auto own = above.segment(match.first_state, match.open_profit.size());
    own.array() -= own.minCoeff();
  }
  const double first = FirstNode(profits);
  Node node;
  node.tilted.resize(states_);
  const double log_gamma = power > 0.0 ? std::lgamma(power) : 0.0;
  for (int k = 0;; ++k) {
    node.u = first + step * k;
    node.t = std::exp(node.u);
    node.phi = std::exp(-node.t * least);
    for (const Match& match : matches_) {
      const Index end = match.first_state + match.probabilities.size();
      double sum = 0.0;
      for (Index s = match.first_state; s < end; ++s) {
        const double probability = match.probabilities[s - match.first_state];
        node.tilted[s] = above[s] == 0.0 ? probability : probability * std::exp(-node.t * above[s]);
        sum += node.tilted[s];
      }
      for (Index s = match.first_state; s < end; ++s) node.tilted[s] /= sum;
      node.phi *= sum;
    }
    visit(node);
    const double log_power = power > 0.0 ? power * node.u - log_gamma : 0.0;
    if (log_power > kBeyondDoubles || node.u > kLastNode) return;
    const double scale = std::exp(log_power);
    if (node.t > 2.0 * power && scale * std::max(node.phi, std::exp(-node.t)) < kNothing) return;
  }
}

void LogGrowth::TiltedMeans(const Node& node, Eigen::VectorXd& means) const {
  for (const Match& match : matches_) {
    for (Index k = 0; k < match.profit.rows(); ++k) {
      double mean = 0.0;
      for (Index s = 0; s < match.probabilities.size(); ++s) {
        mean += match.profit(k, s) * node.tilted[match.first_state + s];
      }
      means[match.first_bet + k] = mean;
    }
  }
}

void LogGrowth::SubtractCovariances(const Node& node, const Eigen::VectorXd& means, double weight,
                                    Eigen::MatrixXd& hessian) const {
  for (const Match& match : matches_) {
    for (Index k = 0; k < match.profit.rows(); ++k) {
      for (Index l = 0; l <= k; ++l) {
        double second = 0.0;
        for (Index s = 0; s < match.probabilities.size(); ++s) {
          second += match.profit(k, s) * match.profit(l, s) * node.tilted[match.first_state + s];
        }
        hessian(match.first_bet + k, match.first_bet + l) -=
            weight * (second - means[match.first_bet + k] * means[match.first_bet + l]);
      }
    }
  }
}

double LogGrowth::EvaluateIntegral(const Eigen::VectorXd& stakes, Eigen::VectorXd* gradient,
                                   Eigen::MatrixXd* hessian) const {
  const Eigen::VectorXd profits = MatchProfits(stakes);
  if (!(LeastWealth(profits) > 0.0)) return -std::numeric_limits<double>::infinity();
  // What the nodes below the first add up to, per unit of the integrand's slope there.
  const double below = std::exp(FirstNode(profits)) * kStep / std::expm1(kStep);

  double growth = below * MeanProfit(profits);
  if (gradient != nullptr) {
    gradient->resize(bets_);
    for (const Match& match : matches_) {
      gradient->segment(match.first_bet, match.profit.rows()) =
          below * (match.profit * match.probabilities);
    }
  }
  if (hessian != nullptr) hessian->setZero(bets_, bets_);

  std::vector<Eigen::VectorXd> columns;
  Eigen::VectorXd means(bets_);
  ForEachNode(profits, kStep, 0.0, [&](const Node& node) {
    growth += kStep * (std::exp(-node.t) - node.phi);
    if (gradient == nullptr) return;
    TiltedMeans(node, means);
    *gradient += kStep * node.t * node.phi * means;
    if (hessian == nullptr) return;
    const double weight = kStep * node.t * node.t * node.phi;
    if (weight < kNothing) return;
    columns.emplace_back(std::sqrt(weight) * means);
    SubtractCovariances(node, means, weight, *hessian);
  });
  if (hessian != nullptr && bets_ > 0) {
    Eigen::MatrixXd factor(bets_, static_cast<Index>(columns.size()));
    for (std::size_t j = 0; j < columns.size(); ++j) factor.col(static_cast<Index>(j)) = columns[j];
    hessian->selfadjointView<Eigen::Lower>().rankUpdate(factor, -1.0);
    hessian->triangularView<Eigen::StrictlyUpper>() = hessian->transpose();
  }
  return growth;
}

LogGrowth::Moments LogGrowth::LogMoments(const Eigen::VectorXd& stakes) const {
  if (enumerates_) {
    const Eigen::ArrayXd logs = (joint_profit_ * stakes + joint_open_profit_).array().log1p();
    const double mean = (joint_probabilities_.array() * logs).sum();
    const double variance = (joint_probabilities_.array() * (logs - mean).square()).sum();
    return {mean, std::sqrt(variance)};
  }
  // With D(lambda) = integral of t^lambda (e^-t - phi) du = Gamma(lambda) (1 - E W^-lambda), the
  // expansion at 0 gives D(0) = E log W and D'(0) = -(E log^2 W) / 2 - gamma E log W.
  const Eigen::VectorXd profits = MatchProfits(stakes);
  const double ratio = std::exp(-kStep);
  const double first = FirstNode(profits);
  const double slope = std::exp(first) * MeanProfit(profits) * kStep;
  double mean = slope * ratio / (1.0 - ratio);
  double weighted = first * mean - slope * kStep * ratio / ((1.0 - ratio) * (1.0 - ratio));
  ForEachNode(profits, kStep, 0.0, [&](const Node& node) {
    const double value = kStep * (std::exp(-node.t) - node.phi);
    mean += value;
    weighted += node.u * value;
  });
  const double second = -2.0 * (weighted + std::numbers::egamma * mean);
  return {mean, std::sqrt(std::max(0.0, second - mean * mean))};
}

double LogGrowth::NegativePower(const Eigen::VectorXd& stakes, double lambda) const {
  if (enumerates_) {
    const Eigen::ArrayXd logs = (joint_profit_ * stakes + joint_open_profit_).array().log1p();
    return (joint_probabilities_.array() *
            (-lambda * logs).unaryExpr([](double x) { return std::expm1(x); }))
        .sum();
  }
  // |Gamma(lambda + i omega) / Gamma(lambda)| is below 1e-10 at this frequency.
  const double step = 2.0 * std::numbers::pi / (20.0 + 7.0 * std::sqrt(lambda));
  const Eigen::VectorXd profits = MatchProfits(stakes);
  const double log_gamma = std::lgamma(lambda);
  const double slope =
      std::exp((1.0 + lambda) * FirstNode(profits) - log_gamma) * MeanProfit(profits);
  double sum = slope * step / std::expm1(step * (1.0 + lambda));
  ForEachNode(profits, step, lambda, [&](const Node& node) {
    sum += step * std::exp(lambda * node.u - log_gamma) * (std::exp(-node.t) - node.phi);
  });
  return -sum;
}

}  // namespace fairline::staking
