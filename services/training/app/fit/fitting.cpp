#include "services/training/app/fit/fitting.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace fairline::training {

models::WalkOptions Fitter::Options(const Recipe& recipe, int last_season,
                                    const Observer& observer) const {
  return {.last_season = last_season,
          .threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency())),
          .least_matches = recipe.least_training_matches,
          .observer = observer,
          .cache = &checkpoints_,
          .code_version = code_version_};
}

models::ForecastColumns Fitter::Lines() const {
  models::ForecastColumns columns;
  columns.emplace(models::kMarketLine, dataset_.market());
  return columns;
}

absl::StatusOr<models::ForecastColumns> Fitter::Walk(const Recipe& recipe, int first_season,
                                                     int last_season,
                                                     const std::vector<std::string>& models,
                                                     const Observer& observer) const {
  ASSIGN_OR_RETURN(auto learners, models::MakeLearners(recipe, dataset_.catalogue(), first_season));
  if (!models.empty()) learners = models::NeededFor(models, std::move(learners));
  models::ForecastColumns columns = Lines();
  RETURN_IF_ERROR(models::WalkSeasons(dataset_.table(), learners,
                                      Options(recipe, last_season, observer), columns));
  return columns;
}

absl::StatusOr<Fitter::Fitted> Fitter::WalkAndFit(const Recipe& recipe, int first_season,
                                                  const Observer& observer) const {
  ASSIGN_OR_RETURN(const auto learners,
                   models::MakeLearners(recipe, dataset_.catalogue(), first_season));
  Fitted fitted{.columns = Lines(), .models = {}};
  const int last_season = dataset_.seasons().empty() ? 0 : dataset_.seasons().rbegin()->first;
  ASSIGN_OR_RETURN(fitted.models, models::WalkSeasonsAndFit(dataset_.table(), learners,
                                                            Options(recipe, last_season, observer),
                                                            fitted.columns));
  return fitted;
}

}  // namespace fairline::training
