#pragma once
// Forecasts of goals judged where the files hold odds for them: over and under 2.5 goals, and the
// Asian handicap with its quarter lines, before the match and at the close.

#include <string>
#include <vector>

#include "tools/evaluate/football_matches.hpp"
#include "tools/evaluate/line_scores.hpp"

namespace fairline::evaluate {

// A grid of scores for every match: from rates, and where `result` is given moved to the nearest
// grid that agrees with that forecast of home, draw and away (ScoreGrid::WithResult).
struct GridForecaster {
  std::string name;
  const std::vector<ScoreRates>* rates = nullptr;
  const models::Forecasts* result = nullptr;
};

struct LineBoard {
  std::string market;  // "over 2.5 goals", "Asian handicap"
  std::string line;    // which line was scored: "before the match", "closing"
  std::vector<LineEntry> entries;
};

// References are "market" and "pinnacle" before the match, "closing" (Pinnacle's, else the
// average), all power-de-vigged, and "base_rate": how often over happened in the five seasons
// before, or for the handicap, which is made to be even, one half. Boards without a match are left
// out.
[[nodiscard]] absl::StatusOr<std::vector<LineBoard>> JudgeGoalMarkets(
    const FootballMatches& football, const std::vector<GridForecaster>& forecasters,
    const models::Rows& rows, std::uint64_t seed);

}  // namespace fairline::evaluate
