#include "libs/models/scoreboard.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace fairline::models {
namespace {

Rows ForecastRows(const Forecasts& column, const Rows& rows) {
  Rows forecast;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(forecast),
               [&](std::uint32_t row) { return IsForecast(column.row(row)); });
  return forecast;
}

absl::StatusOr<Comparison> Compare(const MatchTable& matches, const Forecasts& column,
                                   const Forecasts& reference, const Rows& rows,
                                   std::uint64_t seed) {
  const std::vector<OutcomeIndex> results = ResultsOf(matches, rows);
  std::vector<Day> days;
  for (const std::uint32_t row : rows) days.push_back(matches.days[row]);
  const auto by = [&](Score score) {
    return CompareForecasts(score, Select(column, rows), Select(reference, rows), results, days,
                            seed);
  };
  Comparison comparison;
  ASSIGN_OR_RETURN(comparison.log_loss, by(Score::kLogLoss));
  ASSIGN_OR_RETURN(comparison.rps, by(Score::kRankedProbability));
  return comparison;
}

}  // namespace

absl::StatusOr<std::vector<ScoreboardEntry>> MakeScoreboard(const MatchTable& matches,
                                                            const ForecastColumns& columns,
                                                            const Rows& rows, std::uint64_t seed) {
  if (rows.empty()) return InvalidField("rows", "no matches to judge on");
  std::vector<ScoreboardEntry> scoreboard;
  for (const auto& [name, column] : columns) {
    const Rows own = ForecastRows(column, rows);
    if (own.empty()) continue;
    ScoreboardEntry entry{.forecaster = name, .scores = {}, .against = {}};
    ASSIGN_OR_RETURN(entry.scores, Evaluate(Select(column, own), ResultsOf(matches, own)));
    for (const std::string_view reference :
         {kBaseRateColumn, kMarketColumn, kPinnacleColumn, kClosingColumn}) {
      const auto found = columns.find(reference);
      if (found == columns.end() || reference == name) continue;
      const Rows common = ForecastRows(found->second, own);
      if (common.empty()) continue;
      ASSIGN_OR_RETURN(const Comparison comparison,
                       Compare(matches, column, found->second, common, seed));
      entry.against.emplace(reference, comparison);
    }
    scoreboard.push_back(std::move(entry));
  }
  return scoreboard;
}

std::vector<std::string> SuspectedLeaks(const std::vector<ScoreboardEntry>& scoreboard) {
  std::vector<std::string> suspected;
  for (const ScoreboardEntry& entry : scoreboard) {
    const auto closing = entry.against.find(kClosingColumn);
    if (closing != entry.against.end() && closing->second.log_loss.better()) {
      suspected.push_back(entry.forecaster);
    }
  }
  return suspected;
}

}  // namespace fairline::models
