#pragma once
// How good one forecast was, given what happened. Lower is better for the first three. The mean
// over many forecasts is the caller's.

#include <cstddef>
#include <span>

#include "libs/core/status.hpp"

namespace fairline::domain {

// The probability of what happened is taken to be at least this in the log loss, so that one
// forecast of 0 costs much and not everything.
inline constexpr double kLogLossFloor = 1e-15;

struct ForecastScore {
  double log_loss = 0.0;  // -ln of the probability of what happened
  // Ranked probability score (Epstein 1969) over ordered outcomes, divided by (outcomes - 1).
  double rps = 0.0;
  // Brier 1950: summed over the classes; for two outcomes by convention (1 - p)^2, half of that.
  double brier = 0.0;
  bool correct = false;  // the most likely outcome happened; on a tie the first counts as such
};

// Probabilities are of all outcomes in their natural order (home, draw, away); `happened` indexes
// them. Errors: InvalidArgument naming the field when they are fewer than two, not in [0, 1], do
// not sum to 1 within 1e-6 or `happened` is outside.
[[nodiscard]] absl::StatusOr<ForecastScore> Score(std::span<const double> probabilities,
                                                  std::size_t happened);

// The parts, unchecked, for loops over forecasts that are known to be valid.
[[nodiscard]] double LogLoss(std::span<const double> probabilities, std::size_t happened);
[[nodiscard]] double RankedProbabilityScore(std::span<const double> probabilities,
                                            std::size_t happened);
[[nodiscard]] double Brier(std::span<const double> probabilities, std::size_t happened);
[[nodiscard]] std::size_t MostLikely(std::span<const double> probabilities);

}  // namespace fairline::domain
