#pragma once
// A production model version as this service uses it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::prediction {

// What the registry says about the version that "production" points to.
struct ProductionVersion {
  std::string model;  // the registered model, named as its sport
  std::int32_t version = 0;
  std::string bundle_sha256;
  std::string bundle_path;
  std::string catalogue_hash;

  friend bool operator==(const ProductionVersion&, const ProductionVersion&) = default;
};

// What a forecast knows of prices, and so which model of the version made it.
enum class Information {
  kNoOdds,    // none
  kPastOdds,  // those of past matches
  kWithOdds,  // the average line of the match itself too
};
inline constexpr std::array<Information, 3> kAllInformation = {
    Information::kNoOdds, Information::kPastOdds, Information::kWithOdds};
// "no_odds", "past_odds", "with_odds".
[[nodiscard]] std::string_view InformationName(Information information);

// One of the models that a forecast is pooled from, for the rows of one call.
struct MemberForecasts {
  std::string name;
  double weight = 0.0;  // its exponent in the logarithmic pool
  models::Forecasts forecasts;
};

struct Answer {
  models::Forecasts forecasts;
  // Standard deviation of each probability; no rows when the version does not say.
  models::Forecasts deviations;
  // The weightiest first; none when the model is not a pool.
  std::vector<MemberForecasts> members;
};

// What one input adds to the logarithm of each outcome's probability, in the market's order.
struct Contribution {
  std::string input;             // a catalogue feature, or models::kMarketLine
  std::vector<double> log_odds;  // up to a constant common to all outcomes
};

// The logarithms of the forecast are those of `base_rate` plus all contributions, up to a constant
// common to all outcomes.
struct Attribution {
  std::vector<double> base_rate;  // what the model answers when it knows nothing
  std::vector<Contribution> contributions;
};

// The models of one bundle. Immutable; safe from any number of threads.
class ForecastModel {
 public:
  virtual ~ForecastModel() = default;

  [[nodiscard]] virtual std::size_t outcomes() const = 0;
  // Whether the version has a model of that kind; every version has the one without odds.
  [[nodiscard]] virtual bool serves(Information information) const = 0;
  // A correction of the market's line: the only kind that may advise.
  [[nodiscard]] virtual bool anchored(Information information) const = 0;

  // `rows` hold the whole catalogue. `market` is the power-de-vigged average line of the same
  // matches, null unless `information` is kWithOdds. FailedPrecondition when it is not served.
  [[nodiscard]] virtual absl::StatusOr<Answer> Forecast(Information information,
                                                        models::FeatureMatrix rows,
                                                        const models::Forecasts* market) const = 0;
  // The same of one row. FailedPrecondition also for a version that cannot be explained.
  [[nodiscard]] virtual absl::StatusOr<Attribution> Explain(
      Information information, models::FeatureMatrix row,
      const models::Forecasts* market) const = 0;
};

}  // namespace fairline::prediction
