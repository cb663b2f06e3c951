#pragma once
// The season files of a folder as the table that models learn from, with the bookmakers' lines.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/models/match_table.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::evaluate {

struct FootballMatches {
  models::MatchTable table;
  // Power-de-vigged: "market" is the pre-match average, "pinnacle" Pinnacle's pre-match line,
  // "closing" Pinnacle's closing line, else the average one.
  models::ForecastColumns lines;
  std::vector<features::Feature> catalogue;
  std::vector<season_files::Competition> competitions;
  // Row by row as in the table.
  std::vector<features::Match> matches;
  std::vector<season_files::MatchPrices> prices;
};

// Replays the matches into features and takes the margins out of the lines.
[[nodiscard]] absl::StatusOr<FootballMatches> MakeFootballMatches(season_files::SeasonMatches read);

struct ScoreRates {   // NaN where a model has nothing to say
  double home = 0.0;  // expected goals
  double away = 0.0;
  double rho = 0.0;
};

// Rows of seasons `first` to `last` that have a line in `market`; `codes` of competitions, or all
// when empty.
[[nodiscard]] models::Rows RowsToEvaluate(const FootballMatches& football,
                                          const models::Forecasts& market, int first, int last,
                                          const std::vector<std::string>& codes);

}  // namespace fairline::evaluate
