#include "tools/challenge/forecast.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "libs/models/season_walk.hpp"

namespace fairline::challenge {
namespace {

absl::StatusOr<models::ForecastColumns> Walk(const ChallengeMatches& matches,
                                             const models::Recipe& recipe, int first, int last,
                                             const ForecastOptions& options) {
  std::vector<models::CatalogueColumn> catalogue;
  for (const features::Feature& feature : matches.catalogue) {
    catalogue.push_back(
        {std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  ASSIGN_OR_RETURN(const auto learners, models::MakeLearners(recipe, catalogue, first));
  models::WalkOptions walk;
  walk.last_season = last;
  walk.threads = options.threads;
  walk.least_matches = recipe.least_training_matches;
  walk.observer = [&](const models::WalkProgress& progress) {
    if (!options.observer) return true;
    const double total = static_cast<double>(std::max<std::int64_t>(progress.total, 1));
    return options.observer(static_cast<double>(progress.done) / total,
                            fmt::format("{} of {}", progress.model, progress.season));
  };
  models::ForecastColumns columns;
  RETURN_IF_ERROR(models::WalkSeasons(matches.table, learners, walk, columns));
  return columns;
}

absl::StatusOr<YearScore> ScoreOf(const ChallengeMatches& matches,
                                  const models::ForecastColumns& columns,
                                  const models::Recipe& recipe, int year,
                                  const models::Rows& rows) {
  YearScore score{.year = year, .models = {}};
  const auto results = models::ResultsOf(matches.table, rows);
  for (const models::ModelRecipe& model : recipe.models) {
    const auto column = columns.find(model.name);
    if (column == columns.end()) continue;
    const models::Forecasts forecasts = models::Select(column->second, rows);
    if (!models::IsForecast(forecasts.row(0))) continue;
    ASSIGN_OR_RETURN(evaluation::Evaluation evaluation, evaluation::Evaluate(forecasts, results));
    score.models.emplace_back(model.name, std::move(evaluation));
  }
  return score;
}

}  // namespace

absl::StatusOr<std::vector<Probabilities>> ForecastFixtures(const ChallengeMatches& matches,
                                                            const models::Recipe& recipe,
                                                            const ForecastOptions& options) {
  const models::ModelRecipe* const served = recipe.Serving(models::kNoOdds);
  if (served == nullptr) return InvalidField("recipe", "serves no model without odds");
  ASSIGN_OR_RETURN(const auto columns,
                   Walk(matches, recipe, matches.last_season, matches.last_season, options));
  const auto column = columns.find(served->name);
  std::vector<Probabilities> forecasts;
  for (const std::size_t fixture : matches.fixture_rows) {
    if (column == columns.end() || !models::IsForecast(column->second.row(fixture))) {
      return absl::FailedPreconditionError("too few results to learn from");
    }
    const auto row = column->second.row(fixture);
    forecasts.push_back({row[0], row[1], row[2]});
  }
  return forecasts;
}

absl::StatusOr<std::vector<YearScore>> EvaluateYears(const ChallengeMatches& matches,
                                                     const models::Recipe& recipe, int first,
                                                     int last, const ForecastOptions& options) {
  ASSIGN_OR_RETURN(const auto columns, Walk(matches, recipe, first, last, options));
  std::vector<YearScore> scores;
  models::Rows all;
  for (int year = first; year <= last; ++year) {
    const models::Rows rows = RowsWithinHorizon(matches, year);
    if (rows.empty()) continue;
    all.insert(all.end(), rows.begin(), rows.end());
    ASSIGN_OR_RETURN(scores.emplace_back(), ScoreOf(matches, columns, recipe, year, rows));
  }
  if (all.empty()) return InvalidField("judge", "no match was played as far ahead in these years");
  ASSIGN_OR_RETURN(scores.emplace_back(), ScoreOf(matches, columns, recipe, 0, all));
  return scores;
}

}  // namespace fairline::challenge
