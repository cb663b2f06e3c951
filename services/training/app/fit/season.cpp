#include "services/training/app/fit/season.hpp"

#include <string>
#include <utility>

#include "libs/models/season_walk.hpp"

namespace fairline::training {

ForecastSet ForecastsOfSeason(const Dataset& dataset, std::string_view forecaster,
                              const models::Forecasts& column, int season) {
  ForecastSet set(std::string(forecaster), dataset.outcomes());
  const auto rows = dataset.seasons().find(season);
  if (rows == dataset.seasons().end()) return set;
  for (const std::uint32_t row : rows->second) {
    if (!models::IsForecast(column.row(row))) continue;
    set.Append(dataset.match_id(row), dataset.date(row), dataset.result(row), column.row(row));
  }
  return set;
}

std::vector<ForecastSet> ServedForecasts(const Dataset& dataset, const Recipe& recipe,
                                         const models::ForecastColumns& columns, int season) {
  std::vector<ForecastSet> sets;
  for (const ModelRecipe& model : recipe.models) {
    const auto column = columns.find(model.name);
    if (model.serve.empty() || column == columns.end()) continue;
    ForecastSet set = ForecastsOfSeason(dataset, model.name, column->second, season);
    if (!set.match_ids.empty()) sets.push_back(std::move(set));
  }
  return sets;
}

absl::StatusOr<std::vector<ForecastSet>> ReferenceForecasts(const Dataset& dataset, int season) {
  ModelRecipe base_rate;
  base_rate.name = kBaseRate;
  base_rate.kind = kBaseRate;
  base_rate.parameters = "{}";
  ASSIGN_OR_RETURN(auto learner, models::MakeLearner(base_rate, {}, dataset.outcomes(), 0));
  models::ForecastColumns columns;
  RETURN_IF_ERROR(models::WalkSeasons(dataset.table(),
                                      {{.name = base_rate.name,
                                        .learner = std::move(learner),
                                        .identity = base_rate.name,
                                        .first_season = season}},
                                      {.last_season = season}, columns));
  std::vector<ForecastSet> sets;
  sets.push_back(ForecastsOfSeason(dataset, kBaseRate, columns.find(kBaseRate)->second, season));
  sets.push_back(ForecastsOfSeason(dataset, kMarket, dataset.market(), season));
  sets.push_back(ForecastsOfSeason(dataset, kClosing, dataset.closing(), season));
  return sets;
}

}  // namespace fairline::training
