#include "libs/staking/interior_point.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fairline::staking {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr int kMaxIterations = 150;
constexpr double kTargetGap = 1e-11;
constexpr double kGoodGap = 1e-9;  // from here on rounding may be all that is left
constexpr int kPatience = 40;      // iterations without a smaller gap before that
// Added to the diagonal, as a part of it, where rounding has left the system indefinite.
constexpr double kMinRegularisation = 1e-15;
constexpr double kMaxRegularisation = 1e-6;
// Of the centred steps: the Newton decrement at which the barrier falls, and to what part.
constexpr double kNearCentre = 0.5;
constexpr double kBarrierFall = 0.1;

double Sum(const StakeGroup& group, const VectorXd& b) {
  double sum = 0.0;
  for (const Index bet : group.bets) sum += b[bet];
  return sum;
}

// The longest step in [0, 1] that leaves a hundredth of every positive entry.
double LongestPositiveStep(const VectorXd& value, const VectorXd& change) {
  double step = 1.0;
  for (Index i = 0; i < value.size(); ++i) {
    if (change[i] < 0.0) step = std::min(step, -0.99 * value[i] / change[i]);
  }
  return step;
}

}  // namespace

Index Barrier::rows() const {
  return 2 * problem_.size() + static_cast<Index>(problem_.groups.size());
}

VectorXd Barrier::Slack(const VectorXd& stakes) const {
  VectorXd slack(rows());
  const Index n = problem_.size();
  slack.head(n) = stakes;
  slack.segment(n, n) = problem_.cap - stakes;
  Index row = 2 * n;
  for (const StakeGroup& group : problem_.groups) slack[row++] = group.limit - Sum(group, stakes);
  return slack;
}

VectorXd Barrier::Apply(const VectorXd& b) const {
  VectorXd out(rows());
  const Index n = problem_.size();
  out.head(n) = -b;
  out.segment(n, n) = b;
  Index row = 2 * n;
  for (const StakeGroup& group : problem_.groups) out[row++] = Sum(group, b);
  return out;
}

VectorXd Barrier::Transposed(const VectorXd& y) const {
  const Index n = problem_.size();
  VectorXd out = y.segment(n, n) - y.head(n);
  Index row = 2 * n;
  for (const StakeGroup& group : problem_.groups) {
    for (const Index bet : group.bets) out[bet] += y[row];
    ++row;
  }
  return out;
}

void Barrier::AddCurvature(const VectorXd& weight, Eigen::MatrixXd& matrix) const {
  const Index n = problem_.size();
  matrix.diagonal() += weight.head(n) + weight.segment(n, n);
  Index row = 2 * n;
  for (const StakeGroup& group : problem_.groups) {
    for (const Index a : group.bets) {
      for (const Index b : group.bets) matrix(a, b) += weight[row];
    }
    ++row;
  }
}

VectorXd Barrier::Start() const {
  VectorXd b = 0.5 * problem_.cap;
  for (const StakeGroup& group : problem_.groups) {
    const double share = 0.5 * group.limit / static_cast<double>(group.bets.size());
    for (const Index bet : group.bets) b[bet] = std::min(b[bet], share);
  }
  return b;
}

InteriorPoint::InteriorPoint(const JointProblem& problem, const LogGrowth& growth)
    : problem_(problem), growth_(growth), barrier_(problem), stakes_(barrier_.Start()) {
  slack_ = barrier_.Slack(stakes_);
  (void)growth_.Evaluate(stakes_, &gradient_);
  const double scale = std::max(1e-3, gradient_.cwiseAbs().maxCoeff());
  price_ = (0.1 * scale * slack_.mean()) * slack_.cwiseInverse();
}

VectorXd InteriorPoint::Solve() {
  VectorXd best = stakes_;
  double best_gap = std::numeric_limits<double>::infinity();
  int without_progress = 0;
  bool careful = false;
  for (iterations_ = 0; iterations_ < kMaxIterations; ++iterations_) {
    (void)growth_.Evaluate(stakes_, &gradient_, &hessian_);
    const double gap = problem_.FirstOrderGap(stakes_, gradient_);
    if (gap < 0.9 * best_gap) {
      best_gap = gap;
      best = stakes_;
      without_progress = 0;
    } else {
      ++without_progress;
    }
    if (gap < kTargetGap || without_progress > (best_gap < kGoodGap ? 1 : kPatience)) break;
    careful = careful || without_progress >= 3;
    if (!(careful ? StepCentred() : StepPredicted())) break;
  }
  return best;
}

