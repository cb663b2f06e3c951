#pragma once
// A model version: the models of one sport, each with those that it builds on, switched as one. Its
// files lie side by side (in the lake under models/<sha256>/) and are data, never code.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/manifest.hpp"
#include "libs/models/matrix.hpp"
#include "libs/models/model.hpp"
#include "libs/models/recipe.hpp"
#include "libs/models/season_walk.hpp"

namespace fairline::models {

// Returns the bytes of a bundle's file by its bare name; an error when it has more than
// `max_bytes`.
using BundleFileReader =
    std::function<absl::StatusOr<std::string>(std::string_view file, std::size_t max_bytes)>;

// "models/<sha256>/<file>": where a bundle's file lies in the lake.
[[nodiscard]] std::string BundlePath(std::string_view sha256, std::string_view file);

struct BundleFiles {
  std::string sha256;  // of the manifest: the bundle's name
  std::map<std::string, std::string, std::less<>> files;
};

// Of a bundle in memory, which must outlive the reader.
[[nodiscard]] BundleFileReader ReaderOf(const BundleFiles& bundle);

// Lays out a bundle of `models`, fitted by `recipe` in its order. Of `manifest` the catalogue, the
// code version, the data hash and the metrics are taken; the rest follows from recipe and models.
[[nodiscard]] absl::StatusOr<BundleFiles> PackBundle(Manifest manifest, const Recipe& recipe,
                                                     const std::vector<FittedModel>& models);

// Matches to be forecast by a bundle, row by row. Never owns.
struct BundleInput {
  FeatureMatrix features;  // whole catalogue rows; NaN where unknown
  // The power-de-vigged average lines, NaN in the row of a match without one; null when none has.
  const Forecasts* market = nullptr;
  std::span<const std::int32_t> competitions = {};  // one a match; empty when not known
};

// What one input adds to the centred log-odds (model.hpp) of each outcome.
struct Contribution {
  std::string input;  // a catalogue feature, or "market"
  std::vector<double> log_odds;
};

struct MemberForecast {
  std::string model;
  double weight = 0.0;  // in the log-odds of what it is a member of
  std::vector<double> probabilities;
};

// Why one match is forecast as it is. The centred log-odds of `probabilities` are `base` plus the
// sum of the contributions, to float precision.
struct Explanation {
  std::vector<double> probabilities;
  std::vector<double> base;
  std::vector<Contribution> contributions;  // in the catalogue's order, the market last
  std::vector<MemberForecast> members;      // of a pool or calibration; empty for others
};

// How far each outcome's probability may be off: one standard deviation per match and outcome, in
// probability; NaN where there is no forecast.
struct Uncertainty {
  Forecasts total;  // root of the sum of both squares
  // Over the forecasts by bootstrap refits of the linear members.
  Forecasts of_refits;
  // Between the members of the pool, weighted as in the pool (Hoeting et al. 1999, eq. 3).
  Forecasts between_members;
};

// Immutable; every method is safe from any number of threads. Models are named as in the manifest;
// NotFound for a name that is none, InvalidArgument for rows or lines of other shapes.
class Bundle {
 public:
  static constexpr std::size_t kMaxManifestBytes = 4u << 20;
  static constexpr std::size_t kMaxModelBytes = 64u << 20;

  // Reads the manifest and every file it names. Size and SHA-256 are checked before any parser
  // sees the bytes. InvalidArgument when anything differs from what `expected_sha256` promises;
  // errors of `read` are passed on.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<const Bundle>> Load(
      std::string_view expected_sha256, const BundleFileReader& read);

  // What every model says, by name. A single match is a matrix of one row and gives the bits that
  // it has in any batch; a match that a model has nothing to say on has a row of NaN.
  [[nodiscard]] absl::StatusOr<ForecastColumns> Forecast(const BundleInput& input) const;
  // What a model says and all those that it builds on, the market line included.
  [[nodiscard]] absl::StatusOr<ForecastColumns> ForecastWithMembers(std::string_view model,
                                                                    const BundleInput& input) const;
  // What one model says.
  [[nodiscard]] absl::StatusOr<Forecasts> Forecast(std::string_view model,
                                                   const BundleInput& input) const;

  // Of the one match of `input`. FailedPrecondition when the model does not forecast it. A
  // millisecond for each booster that is built on.
  [[nodiscard]] absl::StatusOr<Explanation> Explain(std::string_view model,
                                                    const BundleInput& input) const;

  // Of each match of `input`.
  [[nodiscard]] absl::StatusOr<models::Uncertainty> Uncertainty(std::string_view model,
                                                                const BundleInput& input) const;

  // The model itself; null when there is none of that name.
  [[nodiscard]] const Model* Find(std::string_view model) const;

  // The name of the model that answers for an information set (recipe.hpp: kNoOdds, kPastOdds,
  // kWithOdds); "" when there is none.
  [[nodiscard]] std::string_view Serving(std::string_view information) const;
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const std::string& sha256() const { return sha256_; }

 private:
  using Indices = std::vector<std::size_t>;  // into manifest_.models, ascending

  Bundle(Manifest manifest, std::string sha256)
      : manifest_(std::move(manifest)), sha256_(std::move(sha256)) {}

  // The model and all that it builds on.
  [[nodiscard]] absl::StatusOr<Indices> Closure(std::string_view model) const;
  [[nodiscard]] absl::Status Check(const BundleInput& input) const;
  [[nodiscard]] ForecastColumns Lines(const BundleInput& input) const;
  // Adds what `models` say to `columns`; by a bootstrap replicate when one is named.
  [[nodiscard]] absl::Status Ask(const Indices& models, const BundleInput& input,
                                 std::optional<std::size_t> replicate,
                                 ForecastColumns& columns) const;
  [[nodiscard]] absl::StatusOr<ForecastColumns> AskInChunks(const Indices& models,
                                                            const BundleInput& input) const;
  [[nodiscard]] absl::StatusOr<Forecasts> BetweenMembers(std::size_t model,
                                                         const BundleInput& input,
                                                         const ForecastColumns& columns) const;

  Manifest manifest_;
  std::string sha256_;
  std::vector<std::shared_ptr<const Model>> models_;  // as in the manifest
};

}  // namespace fairline::models
