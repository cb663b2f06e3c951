#include "libs/domain/joint_kelly.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <Eigen/Dense>

#include "libs/domain/log_growth.hpp"

namespace fairline::domain {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr int kMaxIterations = 150;
constexpr int kPatience = 40;  // iterations without a smaller gap
constexpr double kTargetGap = 1e-11;
// Stakes below it are what the barrier leaves of none.
constexpr double kNoStake = 1e-9;
// Kept free of the whole bankroll, so that ruin stays impossible when a state could cost it all.
constexpr double kLeastReserve = 1e-9;

// The sum of some stakes may not pass a limit. Groups of one portfolio are nested: bets in
// matches, matches in days, days in the total.
struct Group {
  std::vector<Index> bets;
  double limit = 0.0;
};

// The part of a portfolio that can be staked, in the solver's terms.
struct Problem {
  Portfolio reduced;                                        // candidates that might be staked
  std::vector<std::pair<std::size_t, std::size_t>> origin;  // match and candidate of each bet
  VectorXd cap;                                             // of each bet
  std::vector<Group> matches, days;
  Group total;

  [[nodiscard]] Index bets() const { return cap.size(); }
  template <typename Visit>
  void ForEachGroup(Visit&& visit) const {
    for (const Group& group : matches) visit(group);
    for (const Group& group : days) visit(group);
    visit(total);
  }
};

double ExpectedProfit(const MatchBets& match, const StateProfits& terms) {
  double profit = 0.0;
  for (std::size_t s = 0; s < terms.size(); ++s)
    profit += match.probabilities[s].value() * terms[s];
  return profit;
}

double AtRisk(const MatchBets& match) {
  double open = 0.0;
  for (const OpenBet& bet : match.open) open += bet.fraction;
  return open;
}

// Bets of a match without any edge and without open bets are never staked: whatever else is
// staked is independent of them, so by Jensen's inequality leaving them out grows faster.
bool CanPay(const MatchBets& match) {
  if (!match.open.empty()) return true;
  return std::any_of(match.candidates.begin(), match.candidates.end(),
                     [&](const auto& bet) { return ExpectedProfit(match, bet.terms) > 0.0; });
}

Problem Reduce(const Portfolio& portfolio) {
  Problem problem;
  double open_total = 0.0;
  std::map<int, double> open_of_day;
  for (const MatchBets& match : portfolio.matches) {
    open_of_day[match.day] += AtRisk(match);
    open_total += AtRisk(match);
  }
  problem.total.limit = std::min(portfolio.max_total, 1.0 - kLeastReserve) - open_total;
  std::map<int, Group> days;
  std::vector<double> caps;
  for (std::size_t m = 0; m < portfolio.matches.size(); ++m) {
    const MatchBets& match = portfolio.matches[m];
    MatchBets kept = match;
    kept.candidates.clear();
    const double match_limit = match.max_fraction - AtRisk(match);
    const double day_limit = portfolio.max_per_day - open_of_day[match.day];
    const bool room = std::min({match_limit, day_limit, problem.total.limit}) > kNoStake;
    Group of_match;
    of_match.limit = match_limit;
    double of_match_caps = 0.0;
    for (std::size_t k = 0; room && CanPay(match) && k < match.candidates.size(); ++k) {
      if (!(match.candidates[k].max_fraction > kNoStake)) continue;
      const auto bet = static_cast<Index>(caps.size());
      kept.candidates.push_back(match.candidates[k]);
      problem.origin.emplace_back(m, k);
      caps.push_back(match.candidates[k].max_fraction);
      of_match_caps += caps.back();
      of_match.bets.push_back(bet);
      days[match.day].bets.push_back(bet);
      days[match.day].limit = day_limit;
      problem.total.bets.push_back(bet);
    }
    if (!of_match.bets.empty() && of_match_caps > match_limit)
      problem.matches.push_back(std::move(of_match));
    problem.reduced.matches.push_back(std::move(kept));
  }
  for (auto& [day, group] : days) problem.days.push_back(std::move(group));
  problem.cap = Eigen::Map<const VectorXd>(caps.data(), static_cast<Index>(caps.size()));
  return problem;
}

// The largest first-order gain over all stakes within the caps. The caps are nested sums, so the
// greedy choice by gradient is the best one (Edmonds 1970).
double FirstOrderGap(const Problem& problem, const VectorXd& stakes, const VectorXd& gradient) {
  std::vector<Index> order(static_cast<std::size_t>(problem.bets()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return gradient[a] > gradient[b]; });
  std::vector<double> left;
  std::vector<std::vector<std::size_t>> groups_of(order.size());
  problem.ForEachGroup([&](const Group& group) {
    for (const Index bet : group.bets) {
      groups_of[static_cast<std::size_t>(bet)].push_back(left.size());
    }
    left.push_back(group.limit);
  });
  double best = 0.0;
  for (const Index bet : order) {
    if (!(gradient[bet] > 0.0)) break;
    double room = problem.cap[bet];
    const auto& groups = groups_of[static_cast<std::size_t>(bet)];
    for (const std::size_t group : groups) room = std::min(room, left[group]);
    room = std::max(room, 0.0);
    for (const std::size_t group : groups) left[group] -= room;
    best += gradient[bet] * room;
  }
  return best - gradient.dot(stakes);
}

// The constraints G b <= h row by row: -b <= 0, b <= cap, sums of groups.
class Barrier {
 public:
  explicit Barrier(const Problem& problem) : problem_(problem) {
    problem.ForEachGroup([&](const Group& group) { groups_.push_back(&group); });
  }

