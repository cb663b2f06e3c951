#include "tools/backtest/walk.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "libs/evaluation/scoreboard.hpp"
#include "tools/backtest/kept_forecasts.hpp"

namespace fairline::backtest_files {
namespace {

absl::StatusOr<models::Forecasts> MakeForecasts(const season_files::SeasonMatches& read,
                                                const models::Recipe& recipe,
                                                const WalkRequest& request,
                                                const evaluate::Progress& progress) {
  ASSIGN_OR_RETURN(evaluate::FootballMatches football, evaluate::MakeFootballMatches(read));
  const bool is_line = recipe.Find(request.forecaster) == nullptr &&
                       (request.forecaster == evaluation::kMarketColumn ||
                        request.forecaster == evaluation::kPinnacleColumn);
  if (is_line) return std::move(football.lines.find(request.forecaster)->second);
  evaluate::RunOptions run;
  run.judge.first_season = request.first_season;
  run.judge.last_season = request.last_season;
  run.models = {request.forecaster};
  run.threads = request.threads;
  if (!request.kept.empty()) run.reuse = request.kept / "fits";
  std::vector<evaluate::PoolWeights> weights;
  ASSIGN_OR_RETURN(models::ForecastColumns columns,
                   evaluate::ForecastAll(football, recipe, run, progress, weights));
  const auto column = columns.find(request.forecaster);
  if (column == columns.end()) return models::NoForecasts(read.matches.size(), 3);
  return std::move(column->second);
}

}  // namespace

absl::StatusOr<models::Forecasts> ForecastsOf(const season_files::SeasonMatches& read,
                                              const models::Recipe& recipe,
                                              const WalkRequest& request,
                                              const evaluate::Progress& progress) {
  if (request.kept.empty()) return MakeForecasts(read, recipe, request, progress);
  RETURN_IF_ERROR(OpenKept(request.kept));
  ASSIGN_OR_RETURN(const std::string key,
                   KeyOf(request.data, request.seeds, recipe.json, request.forecaster,
                         request.first_season, request.last_season));
  const std::filesystem::path file = request.kept / "forecasts" / key;
  if (auto kept = FindForecasts(file, read.matches.size(), recipe.outcomes.size())) {
    return *std::move(kept);
  }
  ASSIGN_OR_RETURN(models::Forecasts made, MakeForecasts(read, recipe, request, progress));
  RETURN_IF_ERROR(KeepForecasts(file, made));
  return made;
}

}  // namespace fairline::backtest_files
