#pragma once
// What one forecast rests on: how every feature moved it away from the base rate, and the features
// themselves.

#include <cstddef>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "services/prediction/app/forecast/match_forecast.hpp"
#include "services/prediction/app/serving/snapshot.hpp"

namespace fairline::prediction {

// A feature with its value for the match; NaN when not known.
struct FeatureValue {
  const features::Feature* feature = nullptr;  // of the catalogue, or MarketLine()
  double value = 0.0;
};

// Stands among the features for the de-vigged average line, which anchored models start from; it
// has no single value.
[[nodiscard]] const features::Feature& MarketLine();

struct FeatureContribution {
  FeatureValue feature;
  std::vector<double> log_odds;  // added to each outcome's log-probability; they sum to 0

  // How far it moves any two outcomes apart.
  [[nodiscard]] double Reach() const;
};

// The logarithms of the forecast are those of `base_rate` plus every contribution plus `rest`, up
// to a constant common to all outcomes.
struct Explanation {
  std::vector<double> base_rate;
  std::vector<FeatureContribution> contributions;  // the furthest reach first
  std::vector<double> rest;                        // of those left out, together
  // Known features of the match that are learned from the past: no prices of the match itself.
  std::vector<FeatureValue> features;
};

// Keeps the `max_contributions` of the furthest reach; 0 keeps all. About 300 us. `forecast` was
// made by `model`. Errors: those of the model.
[[nodiscard]] absl::StatusOr<Explanation> Explain(const SportModel& model,
                                                  const MatchForecast& forecast,
                                                  std::size_t max_contributions);

}  // namespace fairline::prediction
