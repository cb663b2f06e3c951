#pragma once
// A primal-dual interior-point method (Boyd and Vandenberghe 2004, section 11.7) for the stakes of
// a JointProblem. Internal to the joint Kelly.

#include <vector>

#include <Eigen/Dense>

#include "libs/staking/joint_problem.hpp"
#include "libs/staking/log_growth.hpp"

namespace fairline::staking {

// The constraints G b <= h row by row: -b <= 0, b <= cap, sums of groups.
class Barrier {
 public:
  // `problem` outlives this.
  explicit Barrier(const JointProblem& problem) : problem_(problem) {}

  [[nodiscard]] Eigen::Index rows() const;
  [[nodiscard]] Eigen::VectorXd Slack(const Eigen::VectorXd& stakes) const;
  // G b
  [[nodiscard]] Eigen::VectorXd Apply(const Eigen::VectorXd& b) const;
  // G' y
  [[nodiscard]] Eigen::VectorXd Transposed(const Eigen::VectorXd& y) const;
  // Adds G' diag(weight) G.
  void AddCurvature(const Eigen::VectorXd& weight, Eigen::MatrixXd& matrix) const;
  // Well inside every constraint.
  [[nodiscard]] Eigen::VectorXd Start() const;

 private:
  const JointProblem& problem_;
};

// The iterates: stakes strictly within every constraint and a price for each.
class InteriorPoint {
 public:
  // Both outlive this; `problem` has a bet.
  InteriorPoint(const JointProblem& problem, const LogGrowth& growth);

  // The best stakes met; stops once they are proven good, or when nothing helps any more.
  [[nodiscard]] Eigen::VectorXd Solve();
  [[nodiscard]] int iterations() const { return iterations_; }

 private:
  struct Direction {
    Eigen::VectorXd stakes, slack, price;
  };

  // False when the system of this iterate cannot be solved.
  [[nodiscard]] bool Factorise();
  // Towards the point at which slack times price is `target`, row by row.
  [[nodiscard]] Direction Towards(const Eigen::VectorXd& target) const;
  [[nodiscard]] double LongestStep(const Direction& direction) const;
  [[nodiscard]] double Complementarity() const;
  [[nodiscard]] bool StepPredicted();
  [[nodiscard]] bool StepCentred();
  [[nodiscard]] bool Move(const Direction& direction, double step);

  const JointProblem& problem_;
  const LogGrowth& growth_;
  Barrier barrier_;
  Eigen::VectorXd stakes_, slack_, price_, weight_, gradient_;
  Eigen::MatrixXd hessian_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
  double barrier_weight_ = 0.0;  // of the centred steps; 0 before the first
  int iterations_ = 0;
};

}  // namespace fairline::staking
