#pragma once
// Judging by walking forward: each season is forecast by models that saw only what came before it,
// and then, to be served, each model is fitted once more on everything known. Independent fits run
// side by side, each on one thread; the bits do not depend on how many.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/fit_cache.hpp"
#include "libs/models/recipe.hpp"

namespace fairline::models {

struct WalkProgress {
  std::string_view model;
  int season = 0;         // 0 for the fit on everything
  std::int64_t done = 0;  // of the whole walk, in units of work
  std::int64_t total = 0;
};

struct WalkOptions {
  int last_season = 0;
  int threads = 1;
  std::int64_t least_matches = 1;  // no model is fitted on fewer
  // Takes progress, from several threads but one at a time; false cancels.
  std::function<bool(const WalkProgress&)> observer = {};
  // Takes each model that was fitted for a season, likewise one at a time; may be empty.
  std::function<void(std::string_view model, int season, const Model& fitted)> fitted = {};
  // Fits are looked up and kept here, unless null. `code_version` is part of every key.
  FitCache* cache = nullptr;
  std::string code_version = {};
};

// A model that is served, with what its fit saw.
struct FittedModel {
  std::string name;
  std::shared_ptr<const Model> model;
  std::int64_t matches = 0;
  Day first_day{};
  Day last_day{};
};

// Adds to `columns` what each learner says of the seasons from its first to options.last_season;
// what is not forecast is NaN. `columns` holds the market line and whatever else the learners read;
// a column that is there under a learner's name is replaced. Later learners build on the columns of
// earlier ones, of which they see out-of-sample forecasts alone. Errors: InvalidArgument when two
// learners have one name or a column's size is wrong, Cancelled, or a learner's own with its name
// and season.
[[nodiscard]] absl::Status WalkSeasons(const MatchTable& matches,
                                       const std::vector<NamedLearner>& learners,
                                       const WalkOptions& options, ForecastColumns& columns);

// WalkSeasons, and beside it each learner fitted on all matches, bootstrap refits included. The
// models that could be fitted, in order; those that combine forecasts are fitted on the columns.
[[nodiscard]] absl::StatusOr<std::vector<FittedModel>> WalkSeasonsAndFit(
    const MatchTable& matches, const std::vector<NamedLearner>& learners,
    const WalkOptions& options, ForecastColumns& columns);

}  // namespace fairline::models
