#include "services/training/app/jobs/season_step.hpp"

#include <utility>
#include <vector>

namespace fairline::training {

absl::StatusOr<StepFit> FitAndForecast(const SeasonStep& step, const std::string& name,
                                       const models::FitObserver& observer) {
  const models::MatchTable& matches = step.data.matches;
  StepFit fit{.model = nullptr, .forecasts = ForecastSet(name, matches.outcomes)};
  const models::Rows known = models::RowsBefore(matches, step.season);
  ASSIGN_OR_RETURN(fit.model,
                   step.learner.Fit({.matches = matches,
                                     .season = step.season,
                                     .known = known,
                                     .columns = step.columns,
                                     .absent = step.absent,
                                     .least_matches = step.data.recipe.least_training_matches},
                                    observer));
  if (fit.model == nullptr) return fit;

  const models::Rows wanted = models::RowsOf(matches, step.season);
  std::vector<float> features;
  std::vector<std::int32_t> competitions;
  for (const std::uint32_t row : wanted) {
    const auto values = matches.all_features().row(row);
    features.insert(features.end(), values.begin(), values.end());
    competitions.push_back(matches.competitions[row]);
  }
  models::ForecastColumns columns;
  for (const std::string& read : step.learner.inputs().Forecasts()) {
    const auto column = step.columns.find(read);
    if (column != step.columns.end()) columns.emplace(read, Select(column->second, wanted));
  }
  ASSIGN_OR_RETURN(const models::Forecasts forecasts,
                   fit.model->Forecast({.features = {features, matches.feature_count},
                                        .columns = columns,
                                        .competitions = competitions}));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto forecast = forecasts.row(i);
    if (!models::IsForecast(forecast)) continue;
    fit.forecasts.Append(step.data.match_ids[wanted[i]], matches.days[wanted[i]],
                         matches.results[wanted[i]], forecast);
  }
  return fit;
}

}  // namespace fairline::training
