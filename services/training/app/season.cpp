#include "services/training/app/season.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace fairline::training {
namespace {

// Outcome frequencies of a competition, drawn toward those of all competitions as if this many
// matches of it had been played at the common rate.
constexpr double kPriorMatches = 20.0;

ForecastSet LinesOfSeason(const Dataset& dataset, int season, std::string_view name,
                          const models::Forecasts& lines,
                          const std::function<bool(std::size_t)>& present) {
  ForecastSet set(std::string(name), dataset.outcomes());
  for (const std::uint32_t row : dataset.seasons().at(season)) {
    if (!present(row)) continue;
    set.Append(dataset.match_id(row), dataset.date(row), dataset.result(row), lines.row(row));
  }
  return set;
}

ForecastSet BaseRates(const Dataset& dataset, int season) {
  const std::size_t outcomes = dataset.outcomes();
  std::vector<double> overall(outcomes, 1.0);
  std::map<std::int32_t, std::vector<double>> by_competition;
  double matches = static_cast<double>(outcomes);
  for (const std::uint32_t row : dataset.Before(season)) {
    const models::OutcomeIndex result = dataset.result(row);
    overall[result] += 1.0;
    matches += 1.0;
    by_competition.try_emplace(dataset.competition(row), outcomes, 0.0).first->second[result] +=
        1.0;
  }
  ForecastSet set(std::string(kBaseRate), outcomes);
  for (const std::uint32_t row : dataset.seasons().at(season)) {
    const auto counts = by_competition.find(dataset.competition(row));
    std::vector<double> rate(outcomes);
    double total = 0.0;
    for (std::size_t k = 0; k < outcomes; ++k) {
      const double own = counts == by_competition.end() ? 0.0 : counts->second[k];
      total += rate[k] = own + kPriorMatches * overall[k] / matches;
    }
    for (double& probability : rate) probability /= total;
    set.Append(dataset.match_id(row), dataset.date(row), dataset.result(row), rate);
  }
  return set;
}

// The last season with matches before `season`.
std::optional<int> SeasonBefore(const Dataset& dataset, int season) {
  const auto first = dataset.seasons().lower_bound(season);
  if (first == dataset.seasons().begin()) return std::nullopt;
  return std::prev(first)->first;
}

}  // namespace

absl::StatusOr<ForecastSet> ForecastSeason(const Dataset& dataset, const ModelRecipe& recipe,
                                           const models::OutcomeModel& model, int season) {
  const auto found = dataset.seasons().find(season);
  if (found == dataset.seasons().end()) return InvalidField("season", "has no matches");
  const Rows rows = UsableRows(recipe, dataset, found->second);
  std::vector<float> features;
  models::Forecasts market(dataset.outcomes());
  for (const std::uint32_t row : rows) {
    const auto values = dataset.features().row(row);
    features.insert(features.end(), values.begin(), values.end());
    if (recipe.anchored) market.Append(dataset.market().row(row));
  }
  ASSIGN_OR_RETURN(
      const models::Forecasts forecasts,
      model.Forecast({features, dataset.features().columns}, recipe.anchored ? &market : nullptr));
  ForecastSet set(recipe.name, dataset.outcomes());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    set.Append(dataset.match_id(rows[i]), dataset.date(rows[i]), dataset.result(rows[i]),
               forecasts.row(i));
  }
  return set;
}

absl::StatusOr<models::Calibration> CalibrateOn(const Dataset& dataset, const ModelRecipe& recipe,
                                                const ForecastSet& raw) {
  if (raw.match_ids.empty()) return models::Calibration{};
  models::Forecasts anchors(dataset.outcomes());
  if (recipe.anchored) {
    std::unordered_map<std::int64_t, std::size_t> rows;
    for (std::size_t row = 0; row < dataset.size(); ++row) rows[dataset.match_id(row)] = row;
    for (const std::int64_t match_id : raw.match_ids) {
      anchors.Append(dataset.market().row(rows.at(match_id)));
    }
  }
  return models::FitCalibration(recipe.calibration, raw.forecasts,
                                recipe.anchored ? &anchors : nullptr, raw.results, recipe.prior);
}

absl::StatusOr<std::optional<SeasonFit>> FitSeason(const Fitter& fitter, const ModelRecipe& recipe,
                                                   int season, std::int64_t least_matches,
                                                   const models::RoundObserver& observer) {
  const Dataset& dataset = fitter.dataset();
  const auto learnable = [&](int before) -> std::optional<Rows> {
    Rows rows = UsableRows(recipe, dataset, dataset.Before(before));
    if (static_cast<std::int64_t>(rows.size()) < least_matches) return std::nullopt;
    return rows;
  };
  const auto rows = learnable(season);
  if (!rows || UsableRows(recipe, dataset, dataset.seasons().at(season)).empty()) {
    return std::nullopt;
  }

  models::Calibration calibration;
  std::optional<ForecastSet> raw_before;
  int rounds_before = 0;
  const auto earlier = SeasonBefore(dataset, season);
  if (const auto earlier_rows = earlier ? learnable(*earlier) : std::nullopt; earlier_rows) {
    ASSIGN_OR_RETURN(const models::OutcomeModel older, fitter.Fit(recipe, *earlier_rows, observer));
    rounds_before = recipe.booster.rounds;
    ASSIGN_OR_RETURN(raw_before, ForecastSeason(dataset, recipe, older, *earlier));
    ASSIGN_OR_RETURN(calibration, CalibrateOn(dataset, recipe, *raw_before));
  }
  const auto count_on = [&](int done) { return !observer || observer(rounds_before + done); };
  ASSIGN_OR_RETURN(models::OutcomeModel model, fitter.Fit(recipe, *rows, count_on));
  ASSIGN_OR_RETURN(ForecastSet raw, ForecastSeason(dataset, recipe, model, season));
  model.set_calibration(std::move(calibration));
  ASSIGN_OR_RETURN(ForecastSet calibrated, ForecastSeason(dataset, recipe, model, season));
  return SeasonFit{.model = std::move(model),
                   .raw = std::move(raw),
                   .calibrated = std::move(calibrated),
                   .raw_before = std::move(raw_before)};
}

std::vector<ForecastSet> ReferenceForecasts(const Dataset& dataset, int season) {
  std::vector<ForecastSet> sets;
  sets.push_back(BaseRates(dataset, season));
  sets.push_back(LinesOfSeason(dataset, season, kMarket, dataset.market(),
                               [&](std::size_t row) { return dataset.has_market(row); }));
  sets.push_back(LinesOfSeason(dataset, season, kClosing, dataset.closing(),
                               [&](std::size_t row) { return dataset.has_closing(row); }));
  return sets;
}

}  // namespace fairline::training