  [[nodiscard]] Index rows() const {
    return 2 * problem_.bets() + static_cast<Index>(groups_.size());
  }

  [[nodiscard]] VectorXd Slack(const VectorXd& b) const {
    VectorXd slack(rows());
    const Index n = problem_.bets();
    slack.head(n) = b;
    slack.segment(n, n) = problem_.cap - b;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      slack[2 * n + static_cast<Index>(g)] = groups_[g]->limit - Sum(*groups_[g], b);
    }
    return slack;
  }

  // G b
  [[nodiscard]] VectorXd Apply(const VectorXd& b) const {
    VectorXd out(rows());
    const Index n = problem_.bets();
    out.head(n) = -b;
    out.segment(n, n) = b;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      out[2 * n + static_cast<Index>(g)] = Sum(*groups_[g], b);
    }
    return out;
  }

  // G' y
  [[nodiscard]] VectorXd Transposed(const VectorXd& y) const {
    const Index n = problem_.bets();
    VectorXd out = y.segment(n, n) - y.head(n);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (const Index bet : groups_[g]->bets) out[bet] += y[2 * n + static_cast<Index>(g)];
    }
    return out;
  }

  // Adds G' diag(weight) G.
  void AddCurvature(const VectorXd& weight, Eigen::MatrixXd& matrix) const {
    const Index n = problem_.bets();
    matrix.diagonal() += weight.head(n) + weight.segment(n, n);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (const Index a : groups_[g]->bets) {
        for (const Index b : groups_[g]->bets)
          matrix(a, b) += weight[2 * n + static_cast<Index>(g)];
      }
    }
  }

  // Well inside every constraint.
  [[nodiscard]] VectorXd Start() const {
    VectorXd b = 0.5 * problem_.cap;
    for (const Group* group : groups_) {
      const double share = 0.5 * group->limit / static_cast<double>(group->bets.size());
      for (const Index bet : group->bets) b[bet] = std::min(b[bet], share);
    }
    return b;
  }

 private:
  static double Sum(const Group& group, const VectorXd& b) {
    double sum = 0.0;
    for (const Index bet : group.bets) sum += b[bet];
    return sum;
  }

  const Problem& problem_;
  std::vector<const Group*> groups_;
};

// The longest step in [0, 1] that leaves a hundredth of every positive entry.
double LongestPositiveStep(const VectorXd& value, const VectorXd& change) {
  double step = 1.0;
  for (Index i = 0; i < value.size(); ++i) {
    if (change[i] < 0.0) step = std::min(step, -0.99 * value[i] / change[i]);
  }
  return step;
}

// The primal-dual iterates: stakes strictly within every constraint and a price for each.
class InteriorPoint {
 public:
  InteriorPoint(const Problem& problem, const LogGrowth& growth)
      : problem_(problem), growth_(growth), barrier_(problem), stakes_(barrier_.Start()) {
    slack_ = barrier_.Slack(stakes_);
    (void)growth_.Evaluate(stakes_, &gradient_);
    const double scale = std::max(1e-3, gradient_.cwiseAbs().maxCoeff());
    price_ = (0.1 * scale * slack_.mean()) * slack_.cwiseInverse();
  }

  // The best stakes met; stops once they are proven good, or when nothing helps any more.
  VectorXd Solve(int& iterations) {
    VectorXd best = stakes_;
    double best_gap = std::numeric_limits<double>::infinity();
    int without_progress = 0;
    bool careful = false;
    for (iterations = 0; iterations < kMaxIterations; ++iterations) {
      (void)growth_.Evaluate(stakes_, &gradient_, &hessian_);
      const double gap = FirstOrderGap(problem_, stakes_, gradient_);
      if (gap < 0.9 * best_gap) {
        best_gap = gap;
        best = stakes_;
        without_progress = 0;
      } else {
        ++without_progress;
      }
      if (gap < kTargetGap || without_progress > kPatience) break;
      careful = careful || without_progress >= 3;
      Eigen::MatrixXd matrix = -hessian_;
      weight_ = price_.cwiseQuotient(slack_);
      barrier_.AddCurvature(weight_, matrix);
      factor_.compute(matrix);
      if (factor_.info() != Eigen::Success) break;
      if (!(careful ? StepDownhill() : StepPredicted())) break;
    }
    return best;
  }

