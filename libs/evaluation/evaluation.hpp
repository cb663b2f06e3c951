#pragma once
// How good a table of forecasts was, by the scores of libs/domain/scores.hpp averaged over
// matches, and whether it was better than another table on the same matches.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::evaluation {

enum class Score { kLogLoss, kRankedProbability, kBrier };

// One value per match, lower is better.
[[nodiscard]] std::vector<double> ScoreEach(Score score, const models::Forecasts& forecasts,
                                            std::span<const models::OutcomeIndex> results);

struct ClassReport {
  double precision = 0.0;  // 0 when the class was never called
  double recall = 0.0;     // 0 when the class never happened
  double f1 = 0.0;
};

struct ReliabilityBin {
  std::int64_t count = 0;  // forecasts of one class of one match
  double mean_forecast = 0.0;
  double frequency = 0.0;
};

inline constexpr std::size_t kReliabilityBins = 20;

struct Evaluation {
  std::int64_t matches = 0;
  double log_loss = 0.0;
  double rps = 0.0;
  double brier = 0.0;
  double accuracy = 0.0;  // of the most likely outcome, the first of equals
  double macro_f1 = 0.0;
  double macro_precision = 0.0;
  double macro_recall = 0.0;
  double calibration_slope = 0.0;  // 1 is calibrated, less is overconfident
  // What must be added to the log-probability of each outcome for the forecasts to be right on
  // average (calibration in the large, Cox 1958; Van Calster et al. 2019); they sum to 0, and above
  // 0 the outcome happened more often than was said.
  std::vector<double> calibration_intercepts;
  double ece = 0.0;  // expected calibration error: 20 equal-width bins over all classes pooled
  std::vector<ClassReport> classes;
  std::vector<std::vector<std::int64_t>> confusion;  // [happened][called]
  std::array<ReliabilityBin, kReliabilityBins> reliability;
};

// Which of the equal-width bins a probability falls into.
[[nodiscard]] std::size_t ReliabilityBinOf(double probability);

// InvalidArgument when there are no matches or the sizes differ.
[[nodiscard]] absl::StatusOr<Evaluation> Evaluate(const models::Forecasts& forecasts,
                                                  std::span<const models::OutcomeIndex> results);

// The calibration error that forecasts would show by chance if every one of them were true.
struct CalibrationNoise {
  double mean = 0.0;
  double sd = 0.0;
  double upper = 0.0;  // 95 % of perfect forecasters show less
};

// By drawing the results from the forecasts `draws` times. Some 10 ns a match and draw.
[[nodiscard]] absl::StatusOr<CalibrationNoise> PerfectCalibrationError(
    const models::Forecasts& forecasts, std::uint64_t seed, int draws = 200);

// A mean paired difference (forecast - reference; negative is better) with its 95 % interval.
struct PairedDifference {
  double mean = 0.0;
  double lower = 0.0;
  double upper = 0.0;
  std::int64_t matches = 0;
  std::int64_t blocks = 0;

  [[nodiscard]] bool better() const { return blocks > 1 && upper < 0.0; }
  [[nodiscard]] bool worse() const { return blocks > 1 && lower > 0.0; }
};

// The interval of the mean of `differences` over the resamples of
// libs/statistics/block_bootstrap.hpp. Same seed, same interval.
[[nodiscard]] absl::StatusOr<PairedDifference> BootstrapDifference(
    std::span<const double> differences, std::span<const Day> match_dates, std::uint64_t seed,
    int resamples = 2000);

// The bootstrap of ScoreEach(forecasts) - ScoreEach(reference) on the same matches.
[[nodiscard]] absl::StatusOr<PairedDifference> CompareForecasts(
    Score score, const models::Forecasts& forecasts, const models::Forecasts& reference,
    std::span<const models::OutcomeIndex> results, std::span<const Day> match_dates,
    std::uint64_t seed);

}  // namespace fairline::evaluation
