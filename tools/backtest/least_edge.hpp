#pragma once
// The least edge that the closing line does not refute. Closing-line value says within two seasons
// what profit says within twenty.

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "libs/backtest/plan.hpp"
#include "libs/core/date.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::backtest_files {

struct JudgedSeason {
  int start = 0;
  Day last_day;  // of its matches in the files
};
// The earlier one first.
using JudgedSeasons = std::array<JudgedSeason, 2>;

// The last two seasons that are over: a later one has begun, or nothing was played for 60 days
// before `today`, as walk-forwards take it. NotFound when there are not two.
[[nodiscard]] absl::StatusOr<JudgedSeasons> LastSeasons(const season_files::SeasonMatches& read,
                                                        Day today);

// 0 to 10 % by 1 %.
[[nodiscard]] std::vector<double> TriedEdges();

using ClosingLineValue = std::optional<backtest::Interval>;  // none: no bet with a closing line

struct TriedEdge {
  double min_edge = 0.0;
  std::int64_t bets = 0;
  backtest::Interval yield = {};
  ClosingLineValue closing_line_value = {};        // over both seasons
  std::array<ClosingLineValue, 2> by_season = {};  // of each
};

// What comes of settings with rising edges; asked for both seasons and for each.
using Replay = std::function<absl::StatusOr<std::vector<backtest::Summary>>(
    std::span<const backtest::Settings>)>;
[[nodiscard]] absl::StatusOr<std::vector<TriedEdge>> TryEdges(
    const JudgedSeasons& seasons, std::vector<backtest::Settings> variants, const Replay& replay);

// The smallest edge whose mean closing-line value was below 0 in neither season; none when there is
// no such edge.
[[nodiscard]] std::optional<double> LeastEdge(std::span<const TriedEdge> tried);

[[nodiscard]] std::string ToText(const JudgedSeasons& seasons, std::span<const TriedEdge> tried);
[[nodiscard]] nlohmann::json ToJson(const JudgedSeasons& seasons, std::span<const TriedEdge> tried);

}  // namespace fairline::backtest_files
