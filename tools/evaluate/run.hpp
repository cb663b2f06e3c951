#pragma once
// One evaluation from matches to judgement.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "libs/models/recipe.hpp"
#include "tools/evaluate/judge.hpp"

namespace fairline::evaluate {

struct RunOptions {
  EvaluateOptions judge;
  std::vector<std::string> models;  // of the recipe; empty for all
  std::filesystem::path reuse;      // folder of fits kept between runs, made; empty for none
  int threads = 2;
  bool plant_leak = false;
};

// Takes the progress of the fits, from several threads but one at a time.
using Progress = std::function<void(std::string_view model, int season, double share_done)>;

// The forecasts of each model chosen and of what it builds on, with the lines; adds the weights of
// the pools among them to `weights`.
[[nodiscard]] absl::StatusOr<models::ForecastColumns> ForecastAll(
    const FootballMatches& football, const models::Recipe& recipe, const RunOptions& options,
    const Progress& progress, std::vector<PoolWeights>& weights);

// Errors: NotFound for a model that the recipe has not, and those of Judge; whatever a fit says.
[[nodiscard]] absl::StatusOr<Judgement> Evaluate(FootballMatches football,
                                                 const models::Recipe& recipe,
                                                 const RunOptions& options,
                                                 const Progress& progress);

}  // namespace fairline::evaluate
