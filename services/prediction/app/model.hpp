#pragma once
// A production model version as this service uses it.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

// The models of one bundle. Immutable; safe from any number of threads.
class ForecastModel {
 public:
  virtual ~ForecastModel() = default;

  [[nodiscard]] virtual std::size_t outcomes() const = 0;
  [[nodiscard]] virtual bool takes_odds() const = 0;
  // Rows of the whole catalogue in, one row of probabilities each out.
  [[nodiscard]] virtual absl::StatusOr<models::Forecasts> NoOdds(
      models::FeatureMatrix rows) const = 0;
  // `market`: the power-de-vigged average line of the same matches.
  [[nodiscard]] virtual absl::StatusOr<models::Forecasts> WithOdds(
      models::FeatureMatrix rows, const models::Forecasts& market) const = 0;
};

inline constexpr std::string_view kNoOdds = "no_odds";
inline constexpr std::string_view kWithOdds = "with_odds";

}  // namespace fairline::prediction
