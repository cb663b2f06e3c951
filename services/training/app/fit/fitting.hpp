#pragma once
// The models of a recipe, fitted on a dataset: walked forward over seasons and, to be served, once
// more on everything. Fits survive a crash in a checkpoint store and are never done twice.

#include <functional>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/season_walk.hpp"
#include "services/training/app/fit/dataset.hpp"
#include "services/training/app/fit/recipe.hpp"

namespace fairline::training {

using CheckpointStore = models::FitCache;

class Fitter {
 public:
  // Takes progress, from several threads but one at a time; false cancels.
  using Observer = std::function<bool(const models::WalkProgress&)>;

  // All must outlive the fitter. `code_version` is part of every checkpoint's key.
  Fitter(const Dataset& dataset, CheckpointStore& checkpoints, std::string code_version)
      : dataset_(dataset), checkpoints_(checkpoints), code_version_(std::move(code_version)) {}

  // Out-of-sample forecasts of seasons from `first_season` to `last_season` by the models named, or
  // all when none is, and of what these build on, which begins earlier: one column each, row by row
  // as the dataset, with the market line. Independent fits run side by side on all processors.
  // Errors of models::WalkSeasons.
  [[nodiscard]] absl::StatusOr<models::ForecastColumns> Walk(const Recipe& recipe, int first_season,
                                                             int last_season,
                                                             const std::vector<std::string>& models,
                                                             const Observer& observer = {}) const;

  struct Fitted {
    models::ForecastColumns columns;          // as Walk, to the last season of the dataset
    std::vector<models::FittedModel> models;  // of everything known; in the recipe's order
  };
  [[nodiscard]] absl::StatusOr<Fitted> WalkAndFit(const Recipe& recipe, int first_season,
                                                  const Observer& observer = {}) const;

  [[nodiscard]] const Dataset& dataset() const { return dataset_; }

 private:
  [[nodiscard]] models::WalkOptions Options(const Recipe& recipe, int last_season,
                                            const Observer& observer) const;
  [[nodiscard]] models::ForecastColumns Lines() const;

  const Dataset& dataset_;
  CheckpointStore& checkpoints_;
  std::string code_version_;
};

}  // namespace fairline::training
