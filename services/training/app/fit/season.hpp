#pragma once
// One season of a walk-forward, as it is judged and kept.

#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "services/training/app/fit/dataset.hpp"
#include "services/training/app/fit/forecast_set.hpp"
#include "services/training/app/fit/recipe.hpp"

namespace fairline::training {

// What `column` says of the season's matches, those without a forecast left out.
[[nodiscard]] ForecastSet ForecastsOfSeason(const Dataset& dataset, std::string_view forecaster,
                                            const models::Forecasts& column, int season);

// The sets of the models that `recipe` serves, from the columns of a walk; empty ones left out.
[[nodiscard]] std::vector<ForecastSet> ServedForecasts(const Dataset& dataset, const Recipe& recipe,
                                                       const models::ForecastColumns& columns,
                                                       int season);

// The season as forecast by those who need no recipe: the base rate by competition (counted before
// the season), the market and the closing line. A set is empty when no match has its line.
[[nodiscard]] absl::StatusOr<std::vector<ForecastSet>> ReferenceForecasts(const Dataset& dataset,
                                                                          int season);

}  // namespace fairline::training
