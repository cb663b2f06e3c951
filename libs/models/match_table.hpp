#pragma once
// Finished matches side by side, as models learn from them: one row a match, in order of days.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::models {

using Rows = std::vector<std::uint32_t>;  // positions in a table, ascending

struct MatchTable {
  std::size_t outcomes = 3;
  std::size_t feature_count = 0;
  std::vector<float> features;  // the whole catalogue of each match; NaN where unknown
  std::vector<Day> days;
  std::vector<int> seasons;  // the year it starts in
  std::vector<std::int32_t> competitions;
  std::vector<OutcomeIndex> results;

  [[nodiscard]] std::size_t size() const { return results.size(); }
  [[nodiscard]] FeatureMatrix all_features() const { return {features, feature_count}; }
};

// The matches of earlier seasons than `season` that were played before its first day: a delayed
// end of one season never teaches about the start of the next.
[[nodiscard]] Rows RowsBefore(const MatchTable& matches, int season);
[[nodiscard]] Rows RowsOf(const MatchTable& matches, int season);

// Forecasts by the name of who made them, each with a row for every match of one table. A match
// that a forecaster has nothing to say on has a row of NaN.
using ForecastColumns = std::map<std::string, Forecasts, std::less<>>;

[[nodiscard]] inline Forecasts NoForecasts(std::size_t rows, std::size_t outcomes) {
  Forecasts none(rows, outcomes);
  for (double& value : none.values()) value = std::numeric_limits<double>::quiet_NaN();
  return none;
}
[[nodiscard]] inline bool IsForecast(std::span<const double> row) { return row[0] == row[0]; }

// Those of `rows` that the column has forecast.
[[nodiscard]] Rows ForecastRows(const Forecasts& column, const Rows& rows);
// The forecasts of `rows`, in that order.
[[nodiscard]] Forecasts Select(const Forecasts& column, const Rows& rows);
[[nodiscard]] std::vector<OutcomeIndex> ResultsOf(const MatchTable& matches, const Rows& rows);
// `columns` of the catalogue of `rows`, side by side. InvalidArgument for a column beyond it.
[[nodiscard]] absl::StatusOr<std::vector<float>> FeaturesOf(const MatchTable& matches,
                                                            const Rows& rows,
                                                            std::span<const std::uint32_t> columns);

}  // namespace fairline::models
