#include "services/training/app/fit/forecast_set.hpp"

#include <algorithm>
#include <unordered_map>

namespace fairline::training {
namespace {

constexpr std::string_view kReferences[] = {kBaseRate, kMarket, kClosing, kChampion};

bool IsReference(std::string_view forecaster) {
  return std::find(std::begin(kReferences), std::end(kReferences), forecaster) !=
         std::end(kReferences);
}

}  // namespace

void ForecastSet::Append(std::int64_t match_id, Day date, models::OutcomeIndex result,
                         std::span<const double> probabilities) {
  match_ids.push_back(match_id);
  dates.push_back(date);
  results.push_back(result);
  forecasts.Append(probabilities);
}

void ForecastSet::Append(const ForecastSet& later) {
  for (std::size_t i = 0; i < later.match_ids.size(); ++i) {
    Append(later.match_ids[i], later.dates[i], later.results[i], later.forecasts.row(i));
  }
}

absl::StatusOr<std::optional<Comparison>> Compare(const ForecastSet& model,
                                                  const ForecastSet& reference,
                                                  std::uint64_t seed) {
  std::unordered_map<std::int64_t, std::size_t> rows;
  for (std::size_t i = 0; i < reference.match_ids.size(); ++i) rows[reference.match_ids[i]] = i;
  const std::size_t outcomes = model.forecasts.outcomes();
  ForecastSet ours(model.forecaster, outcomes);
  models::Forecasts theirs(outcomes);
  for (std::size_t i = 0; i < model.match_ids.size(); ++i) {
    const auto row = rows.find(model.match_ids[i]);
    if (row == rows.end()) continue;
    ours.Append(model.match_ids[i], model.dates[i], model.results[i], model.forecasts.row(i));
    theirs.Append(reference.forecasts.row(row->second));
  }
  if (ours.match_ids.empty()) return std::nullopt;
  Comparison comparison{.against = reference.forecaster, .log_loss = {}, .rps = {}};
  ASSIGN_OR_RETURN(comparison.log_loss,
                   evaluation::CompareForecasts(evaluation::Score::kLogLoss, ours.forecasts, theirs,
                                                ours.results, ours.dates, seed));
  ASSIGN_OR_RETURN(comparison.rps, evaluation::CompareForecasts(
                                       evaluation::Score::kRankedProbability, ours.forecasts,
                                       theirs, ours.results, ours.dates, seed));
  return comparison;
}

absl::StatusOr<std::vector<ModelEvaluation>> EvaluateForecasts(const std::vector<ForecastSet>& sets,
                                                               int season_start,
                                                               std::uint64_t seed) {
  std::vector<ModelEvaluation> evaluations;
  for (const ForecastSet& set : sets) {
    if (set.match_ids.empty()) continue;
    ModelEvaluation evaluation{
        .model = set.forecaster, .season_start = season_start, .scores = {}, .comparisons = {}};
    ASSIGN_OR_RETURN(evaluation.scores, evaluation::Evaluate(set.forecasts, set.results));
    for (const ForecastSet& reference : sets) {
      if (&reference == &set || !IsReference(reference.forecaster)) continue;
      ASSIGN_OR_RETURN(const auto comparison, Compare(set, reference, seed));
      if (comparison) evaluation.comparisons.push_back(*comparison);
    }
    evaluations.push_back(std::move(evaluation));
  }
  return evaluations;
}

bool LeakSuspected(const std::vector<ModelEvaluation>& evaluations) {
  return std::any_of(evaluations.begin(), evaluations.end(), [](const ModelEvaluation& e) {
    if (IsReference(e.model)) return false;
    return std::any_of(e.comparisons.begin(), e.comparisons.end(), [](const Comparison& c) {
      return c.against == kClosing && c.log_loss.better();
    });
  });
}

}  // namespace fairline::training
