#include "libs/models/conditional_logit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Cholesky>

namespace fairline::models {
namespace {

constexpr double kMinProbability = 1e-12;
constexpr int kMaxIterations = 50;

}  // namespace

double SafeLog(double probability) { return std::log(std::max(probability, kMinProbability)); }

void Softmax(std::span<double> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  double total = 0.0;
  for (double& logit : logits) total += logit = std::exp(logit - highest);
  for (double& logit : logits) logit /= total;
}

ConditionalLogit::ConditionalLogit(std::size_t outcomes, std::vector<double> offsets,
                                   std::vector<std::vector<double>> predictors,
                                   std::span<const OutcomeIndex> results, std::size_t biases)
    : outcomes_(outcomes),
      offsets_(std::move(offsets)),
      predictors_(std::move(predictors)),
      results_(results),
      biases_(biases) {}

// With the gradient and the negative Hessian added to where they are asked for.
double ConditionalLogit::LogLikelihood(const Eigen::VectorXd& parameters, Eigen::VectorXd* gradient,
                                       Eigen::MatrixXd* information) const {
  const auto coefficients = static_cast<Eigen::Index>(predictors_.size());
  Eigen::MatrixXd design(static_cast<Eigen::Index>(outcomes_), parameter_count());
  Eigen::VectorXd expected(parameter_count());
  std::vector<double> probabilities(outcomes_);
  double log_likelihood = 0.0;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const std::size_t first = i * outcomes_;
    design.setZero();
    for (std::size_t k = 0; k < outcomes_; ++k) {
      const auto row = static_cast<Eigen::Index>(k);
      for (Eigen::Index m = 0; m < coefficients; ++m) {
        design(row, m) = predictors_[static_cast<std::size_t>(m)][first + k];
      }
      if (k < biases_) design(row, coefficients + row) = 1.0;
      probabilities[k] = offsets_[first + k] + design.row(row).dot(parameters);
    }
    Softmax(probabilities);
    log_likelihood += SafeLog(probabilities[results_[i]]);
    if (gradient == nullptr) continue;
    expected.setZero();
    for (std::size_t k = 0; k < outcomes_; ++k) {
      const auto row = design.row(static_cast<Eigen::Index>(k)).transpose();
      expected += probabilities[k] * row;
      *information += probabilities[k] * row * row.transpose();
    }
    *information -= expected * expected.transpose();
    *gradient += design.row(results_[i]).transpose() - expected;
  }
  return log_likelihood;
}

Eigen::VectorXd ConditionalLogit::Maximise(const Eigen::VectorXd& prior_mean,
                                           const Eigen::VectorXd& precision) const {
  const Eigen::Index size = parameter_count();
  const auto penalty = [&](const Eigen::VectorXd& at) {
    return 0.5 * precision.dot((at - prior_mean).cwiseAbs2());
  };
  Eigen::VectorXd parameters = prior_mean;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size);
    Eigen::MatrixXd information = Eigen::MatrixXd::Zero(size, size);
    const double value = LogLikelihood(parameters, &gradient, &information) - penalty(parameters);
    gradient -= precision.cwiseProduct(parameters - prior_mean);
    information.diagonal() += precision;
    information.diagonal().array() += 1e-9;  // predictors that never vary have no slope to find
    const Eigen::VectorXd newton = information.ldlt().solve(gradient);
    double length = 1.0;
    Eigen::VectorXd next = parameters + newton;
    while (length > 1e-6 && LogLikelihood(next, nullptr, nullptr) - penalty(next) < value) {
      length /= 2.0;
      next = parameters + length * newton;
    }
    const double moved = (next - parameters).cwiseAbs().maxCoeff();
    parameters = next;
    if (moved < 1e-10) break;
  }
  return parameters;
}

}  // namespace fairline::models