bool InteriorPoint::Factorise() {
  Eigen::MatrixXd matrix = -hessian_;
  weight_ = price_.cwiseQuotient(slack_);
  barrier_.AddCurvature(weight_, matrix);
  factor_.compute(matrix);
  const VectorXd diagonal = matrix.diagonal();
  for (double part = kMinRegularisation;
       factor_.info() != Eigen::Success && part <= kMaxRegularisation; part *= 10.0) {
    matrix.diagonal() = (1.0 + part) * diagonal;
    factor_.compute(matrix);
  }
  return factor_.info() == Eigen::Success;
}

InteriorPoint::Direction InteriorPoint::Towards(const VectorXd& target) const {
  const VectorXd aim = target.cwiseQuotient(slack_);
  Direction out;
  out.stakes = factor_.solve(gradient_ - barrier_.Transposed(aim));
  out.slack = -barrier_.Apply(out.stakes);
  out.price = aim - price_ - weight_.cwiseProduct(out.slack);
  return out;
}

double InteriorPoint::LongestStep(const Direction& direction) const {
  return std::min(LongestPositiveStep(slack_, direction.slack),
                  LongestPositiveStep(price_, direction.price));
}

double InteriorPoint::Complementarity() const {
  return slack_.dot(price_) / static_cast<double>(slack_.size());
}

// A predictor shows how far the complementarity can fall; then the centred step with its
// second-order term (Mehrotra 1992).
bool InteriorPoint::StepPredicted() {
  if (!Factorise()) return false;
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

// Damped Newton on the growth with a logarithmic barrier of weight `barrier_weight_`, which falls
// whenever its centre is near. Growth and barrier are self-concordant, so that it converges however
// wealth changes (Nesterov and Nemirovskii 1994), where the steps above lose their way.
bool InteriorPoint::StepCentred() {
  if (barrier_weight_ == 0.0) barrier_weight_ = Complementarity();
  const auto factorise = [&] {
    price_ = barrier_weight_ * slack_.cwiseInverse();
    return Factorise();
  };
  if (!factorise()) return false;
  Direction direction = Towards(VectorXd::Constant(slack_.size(), barrier_weight_));
  const auto decrement = [&] {
    const VectorXd slope = gradient_ - barrier_.Transposed(price_);
    return std::sqrt(std::max(0.0, slope.dot(direction.stakes)) / barrier_weight_);
  };
  double distance = decrement();
  if (distance < kNearCentre) {
    barrier_weight_ *= kBarrierFall;
    if (!factorise()) return false;
    direction = Towards(VectorXd::Constant(slack_.size(), barrier_weight_));
    distance = decrement();
  }
  const auto value = [&](const VectorXd& stakes) {
    return growth_.Evaluate(stakes) + barrier_weight_ * barrier_.Slack(stakes).array().log().sum();
  };
  const double now = value(stakes_);
  double step = LongestPositiveStep(slack_, direction.slack);
  while (step > 1.0 / (1.0 + distance) && !(value(stakes_ + step * direction.stakes) > now)) {
    step *= 0.5;
  }
  direction.price.setZero();
  return Move(direction, step);
}

bool InteriorPoint::Move(const Direction& direction, double step) {
  if (!direction.stakes.allFinite() || !direction.price.allFinite()) return false;
  // Rounding can take a slack of the order of the bankroll's last digit below 0.
  for (int tries = 0; tries < 20; ++tries, step *= 0.5) {
    const VectorXd stakes = stakes_ + step * direction.stakes;
    const VectorXd slack = barrier_.Slack(stakes);
    if (!(slack.minCoeff() > 0.0)) continue;
    stakes_ = stakes;
    slack_ = slack;
    price_ += step * direction.price;
    return true;
  }
  return false;
}

}  // namespace fairline::staking
