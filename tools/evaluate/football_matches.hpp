#pragma once
// The season files of a folder as the table that models learn from, with the bookmakers' lines.

#include <filesystem>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/models/dixon_coles.hpp"
#include "libs/models/match_table.hpp"
#include "tools/bench/season_matches.hpp"

namespace fairline::evaluate {

// Weekly refitted Dixon-Coles models: one of goals, one mostly of what shots were worth.
inline constexpr std::string_view kDixonColesColumn = "dixon_coles";
inline constexpr std::string_view kShotsDixonColesColumn = "dixon_coles.shots";

struct FootballMatches {
  models::MatchTable table;
  // Power-de-vigged: "market" is the pre-match average, "pinnacle" Pinnacle's pre-match line,
  // "closing" Pinnacle's closing line, else the average one.
  models::ForecastColumns lines;
  std::vector<features::Feature> catalogue;
  std::vector<bench::Competition> competitions;
  // Row by row as in the table.
  std::vector<features::Match> matches;
  std::vector<bench::TotalLines> totals;
};

[[nodiscard]] absl::StatusOr<FootballMatches> ReadFootballMatches(
    const std::filesystem::path& data, const std::filesystem::path& seeds);

struct DixonColesVariant {
  std::string_view column;
  double shots_share = 0.0;  // of what is learned from a match: the goals its shots were worth
  models::DixonColesParameters parameters;
};
[[nodiscard]] std::vector<DixonColesVariant> DixonColesVariants();

// The rates before every match by a model refitted each week.
[[nodiscard]] absl::StatusOr<std::vector<models::GoalRates>> DixonColesRates(
    const FootballMatches& football, const DixonColesVariant& variant);
// Home, draw, away by those rates.
[[nodiscard]] models::Forecasts ResultForecasts(const std::vector<models::GoalRates>& rates);

// Positions in the catalogue of the features of `blocks`.
[[nodiscard]] std::vector<std::uint32_t> ColumnsOf(const std::vector<features::Feature>& catalogue,
                                                   const std::vector<features::Block>& blocks);

// Rows of seasons `first` to `last` that have a line in `market`; `codes` of competitions, or all
// when empty.
[[nodiscard]] models::Rows RowsToJudge(const FootballMatches& football,
                                       const models::Forecasts& market, int first, int last,
                                       const std::vector<std::string>& codes);

}  // namespace fairline::evaluate
