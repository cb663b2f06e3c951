#include "libs/models/walk_forward.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::models {
namespace {

absl::Status Store(const Rows& rows, const Forecasts& forecasts, Forecasts& column) {
  if (forecasts.rows() != rows.size() || forecasts.outcomes() != column.outcomes()) {
    return absl::InternalError(fmt::format("{} forecasts of {} outcomes for {} matches of {}",
                                           forecasts.rows(), forecasts.outcomes(), rows.size(),
                                           column.outcomes()));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = forecasts.row(i);
    std::copy(row.begin(), row.end(), column.row(rows[i]).begin());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WalkForward(const MatchTable& matches, const std::vector<NamedForecaster>& forecasters,
                         int last_season, ForecastColumns& columns,
                         const WalkForwardObserver& observer) {
  for (const auto& [name, column] : columns) {
    if (column.rows() != matches.size() || column.outcomes() != matches.outcomes) {
      return InvalidField("columns", name + " does not have a row for every match");
    }
  }
  int season = last_season;
  for (const NamedForecaster& each : forecasters) {
    season = std::min(season, each.first_season);
    const bool is_new =
        columns.try_emplace(each.name, NoForecasts(matches.size(), matches.outcomes)).second;
    if (!is_new) return InvalidField("forecasters", "two are named " + each.name);
  }
  for (; season <= last_season; ++season) {
    const Rows known = RowsBefore(matches, season);
    const Rows wanted = RowsOf(matches, season);
    if (wanted.empty()) continue;
    for (const auto& [name, forecaster, first_season] : forecasters) {
      if (season < first_season) continue;
      if (observer && !observer(name, season)) return absl::CancelledError("walk-forward");
      const auto forecasts = forecaster->Forecast({matches, season, known, wanted, columns});
      const std::string context = fmt::format("{} of season {}", name, season);
      RETURN_IF_ERROR(WithContext(forecasts.status(), context));
      RETURN_IF_ERROR(WithContext(Store(wanted, *forecasts, columns.find(name)->second), context));
    }
  }
  return absl::OkStatus();
}

}  // namespace fairline::models
