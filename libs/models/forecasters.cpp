#include "libs/models/forecasters.hpp"

#include <algorithm>
#include <map>
#include <optional>


namespace fairline::models {
namespace {

// Rows that a model can use, side by side.
struct Sample {
  Rows rows;
  std::vector<float> features;
  std::vector<OutcomeIndex> labels;
  std::optional<Forecasts> anchors;

  [[nodiscard]] const Forecasts* anchor() const { return anchors ? &*anchors : nullptr; }
};

absl::StatusOr<Sample> Gather(const WalkForwardStep& step, const Learning& learning,
                              const Rows& rows, int first_season) {
  const Forecasts* column = nullptr;
  if (!learning.anchor.empty()) {
    const auto found = step.columns.find(learning.anchor);
    if (found == step.columns.end()) return absl::NotFoundError("column " + learning.anchor);
    column = &found->second;
  }
  Sample sample;
  for (const std::uint32_t row : rows) {
    if (step.matches.seasons[row] < first_season) continue;
    if (column == nullptr || IsForecast(column->row(row))) sample.rows.push_back(row);
  }
  ASSIGN_OR_RETURN(sample.features, FeaturesOf(step.matches, sample.rows, learning.columns));
  if (column != nullptr) sample.anchors = Select(*column, sample.rows);
  return sample;
}

absl::StatusOr<Sample> GatherKnown(const WalkForwardStep& step, const Learning& learning) {
  ASSIGN_OR_RETURN(Sample sample, Gather(step, learning, step.known, learning.first_season));
  if (sample.rows.empty()) return absl::FailedPreconditionError("no matches to learn from");
  sample.labels = ResultsOf(step.matches, sample.rows);
  return sample;
}

absl::StatusOr<Sample> GatherWanted(const WalkForwardStep& step, const Learning& learning) {
  return Gather(step, learning, step.wanted, step.season);
}

// Forecasts of the usable rows at their places among the wanted ones.
Forecasts Spread(const WalkForwardStep& step, const Sample& sample, const Forecasts& forecasts) {
  Forecasts spread = NoForecasts(step.wanted.size(), forecasts.outcomes());
  std::size_t next = 0;
  for (std::size_t i = 0; i < step.wanted.size() && next < sample.rows.size(); ++i) {
    if (step.wanted[i] != sample.rows[next]) continue;
    const auto row = forecasts.row(next++);
    std::copy(row.begin(), row.end(), spread.row(i).begin());
  }
  return spread;
}

}  // namespace

absl::StatusOr<Forecasts> BaseRateForecaster::Forecast(const WalkForwardStep& step) const {
  const std::size_t outcomes = step.matches.outcomes;
  struct Counts {
    std::vector<double> happened;
    double matches = 0.0;
  };
  const auto add = [&](Counts& counts, OutcomeIndex result) {
    counts.happened.resize(outcomes, 0.0);
    ++counts.happened[result];
    ++counts.matches;
  };
  std::map<std::int32_t, Counts> by_competition;
  Counts everywhere;
  for (const std::uint32_t row : step.known) {
    if (step.matches.seasons[row] < step.season - seasons_) continue;
    add(by_competition[step.matches.competitions[row]], step.matches.results[row]);
    add(everywhere, step.matches.results[row]);
  }
  if (everywhere.matches == 0.0) return absl::FailedPreconditionError("no matches to count");
  Forecasts forecasts(step.wanted.size(), outcomes);
  for (std::size_t i = 0; i < step.wanted.size(); ++i) {
    const auto found = by_competition.find(step.matches.competitions[step.wanted[i]]);
    const Counts& counts = found == by_competition.end() ? everywhere : found->second;
    for (std::size_t k = 0; k < outcomes; ++k) {
      forecasts.row(i)[k] = counts.happened[k] / counts.matches;
    }
  }
  return forecasts;
}

absl::StatusOr<Forecasts> TreesForecaster::Forecast(const WalkForwardStep& step) const {
  ASSIGN_OR_RETURN(const Sample known, GatherKnown(step, learning_));
  ASSIGN_OR_RETURN(const Sample wanted, GatherWanted(step, learning_));
  const auto margins = [](const Sample& sample) {
    return sample.anchors ? LogMargins(sample.anchors->values()) : std::vector<float>();
  };
  const std::size_t columns = learning_.columns.size();
  ASSIGN_OR_RETURN(const Booster booster, Booster::Train({known.features, columns}, known.labels,
                                                         margins(known), parameters_));
  std::vector<float> probabilities(wanted.rows.size() * booster.outcomes());
  RETURN_IF_ERROR(booster.Predict({wanted.features, columns}, margins(wanted), probabilities));
  Forecasts forecasts(wanted.rows.size(), booster.outcomes());
  std::copy(probabilities.begin(), probabilities.end(), forecasts.values().begin());
  return Spread(step, wanted, forecasts);
}

absl::StatusOr<Forecasts> LogisticForecaster::Forecast(const WalkForwardStep& step) const {
  ASSIGN_OR_RETURN(const Sample known, GatherKnown(step, learning_));
  ASSIGN_OR_RETURN(const Sample wanted, GatherWanted(step, learning_));
  const std::size_t columns = learning_.columns.size();
  ASSIGN_OR_RETURN(const LogisticRegression fitted,
                   LogisticRegression::Fit({known.features, columns}, known.labels, known.anchor(),
                                           parameters_));
  ASSIGN_OR_RETURN(const Forecasts forecasts,
                   fitted.Predict({wanted.features, columns}, wanted.anchor()));
  return Spread(step, wanted, forecasts);
}

}  // namespace fairline::models
