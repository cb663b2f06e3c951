#pragma once
// Forecasts of goals judged where the files hold odds for them: over and under 2.5 goals, and the
// Asian handicap with its quarter lines, before the match and at the close; and, on the same
// matches, over 3.5 goals and both to score, for which they hold none.

#include <string>
#include <string_view>
#include <vector>

#include "tools/evaluate/football_matches.hpp"
#include "tools/evaluate/line_scores.hpp"

namespace fairline::evaluate {

// A grid of scores for every match: from rates, and where `result` is given moved to the nearest
// grid that agrees with that forecast of home, draw and away (ScoreGrid::WithResult); with
// `meets_total` also with the average price of over 2.5 goals before the match.
struct GridForecaster {
  std::string name;
  const std::vector<ScoreRates>* rates = nullptr;
  const models::Forecasts* result = nullptr;
  bool meets_total = false;
};

// What a served forecast's grid is called that agrees with the winner alone.
inline constexpr std::string_view kWinnerAlone = ".winner_alone";

struct LineBoard {
  std::string market;  // "over 2.5 goals", "Asian handicap", "over 3.5 goals", "both to score"
  std::string line;    // which line was scored: "before the match", "closing", "without odds"
  std::vector<LineEntry> entries;
};

// References are "market" and "pinnacle" before the match, "closing" (Pinnacle's, else the
// average), all power-de-vigged, and "base_rate": how often over happened in the five seasons
// before, or for the handicap, which is made to be even, one half. Forecasters are also set against
// those of the winner alone. Boards without a match are left out.
[[nodiscard]] absl::StatusOr<std::vector<LineBoard>> EvaluateGoalMarkets(
    const FootballMatches& football, const std::vector<GridForecaster>& forecasters,
    const models::Rows& rows, std::uint64_t seed);

}  // namespace fairline::evaluate
