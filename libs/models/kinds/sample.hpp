#pragma once
// What a fit or a forecast of a model on features reads, side by side.

#include <functional>
#include <optional>
#include <vector>

#include "libs/models/learner.hpp"

namespace fairline::models {

struct Sample {
  Rows rows;                    // those that can be used
  std::vector<float> features;  // of these rows, the model's columns
  std::vector<OutcomeIndex> labels;
  std::vector<Day> days;
  std::optional<Forecasts> anchors;

  [[nodiscard]] const Forecasts* anchor() const { return anchors ? &*anchors : nullptr; }
};

// The known rows that `learner` learns from and that have its anchor, when there is one. Empty
// where they are fewer than step.least_matches, or the anchor is absent.
[[nodiscard]] absl::StatusOr<Sample> LearnFrom(const FitStep& step, const Learner& learner);

// The rows to be forecast that have the anchor, when there is one; without labels and days.
[[nodiscard]] absl::StatusOr<Sample> ForecastFrom(const ForecastInput& input,
                                                  const ModelInputs& inputs);

// `forecasts` of some rows at their places among `rows`; NaN elsewhere.
[[nodiscard]] Forecasts Spread(Forecasts forecasts, const Rows& at, std::size_t rows);

// The column of a forecast; NotFound.
[[nodiscard]] absl::StatusOr<const Forecasts*> FindColumn(const ForecastColumns& columns,
                                                          std::string_view name);

// The known rows of the `seasons` before the step's, no earlier than the learner learns from, that
// every column forecasts: what a combination of forecasts is fitted on.
[[nodiscard]] Rows RowsForecastByAll(const FitStep& step, const Learner& learner, int seasons,
                                     const std::vector<const Forecasts*>& columns);

}  // namespace fairline::models