 private:
  struct Direction {
    VectorXd stakes, slack, price;
  };

  // Towards the point at which slack times price is `target`, row by row.
  [[nodiscard]] Direction Towards(const VectorXd& target) const {
    const VectorXd aim = target.cwiseQuotient(slack_);
    Direction out;
    out.stakes = factor_.solve(gradient_ - barrier_.Transposed(aim));
    out.slack = -barrier_.Apply(out.stakes);
    out.price = aim - price_ - weight_.cwiseProduct(out.slack);
    return out;
  }

  [[nodiscard]] double LongestStep(const Direction& direction) const {
    return std::min(LongestPositiveStep(slack_, direction.slack),
                    LongestPositiveStep(price_, direction.price));
  }

  [[nodiscard]] double Complementarity() const {
    return slack_.dot(price_) / static_cast<double>(slack_.size());
  }

  // A predictor shows how far the complementarity can fall; then the centred step with its
  // second-order term (Mehrotra 1992).
  bool StepPredicted() {
    const double complementarity = Complementarity();
    const Direction affine = Towards(VectorXd::Zero(slack_.size()));
    const double reach = LongestStep(affine);
    const double reached = (slack_ + reach * affine.slack).dot(price_ + reach * affine.price) /
                           static_cast<double>(slack_.size());
    const double centring = std::clamp(std::pow(reached / complementarity, 3), 1e-4, 0.5);
    Direction direction = Towards(VectorXd::Constant(slack_.size(), centring * complementarity) -
                                  affine.slack.cwiseProduct(affine.price));
    if (LongestStep(direction) < 0.1) {
      direction = Towards(VectorXd::Constant(slack_.size(), 0.5 * complementarity));
    }
    return Move(direction, LongestStep(direction));
  }

  // A plain centred step, shortened until the conditions of optimality are violated less: safe
  // where wealth changes by orders of magnitude and the quadratic model fails.
  bool StepDownhill() {
    const VectorXd target = VectorXd::Constant(slack_.size(), 0.2 * Complementarity());
    const Direction direction = Towards(target);
    double step = LongestStep(direction);
    const auto violation = [&](const VectorXd& gradient, const VectorXd& slack,
                               const VectorXd& price) {
      return std::hypot((gradient - barrier_.Transposed(price)).norm(),
                        (slack.cwiseProduct(price) - target).norm());
    };
    const double now = violation(gradient_, slack_, price_);
    VectorXd gradient;
    for (int tries = 0; tries < 30; ++tries, step *= 0.5) {
      const VectorXd stakes = stakes_ + step * direction.stakes;
      (void)growth_.Evaluate(stakes, &gradient);
      if (violation(gradient, barrier_.Slack(stakes), price_ + step * direction.price) <
          (1.0 - 0.01 * step) * now) {
        break;
      }
    }
    return Move(direction, step);
  }

  bool Move(const Direction& direction, double step) {
    if (!direction.stakes.allFinite() || !direction.price.allFinite()) return false;
    stakes_ += step * direction.stakes;
    price_ += step * direction.price;
    slack_ = barrier_.Slack(stakes_);
    return slack_.minCoeff() > 0.0;
  }

  const Problem& problem_;
  const LogGrowth& growth_;
  Barrier barrier_;
  VectorXd stakes_, slack_, price_, weight_, gradient_;
  Eigen::MatrixXd hessian_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
};

}  // namespace

absl::StatusOr<JointStakes> JointKelly(const Portfolio& portfolio) {
  RETURN_IF_ERROR(WithContext(portfolio.Validate(), "portfolio"));
  const Problem problem = Reduce(portfolio);
  JointStakes out;
  for (const MatchBets& match : portfolio.matches) {
    out.fractions.emplace_back(match.candidates.size(), 0.0);
  }
  const LogGrowth growth(problem.reduced);
  if (problem.bets() == 0) {
    out.log_growth = growth.Evaluate(VectorXd(0));
    return out;
  }
  VectorXd cleaned = InteriorPoint(problem, growth).Solve(out.iterations);
  for (Index i = 0; i < cleaned.size(); ++i) {
    if (cleaned[i] < kNoStake) cleaned[i] = 0.0;
  }
  VectorXd gradient;
  out.log_growth = growth.Evaluate(cleaned, &gradient);
  out.gap = std::max(0.0, FirstOrderGap(problem, cleaned, gradient));
  for (std::size_t i = 0; i < problem.origin.size(); ++i) {
    const auto [match, candidate] = problem.origin[i];
    out.fractions[match][candidate] = cleaned[static_cast<Index>(i)];
  }
  return out;
}

}  // namespace fairline::domain
