#include "libs/staking/joint_kelly.hpp"

#include <algorithm>

#include "libs/staking/interior_point.hpp"
#include "libs/staking/joint_problem.hpp"
#include "libs/staking/log_growth.hpp"

namespace fairline::staking {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// What is left of the gap when the barrier's remainders are taken away may be this.
constexpr double kGapOfCleaning = 1e-9;
constexpr double kRemainder = 1e-6;

// The interior point leaves a little on every bet. Without most of it the gap stays small; where a
// state's whole wealth is that little, it is a true stake and put back.
VectorXd WithoutRemainders(const JointProblem& problem, const LogGrowth& growth,
                           const VectorXd& stakes) {
  VectorXd gradient;
  (void)growth.Evaluate(stakes, &gradient);
  const double allowed = std::max(kGapOfCleaning, 2.0 * problem.FirstOrderGap(stakes, gradient));
  for (double most = kRemainder; most >= kNoStake; most *= 0.1) {
    const VectorXd cleaned = (stakes.array() < most).select(0.0, stakes);
    if (std::isinf(growth.Evaluate(cleaned, &gradient))) continue;
    if (problem.FirstOrderGap(cleaned, gradient) <= allowed) return cleaned;
  }
  return stakes;
}

}  // namespace

absl::StatusOr<JointStakes> JointKelly(const Portfolio& portfolio) {
  RETURN_IF_ERROR(Within("portfolio", portfolio.Validate()));
  const JointProblem problem = JointProblem::Of(portfolio);
  const LogGrowth growth(problem.reduced);
  JointStakes out;
  VectorXd stakes(0);
  VectorXd gradient(0);
  if (problem.size() > 0) {
    InteriorPoint solver(problem, growth);
    stakes = WithoutRemainders(problem, growth, solver.Solve());
    out.iterations = solver.iterations();
  }
  out.enumerated = growth.enumerates();
  out.log_growth = growth.Evaluate(stakes, &gradient);
  if (problem.size() > 0) out.gap = std::max(0.0, problem.FirstOrderGap(stakes, gradient));
  out.fractions = problem.Spread(portfolio, stakes);
  return out;
}

}  // namespace fairline::staking
