#pragma once
// One step of a walk-forward: everything before a season is learned from, the season is forecast.

#include <functional>
#include <optional>
#include <vector>

#include "libs/core/status.hpp"
#include "services/training/app/fitting.hpp"
#include "services/training/app/forecast_set.hpp"

namespace fairline::training {

// The usable matches of `season`, forecast by a model that saw nothing of it.
[[nodiscard]] absl::StatusOr<ForecastSet> ForecastSeason(const Dataset& dataset,
                                                         const ModelRecipe& recipe,
                                                         const models::OutcomeModel& model,
                                                         int season);

// A model and what it forecast out of sample, uncalibrated, for calibrating its successors.
struct SeasonFit {
  models::OutcomeModel model;  // fitted before `season`, calibrated on the season before it
  ForecastSet raw;             // uncalibrated forecasts of `season`
  ForecastSet calibrated;      // the same, calibrated: what is judged
  std::optional<ForecastSet> raw_before;  // uncalibrated, of the season before, by an older fit
};

// Fits before `season`; calibrates on forecasts of the season before it, made by a fit before that
// one (the identity when the past is too short). nullopt when fewer than `least_matches` can be
// learned from, or the season has none to forecast. The observer counts rounds over both fits.
[[nodiscard]] absl::StatusOr<std::optional<SeasonFit>> FitSeason(
    const Fitter& fitter, const ModelRecipe& recipe, int season, std::int64_t least_matches,
    const models::RoundObserver& observer);

// Calibration from out-of-sample forecasts, anchored where the model is.
[[nodiscard]] absl::StatusOr<models::Calibration> CalibrateOn(const Dataset& dataset,
                                                              const ModelRecipe& recipe,
                                                              const ForecastSet& raw);

// The season as forecast by those who need no fit: the base rate by competition (counted before
// the season), the market and the closing line. A set is empty when no match has its line.
[[nodiscard]] std::vector<ForecastSet> ReferenceForecasts(const Dataset& dataset, int season);

}  // namespace fairline::training
