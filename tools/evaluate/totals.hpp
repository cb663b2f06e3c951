#pragma once
// The goals models judged on over and under 2.5 goals, as they follow from the grid of scores.

#include <map>
#include <string_view>
#include <vector>

#include "tools/evaluate/football_matches.hpp"

namespace fairline::evaluate {

struct TotalsMatches {
  models::MatchTable table;  // outcomes over, under; row by row as the football's, no features
  models::ForecastColumns columns;  // the lines, each Dixon-Coles model, base rate and their pool
};

// `rates` of the variants, by column. Seasons `first` to `last` are walked forward through.
[[nodiscard]] absl::StatusOr<TotalsMatches> ForecastTotals(
    const FootballMatches& football,
    const std::map<std::string_view, std::vector<ScoreRates>>& rates, int first, int last);

}  // namespace fairline::evaluate
