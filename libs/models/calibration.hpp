#pragma once
// Post-hoc correction of a model's probabilities, fitted on matches the model was not fitted on:
//
//   p'_k  proportional to  a_k * (p_k / a_k)^slope * exp(bias_k)
//
// With a_k = 1 and no bias this is temperature scaling (Guo et al. 2017, temperature = 1/slope),
// with biases vector scaling on a shared slope. For an anchored model a_k is the market line, so
// that slope says how far to trust the model's departure from it: slope 0 is the market itself.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::models {

enum class CalibrationKind { kNone, kTemperature, kVector };

[[nodiscard]] std::string_view ToString(CalibrationKind kind);
[[nodiscard]] absl::StatusOr<CalibrationKind> ParseCalibrationKind(std::string_view text);

struct Calibration {
  double slope = 1.0;
  std::vector<double> biases;  // empty, or one per outcome with the last 0

  // In place. `anchor` is empty, or the market's probabilities of the same outcomes.
  void Apply(std::span<double> probabilities, std::span<const double> anchor) const;
};

// How strongly the fit is held at "no correction" when there is little data: the sd of normal
// priors on slope - 1 and on each bias.
struct CalibrationPrior {
  double slope_sd = 0.25;
  double bias_sd = 0.10;
};

// Maximum a posteriori by Newton's method (the problem is concave); the slope is held in
// [0, 2]. `anchors` is null, or the market line of the same matches. InvalidArgument when sizes
// differ or there are no matches.
[[nodiscard]] absl::StatusOr<Calibration> FitCalibration(CalibrationKind kind,
                                                         const Forecasts& forecasts,
                                                         const Forecasts* anchors,
                                                         std::span<const OutcomeIndex> results,
                                                         const CalibrationPrior& prior = {});

// The slope of a multinomial logistic regression of the results on the log-probabilities, without
// prior: 1 for calibrated forecasts, below 1 for overconfident ones.
[[nodiscard]] absl::StatusOr<double> CalibrationSlope(const Forecasts& forecasts,
                                                      std::span<const OutcomeIndex> results);

}  // namespace fairline::models
