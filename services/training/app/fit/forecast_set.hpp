#pragma once
// Out-of-sample forecasts of one forecaster over one or more seasons, and how they compare.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/evaluation/evaluation.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::training {

// Forecasters beside the recipe's own models.
inline constexpr std::string_view kBaseRate = "base_rate";  // outcome frequencies by competition
inline constexpr std::string_view kMarket = "market";       // pre-match average line
inline constexpr std::string_view kClosing = "closing";     // closing line: the benchmark
inline constexpr std::string_view kChampion = "champion";   // the model in production

// In order of (date, match_id); every vector has one entry a match.
struct ForecastSet {
  std::string forecaster;
  std::vector<std::int64_t> match_ids;
  std::vector<Day> dates;
  std::vector<models::OutcomeIndex> results;
  models::Forecasts forecasts;

  ForecastSet(std::string name, std::size_t outcomes)
      : forecaster(std::move(name)), forecasts(outcomes) {}
  void Append(std::int64_t match_id, Day date, models::OutcomeIndex result,
              std::span<const double> probabilities);
  void Append(const ForecastSet& later);
};

struct Comparison {
  std::string against;
  evaluation::PairedDifference log_loss;
  evaluation::PairedDifference rps;
};

struct ModelEvaluation {
  std::string model;
  int season_start = 0;  // 0 for several seasons together
  evaluation::Evaluation scores;
  std::vector<Comparison> comparisons;
};

// Differences of `model` to `reference` on the matches that both have forecast; nullopt when
// there are none.
[[nodiscard]] absl::StatusOr<std::optional<Comparison>> Compare(const ForecastSet& model,
                                                                const ForecastSet& reference,
                                                                std::uint64_t seed);

// Each set judged on its own matches and compared, on common matches, with the base rate, the
// market and the closing line where they are among the sets. Empty sets are passed over.
[[nodiscard]] absl::StatusOr<std::vector<ModelEvaluation>> EvaluateForecasts(
    const std::vector<ForecastSet>& sets, int season_start, std::uint64_t seed);

// True when a model is better than the closing line with its whole interval: too good to be true
// until proven (design, section 7).
[[nodiscard]] bool LeakSuspected(const std::vector<ModelEvaluation>& evaluations);

}  // namespace fairline::training
