#include "libs/models/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <fmt/format.h>

namespace fairline::models {
namespace {

constexpr double kLeastProbability = 1e-12;
constexpr double kGreatestSlope = 2.0;
constexpr int kMaxIterations = 50;

double SafeLog(double probability) { return std::log(std::max(probability, kLeastProbability)); }

void Softmax(std::span<double> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  double total = 0.0;
  for (double& logit : logits) total += logit = std::exp(logit - highest);
  for (double& logit : logits) logit /= total;
}

// The regression behind every kind: logit_k = offset_k + slope * z_k + bias_k, where z is the log
// ratio of forecast to anchor and the parameters are (slope, bias_0 .. bias_{K-2}).
class ScalingRegression {
 public:
  ScalingRegression(const Forecasts& forecasts, const Forecasts* anchors,
                    std::span<const OutcomeIndex> results, std::size_t biases)
      : outcomes_(forecasts.outcomes()), results_(results), biases_(biases) {
    offsets_.reserve(forecasts.values().size());
    ratios_.reserve(forecasts.values().size());
    for (std::size_t i = 0; i < forecasts.values().size(); ++i) {
      offsets_.push_back(anchors == nullptr ? 0.0 : SafeLog(anchors->values()[i]));
      ratios_.push_back(SafeLog(forecasts.values()[i]) - offsets_.back());
    }
  }

  // Log-likelihood at `parameters`, with its gradient and negative Hessian when asked for.
  double LogLikelihood(const Eigen::VectorXd& parameters, Eigen::VectorXd* gradient,
                       Eigen::MatrixXd* information) const {
    const auto size = static_cast<Eigen::Index>(1 + biases_);
    Eigen::MatrixXd design(static_cast<Eigen::Index>(outcomes_), size);
    Eigen::VectorXd expected(size);
    std::vector<double> probabilities(outcomes_);
    double log_likelihood = 0.0;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      const std::size_t first = i * outcomes_;
      design.setZero();
      for (std::size_t k = 0; k < outcomes_; ++k) {
        const auto row = static_cast<Eigen::Index>(k);
        design(row, 0) = ratios_[first + k];
        if (k < biases_) design(row, row + 1) = 1.0;
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

 private:
  std::size_t outcomes_;
  std::span<const OutcomeIndex> results_;
  std::size_t biases_;
  std::vector<double> offsets_;
  std::vector<double> ratios_;
};

// Newton ascent with step halving from slope 1 and no bias. `precision` holds the prior's inverse
// variances (0 for none) around that start.
Eigen::VectorXd Maximise(const ScalingRegression& regression, const Eigen::VectorXd& precision) {
  const Eigen::Index size = precision.size();
  Eigen::VectorXd start = Eigen::VectorXd::Zero(size);
  start[0] = 1.0;
  const auto penalty = [&](const Eigen::VectorXd& at) {
    return 0.5 * precision.dot((at - start).cwiseAbs2());
  };
  Eigen::VectorXd parameters = start;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size);
    Eigen::MatrixXd information = Eigen::MatrixXd::Zero(size, size);
    const double value =
        regression.LogLikelihood(parameters, &gradient, &information) - penalty(parameters);
    gradient -= precision.cwiseProduct(parameters - start);
    information.diagonal() += precision;
    information.diagonal().array() += 1e-9;  // forecasts that never vary have no slope to find
    const Eigen::VectorXd newton = information.ldlt().solve(gradient);
    double length = 1.0;
    Eigen::VectorXd next = parameters + newton;
    while (length > 1e-6 &&
           regression.LogLikelihood(next, nullptr, nullptr) - penalty(next) < value) {
      length /= 2.0;
      next = parameters + length * newton;
    }
    const double moved = (next - parameters).cwiseAbs().maxCoeff();
    parameters = next;
    if (moved < 1e-10) break;
  }
  return parameters;
}

absl::Status CheckSizes(const Forecasts& forecasts, const Forecasts* anchors, std::size_t results) {
  if (forecasts.rows() == 0) return InvalidField("forecasts", "none to calibrate on");
  if (forecasts.rows() != results) {
    return InvalidField("results", fmt::format("{} for {} forecasts", results, forecasts.rows()));
  }
  if (anchors != nullptr && anchors->values().size() != forecasts.values().size()) {
    return InvalidField("anchors", "one line is needed for each forecast");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view ToString(CalibrationKind kind) {
  switch (kind) {
    case CalibrationKind::kNone:
      return "none";
    case CalibrationKind::kTemperature:
      return "temperature";
    case CalibrationKind::kVector:
      return "vector";
  }
  return "none";
}

absl::StatusOr<CalibrationKind> ParseCalibrationKind(std::string_view text) {
  for (const CalibrationKind kind :
       {CalibrationKind::kNone, CalibrationKind::kTemperature, CalibrationKind::kVector}) {
    if (ToString(kind) == text) return kind;
  }
  return InvalidField("calibration", "must be none, temperature or vector");
}

void Calibration::Apply(std::span<double> probabilities, std::span<const double> anchor) const {
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const double offset = anchor.empty() ? 0.0 : SafeLog(anchor[k]);
    const double bias = biases.empty() ? 0.0 : biases[k];
    probabilities[k] = offset + slope * (SafeLog(probabilities[k]) - offset) + bias;
  }
  Softmax(probabilities);
}

absl::StatusOr<Calibration> FitCalibration(CalibrationKind kind, const Forecasts& forecasts,
                                           const Forecasts* anchors,
                                           std::span<const OutcomeIndex> results,
                                           const CalibrationPrior& prior) {
  RETURN_IF_ERROR(CheckSizes(forecasts, anchors, results.size()));
  Calibration calibration;
  if (kind == CalibrationKind::kNone) return calibration;

  const std::size_t biases = kind == CalibrationKind::kVector ? forecasts.outcomes() - 1 : 0;
  Eigen::VectorXd precision = Eigen::VectorXd::Constant(static_cast<Eigen::Index>(1 + biases),
                                                        1.0 / (prior.bias_sd * prior.bias_sd));
  precision[0] = 1.0 / (prior.slope_sd * prior.slope_sd);
  const Eigen::VectorXd fitted =
      Maximise(ScalingRegression(forecasts, anchors, results, biases), precision);
  calibration.slope = std::clamp(fitted[0], 0.0, kGreatestSlope);
  for (std::size_t k = 0; k < biases; ++k) {
    calibration.biases.push_back(fitted[static_cast<Eigen::Index>(k + 1)]);
  }
  if (biases > 0) calibration.biases.push_back(0.0);
  return calibration;
}

absl::StatusOr<double> CalibrationSlope(const Forecasts& forecasts,
                                        std::span<const OutcomeIndex> results) {
  RETURN_IF_ERROR(CheckSizes(forecasts, nullptr, results.size()));
  return Maximise(ScalingRegression(forecasts, nullptr, results, 0), Eigen::VectorXd::Zero(1))[0];
}

}  // namespace fairline::models
