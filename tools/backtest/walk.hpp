#pragma once
// The forecasts that a backtest replays: each season's by models fitted on what was played before
// it, made anew or as kept.

#include <filesystem>
#include <string>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"
#include "libs/models/recipe.hpp"
#include "tools/evaluate/run.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::backtest_files {

struct WalkRequest {
  std::filesystem::path data;
  std::filesystem::path seeds;
  std::filesystem::path kept;  // folder of what is kept between runs; empty for none
  std::string forecaster;
  int first_season = 0;
  int last_season = 0;
  int threads = 2;
};

// One row a match of `read`, NaN where there is no forecast. Errors: NotFound for a forecaster that
// the recipe has not; whatever a fit says.
[[nodiscard]] absl::StatusOr<models::Forecasts> ForecastsOf(const season_files::SeasonMatches& read,
                                                            const models::Recipe& recipe,
                                                            const WalkRequest& request,
                                                            const evaluate::Progress& progress);

}  // namespace fairline::backtest_files
