#pragma once
// A logarithmic opinion pool with fitted weights (Genest and Zidek 1986):
//
//   p_k  proportional to  exp(bias_k) * product over members m of p_mk ^ weight_m
//
// The weights need not sum to 1: their sum sharpens or flattens, so a pool is calibrated by its
// fit. Fitted on forecasts that its members made out of sample.

#include <cstddef>
#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::models {

// Seasons of forecasts that a pool is fitted on, unless told otherwise.
inline constexpr int kPooledSeasons = 8;

struct LogPoolPrior {
  // Inverse variances: of each weight around 1 / members, and of each bias around 0.
  double weight_precision = 20.0;
  double bias_precision = 20.0;
};

struct LogPool {
  std::vector<double> weights;  // one a member
  std::vector<double> biases;   // one an outcome, the last 0

  // In place of `pooled`; `members` hold one row of probabilities each.
  void Pool(std::span<const std::span<const double>> members, std::span<double> pooled) const;
};

// Maximum a posteriori; concave. `members` hold forecasts of the same matches. InvalidArgument when
// there is no member or match or the sizes differ.
[[nodiscard]] absl::StatusOr<LogPool> FitLogPool(std::span<const Forecasts> members,
                                                 std::span<const OutcomeIndex> results,
                                                 const LogPoolPrior& prior = {});

}  // namespace fairline::models
