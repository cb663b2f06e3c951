#include "libs/staking/joint_problem.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace fairline::staking {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// Kept free of the whole bankroll, so that ruin stays impossible when a state could cost it all.
constexpr double kMinReserve = 1e-9;
// Profits this near to each other, as parts of what is returned, differ by rounding.
constexpr double kSameProfit = 1e-12;

double ExpectedProfit(const MatchBets& match, const Payoff& payoff) {
  double profit = 0.0;
  for (std::size_t s = 0; s < payoff.size(); ++s)
    profit += match.probabilities[s].value() * payoff[s];
  return profit;
}

double AtRisk(const MatchBets& match) {
  double open = 0.0;
  for (const OpenBet& bet : match.open) open += bet.fraction;
  return open;
}

bool CanPay(const MatchBets& match) {
  if (!match.open.empty()) return true;
  return std::any_of(match.candidates.begin(), match.candidates.end(),
                     [&](const auto& bet) { return ExpectedProfit(match, bet.payoff) > 0.0; });
}

// Whether `compare(a profit, b profit)` holds in every possible state.
template <typename Compare>
bool InEveryState(const MatchBets& match, const Payoff& a, const Payoff& b, Compare&& compare) {
  for (std::size_t s = 0; s < a.size(); ++s) {
    if (match.probabilities[s].value() > 0.0 && !compare(a[s], b[s])) return false;
  }
  return true;
}

bool Alike(const MatchBets& match, const Payoff& a, const Payoff& b) {
  return InEveryState(match, a, b, [](double x, double y) {
    return std::abs(x - y) <= kSameProfit * (1.0 + std::max(x, y));
  });
}

bool AtLeast(const MatchBets& match, const Payoff& a, const Payoff& b) {
  return InEveryState(match, a, b, [](double x, double y) { return x >= y; });
}

bool NeverWins(const MatchBets& match, const Payoff& payoff) {
  return InEveryState(match, payoff, payoff, [](double x, double) { return x <= 0.0; });
}

struct Merged {
  JointBet bet;
  CandidateBet candidate;
};

// The bets of match `m` worth considering when no more than `room` can go to it.
std::vector<Merged> BetsOf(const MatchBets& match, std::size_t m, double room) {
  std::vector<Merged> merged;
  for (std::size_t k = 0; k < match.candidates.size(); ++k) {
    const CandidateBet& candidate = match.candidates[k];
    if (!(candidate.max_fraction > kNoStake) || NeverWins(match, candidate.payoff)) continue;
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const Merged& other) {
      return Alike(match, other.candidate.payoff, candidate.payoff);
    });
    if (same == merged.end()) {
      merged.push_back({{m, {k}}, candidate});
    } else {
      same->bet.candidates.push_back(k);
      same->candidate.max_fraction += candidate.max_fraction;
    }
  }
  std::vector<Merged> kept;
  for (const Merged& one : merged) {
    const bool superfluous = std::any_of(merged.begin(), merged.end(), [&](const Merged& other) {
      return &other != &one && other.candidate.max_fraction >= room &&
             AtLeast(match, other.candidate.payoff, one.candidate.payoff);
    });
    if (!superfluous) kept.push_back(one);
  }
  return kept;
}

}  // namespace

JointProblem JointProblem::Of(const Portfolio& portfolio) {
  JointProblem problem;
  double open_total = 0.0;
  std::map<int, double> open_of_day;
  for (const MatchBets& match : portfolio.matches) {
    open_of_day[match.day] += AtRisk(match);
    open_total += AtRisk(match);
  }
  StakeGroup total;
  total.limit = std::min(portfolio.max_total, 1.0 - kMinReserve) - open_total;
  std::map<int, StakeGroup> days;
  std::vector<double> caps;
  for (std::size_t m = 0; m < portfolio.matches.size(); ++m) {
    const MatchBets& match = portfolio.matches[m];
    MatchBets kept = match;
    kept.candidates.clear();
    const double match_limit = match.max_fraction - AtRisk(match);
    const double day_limit = portfolio.max_per_day - open_of_day[match.day];
    const double room = std::min({match_limit, day_limit, total.limit});
    StakeGroup of_match;
    of_match.limit = match_limit;
    double of_match_caps = 0.0;
    if (room > kNoStake && CanPay(match)) {
      for (Merged& merged : BetsOf(match, m, room)) {
        const auto bet = static_cast<Index>(caps.size());
        const double cap = std::min(1.0, merged.candidate.max_fraction);
        merged.candidate.max_fraction = cap;
        kept.candidates.push_back(std::move(merged.candidate));
        problem.bets.push_back(std::move(merged.bet));
        caps.push_back(cap);
        of_match_caps += cap;
        of_match.bets.push_back(bet);
        days[match.day].bets.push_back(bet);
        days[match.day].limit = day_limit;
        total.bets.push_back(bet);
      }
    }
    if (!of_match.bets.empty() && of_match_caps > match_limit)
      problem.groups.push_back(std::move(of_match));
    problem.reduced.matches.push_back(std::move(kept));
  }
  for (auto& [day, group] : days) problem.groups.push_back(std::move(group));
  problem.groups.push_back(std::move(total));
  problem.cap = Eigen::Map<const VectorXd>(caps.data(), static_cast<Index>(caps.size()));
  return problem;
}

double JointProblem::FirstOrderGap(const VectorXd& stakes, const VectorXd& gradient) const {
  std::vector<Index> order(static_cast<std::size_t>(size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return gradient[a] > gradient[b]; });
  std::vector<double> left;
  std::vector<std::vector<std::size_t>> groups_of(order.size());
  for (const StakeGroup& group : groups) {
    for (const Index bet : group.bets) {
      groups_of[static_cast<std::size_t>(bet)].push_back(left.size());
    }
    left.push_back(group.limit);
  }
  double best = 0.0;
  for (const Index bet : order) {
    if (!(gradient[bet] > 0.0)) break;
    double room = cap[bet];
    const auto& groups_here = groups_of[static_cast<std::size_t>(bet)];
    for (const std::size_t group : groups_here) room = std::min(room, left[group]);
    room = std::max(room, 0.0);
    for (const std::size_t group : groups_here) left[group] -= room;
    best += gradient[bet] * room;
  }
  return best - gradient.dot(stakes);
}

std::vector<std::vector<double>> JointProblem::Spread(const Portfolio& portfolio,
                                                      const VectorXd& stakes) const {
  std::vector<std::vector<double>> fractions;
  for (const MatchBets& match : portfolio.matches) {
    fractions.emplace_back(match.candidates.size(), 0.0);
  }
  for (std::size_t i = 0; i < bets.size(); ++i) {
    double left = stakes[static_cast<Index>(i)];
    for (const std::size_t candidate : bets[i].candidates) {
      double& fraction = fractions[bets[i].match][candidate];
      fraction =
          std::min(left, portfolio.matches[bets[i].match].candidates[candidate].max_fraction);
      left -= fraction;
    }
  }
  return fractions;
}

}  // namespace fairline::staking
