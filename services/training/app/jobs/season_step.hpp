#pragma once
// One step of a walk-forward: a model is fitted on what is known before a season and forecasts it.

#include <memory>
#include <set>
#include <string>

#include "libs/core/status.hpp"
#include "libs/models/recipe.hpp"
#include "services/training/app/jobs/job_data.hpp"

namespace fairline::training {

struct SeasonStep {
  const JobData& data;
  const models::Learner& learner;
  int season = 0;
  // Every forecast that the learner reads, all made out of sample.
  const models::ForecastColumns& columns;
  // Of what it reads, the models that had too little to learn from before the season.
  const std::set<std::string, std::less<>>& absent;
};

struct StepFit {
  std::shared_ptr<const models::Model> model;  // null when there was too little to learn from
  ForecastSet forecasts;                       // of the season; empty without a model
};

// Runs on the calling thread. Same step, same bits. Errors of Learner::Fit and Model::Forecast.
[[nodiscard]] absl::StatusOr<StepFit> FitAndForecast(const SeasonStep& step,
                                                     const std::string& name,
                                                     const models::FitObserver& observer);

}  // namespace fairline::training
