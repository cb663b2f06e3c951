#pragma once
// Multinomial logistic regression on few predictors that have a value for each outcome and one
// coefficient for all of them:
//
//   p_k  proportional to  exp(offset_k + sum over m of c_m * z_mk + bias_k)
//
// What calibrations and pools are fitted by.

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "libs/models/matrix.hpp"

namespace fairline::models {

class ConditionalLogit {
 public:
  // `offsets` and each of `predictors` hold matches x outcomes finite values; `results` the
  // outcomes, one a match, and must outlive the regression. The first `biases` outcomes have a
  // bias, the others 0.
  ConditionalLogit(std::size_t outcomes, std::vector<double> offsets,
                   std::vector<std::vector<double>> predictors,
                   std::span<const OutcomeIndex> results, std::size_t biases);

  // Coefficients, then biases.
  [[nodiscard]] Eigen::Index parameter_count() const {
    return static_cast<Eigen::Index>(predictors_.size() + biases_);
  }

  // Maximum a posteriori under independent normal priors around `prior_mean` of inverse variances
  // `precision` (0 for none), by Newton's method with step halving from the means. Concave.
  [[nodiscard]] Eigen::VectorXd Maximise(const Eigen::VectorXd& prior_mean,
                                         const Eigen::VectorXd& precision) const;

 private:
  double LogLikelihood(const Eigen::VectorXd& parameters, Eigen::VectorXd* gradient,
                       Eigen::MatrixXd* information) const;

  std::size_t outcomes_;
  std::vector<double> offsets_;
  std::vector<std::vector<double>> predictors_;
  std::span<const OutcomeIndex> results_;
  std::size_t biases_;
};

// The logarithm, that of 0 held at 1e-12.
[[nodiscard]] double SafeLog(double probability);

// exp(logits) scaled to sum to 1, in place.
void Softmax(std::span<double> logits);

}  // namespace fairline::models
