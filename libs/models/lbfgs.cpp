#include "libs/models/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

namespace fairline::models {
namespace {

constexpr double kSufficientDecrease = 1e-4;
constexpr double kShortestStep = 1e-10;
// By the value: what a step promises below this is lost in summing the value up.
constexpr double kRounding = 1e-14;

struct Move {
  Eigen::VectorXd step;
  Eigen::VectorXd gradient_change;
  double curvature = 0.0;  // their product, positive
};

// The two-loop recursion: the inverse Hessian as the moves saw it, times the gradient.
Eigen::VectorXd Direction(const std::deque<Move>& moves, const Preconditioner& inverse,
                          const Eigen::VectorXd& gradient) {
  Eigen::VectorXd direction = -gradient;
  std::vector<double> alphas(moves.size());
  for (std::size_t i = moves.size(); i-- > 0;) {
    alphas[i] = moves[i].step.dot(direction) / moves[i].curvature;
    direction -= alphas[i] * moves[i].gradient_change;
  }
  direction = inverse(direction);
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const double beta = moves[i].gradient_change.dot(direction) / moves[i].curvature;
    direction += (alphas[i] - beta) * moves[i].step;
  }
  return direction;
}

}  // namespace

LbfgsResult Minimise(const SmoothFunction& function, const Preconditioner& inverse,
                     Eigen::VectorXd start, const LbfgsOptions& options) {
  LbfgsResult result;
  result.at = std::move(start);
  Eigen::VectorXd gradient(result.at.size());
  result.value = function(result.at, gradient);
  std::deque<Move> moves;
  Eigen::VectorXd next_gradient(result.at.size());
  while (true) {
    result.converged = gradient.cwiseAbs().maxCoeff() <= options.tolerance;
    if (result.converged || result.iterations == options.max_iterations) return result;
    ++result.iterations;
    const Eigen::VectorXd direction = Direction(moves, inverse, gradient);
    const double slope = direction.dot(gradient);
    if (-slope <= kRounding * std::max(1.0, std::abs(result.value))) {
      result.converged = true;
      return result;
    }
    double length = 1.0;
    Eigen::VectorXd next = result.at + direction;
    double value = function(next, next_gradient);
    while (!(value <= result.value + kSufficientDecrease * length * slope)) {
      length *= 0.5;
      if (length < kShortestStep) return result;
      next = result.at + length * direction;
      value = function(next, next_gradient);
    }
    Move move{next - result.at, next_gradient - gradient, 0.0};
    move.curvature = move.step.dot(move.gradient_change);
    if (move.curvature > 0.0) moves.push_back(std::move(move));
    if (moves.size() > static_cast<std::size_t>(options.memory)) moves.pop_front();
    result.at = std::move(next);
    result.value = value;
    std::swap(gradient, next_gradient);
  }
}

}  // namespace fairline::models
