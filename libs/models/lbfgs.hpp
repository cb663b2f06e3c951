#pragma once
// Limited-memory BFGS (Liu and Nocedal 1989) for smooth convex functions, preconditioned.

#include <functional>

#include <Eigen/Core>

namespace fairline::models {

struct LbfgsOptions {
  int memory = 8;
  int max_iterations = 300;
  double tolerance = 1e-7;  // of the largest component of the gradient
};

struct LbfgsResult {
  Eigen::VectorXd at;
  double value = 0.0;
  int iterations = 0;
  bool converged = false;
};

// The value at a point; its gradient is written to the second argument.
using SmoothFunction = std::function<double(const Eigen::VectorXd&, Eigen::VectorXd&)>;
// Multiplies by a fixed positive definite estimate of the inverse Hessian.
using Preconditioner = std::function<Eigen::VectorXd(const Eigen::VectorXd&)>;

// Minimises from `start` with Armijo backtracking. Converged by the tolerance, or when the next
// step promises less than the value's rounding; not when the iterations ran out or no step along
// the direction lowers the value.
[[nodiscard]] LbfgsResult Minimise(const SmoothFunction& function, const Preconditioner& inverse,
                                   Eigen::VectorXd start, const LbfgsOptions& options);

}  // namespace fairline::models
