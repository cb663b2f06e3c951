#include "libs/models/match_table.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace fairline::models {

Rows RowsOf(const MatchTable& matches, int season) {
  Rows rows;
  for (std::uint32_t i = 0; i < matches.size(); ++i) {
    if (matches.seasons[i] == season) rows.push_back(i);
  }
  return rows;
}

Rows RowsBefore(const MatchTable& matches, int season) {
  const auto first = std::find(matches.seasons.begin(), matches.seasons.end(), season);
  const Day begin = first == matches.seasons.end()
                        ? Day::max()
                        : matches.days[static_cast<std::size_t>(first - matches.seasons.begin())];
  Rows rows;
  for (std::uint32_t i = 0; i < matches.size(); ++i) {
    if (matches.seasons[i] < season && matches.days[i] < begin) rows.push_back(i);
  }
  return rows;
}

Rows ForecastRows(const Forecasts& column, const Rows& rows) {
  Rows forecast;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(forecast),
               [&](std::uint32_t row) { return IsForecast(column.row(row)); });
  return forecast;
}

Forecasts Select(const Forecasts& column, const Rows& rows) {
  Forecasts selected(column.outcomes());
  for (const std::uint32_t row : rows) selected.Append(column.row(row));
  return selected;
}

std::vector<OutcomeIndex> ResultsOf(const MatchTable& matches, const Rows& rows) {
  std::vector<OutcomeIndex> results;
  results.reserve(rows.size());
  for (const std::uint32_t row : rows) results.push_back(matches.results[row]);
  return results;
}

absl::StatusOr<std::vector<float>> FeaturesOf(const MatchTable& matches, const Rows& rows,
                                              std::span<const std::uint32_t> columns) {
  if (std::any_of(columns.begin(), columns.end(),
                  [&](std::uint32_t column) { return column >= matches.feature_count; })) {
    return InvalidField("columns", fmt::format("rows hold {} features", matches.feature_count));
  }
  std::vector<float> gathered;
  gathered.reserve(rows.size() * columns.size());
  for (const std::uint32_t row : rows) {
    const auto features = matches.all_features().row(row);
    for (const std::uint32_t column : columns) gathered.push_back(features[column]);
  }
  return gathered;
}

}  // namespace fairline::models
