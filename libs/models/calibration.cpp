#include "libs/models/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Core>
#include <fmt/format.h>

#include "libs/models/conditional_logit.hpp"

namespace fairline::models {
namespace {

constexpr double kGreatestSlope = 2.0;

// The regression behind every kind: logit_k = offset_k + slope * z_k + bias_k, where z is the log
// ratio of forecast to anchor and the parameters are (slope, bias_0 .. bias_{K-2}).
ConditionalLogit ScalingRegression(const Forecasts& forecasts, const Forecasts* anchors,
                                   std::span<const OutcomeIndex> results, std::size_t biases) {
  std::vector<double> offsets;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < forecasts.values().size(); ++i) {
    offsets.push_back(anchors == nullptr ? 0.0 : SafeLog(anchors->values()[i]));
    ratios.push_back(SafeLog(forecasts.values()[i]) - offsets.back());
  }
  return ConditionalLogit(forecasts.outcomes(), std::move(offsets), {std::move(ratios)}, results,
                          biases);
}

// From slope 1 and no bias.
Eigen::VectorXd Maximise(const ConditionalLogit& regression, const Eigen::VectorXd& precision) {
  Eigen::VectorXd start = Eigen::VectorXd::Zero(precision.size());
  start[0] = 1.0;
  return regression.Maximise(start, precision);
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
