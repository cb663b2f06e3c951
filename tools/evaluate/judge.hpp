#pragma once
// From forecasts of football matches to a Judgement.

#include <string>
#include <vector>

#include "tools/evaluate/football_matches.hpp"
#include "tools/evaluate/judgement.hpp"

namespace fairline::evaluate {

struct EvaluateOptions {
  int first_season = 0;
  int last_season = 0;
  std::vector<std::string> competitions;  // codes; empty for all
  bool by_month = false;
};

// `columns` are the forecasts of football.table, the lines among them; `grids` those that also
// forecast goals. Fills everything but `recipe`, `served` and `pool_weights`, which the caller
// knows; edges are judged for `served`. NotFound when no match has a market line, or a competition
// has none.
[[nodiscard]] absl::StatusOr<Judgement> Evaluate(const FootballMatches& football,
                                                 const models::ForecastColumns& columns,
                                                 const std::vector<GridForecaster>& grids,
                                                 const std::vector<std::string>& served,
                                                 const EvaluateOptions& options);

}  // namespace fairline::evaluate
