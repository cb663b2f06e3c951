#pragma once
// A model version: the models of one sport with their calibration, switched as one. Its files lie
// side by side (in the lake under models/<sha256>/) and are data, never code.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "libs/models/manifest.hpp"
#include "libs/models/matrix.hpp"
#include "libs/models/outcome_model.hpp"

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

// Completes `manifest` with the boosters' files, sizes and hashes and lays out the bundle.
// `models` holds one model for each entry of manifest.models, by name.
[[nodiscard]] absl::StatusOr<BundleFiles> PackBundle(
    Manifest manifest, const std::map<std::string, const OutcomeModel*, std::less<>>& models);

// Immutable; every method is safe from any number of threads.
class Bundle {
 public:
  static constexpr std::size_t kMaxManifestBytes = 4u << 20;

  // Reads the manifest and every file it names. Size and SHA-256 are checked before any parser
  // sees the bytes. InvalidArgument when anything differs from what `expected_sha256` promises;
  // errors of `read` are passed on.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<const Bundle>> Load(
      std::string_view expected_sha256, const BundleFileReader& read);

  // Calibrated probabilities, one row for each row of `catalogue_rows` (the whole catalogue, NaN
  // for missing). FailedPrecondition when the bundle has no such model. A single match is a matrix
  // of one row and gives the bits that it has in any batch.
  [[nodiscard]] absl::StatusOr<Forecasts> ForecastNoOdds(FeatureMatrix catalogue_rows) const;
  // `market`: the power-de-vigged average line of the same matches.
  [[nodiscard]] absl::StatusOr<Forecasts> ForecastWithOdds(FeatureMatrix catalogue_rows,
                                                           const Forecasts& market) const;

  [[nodiscard]] bool has_model(std::string_view name) const { return models_.contains(name); }
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const std::string& sha256() const { return sha256_; }

 private:
  Bundle(Manifest manifest, std::string sha256)
      : manifest_(std::move(manifest)), sha256_(std::move(sha256)) {}

  [[nodiscard]] absl::StatusOr<Forecasts> Forecast(std::string_view model,
                                                   FeatureMatrix catalogue_rows,
                                                   const Forecasts* market) const;

  Manifest manifest_;
  std::string sha256_;
  std::map<std::string, OutcomeModel, std::less<>> models_;
};

}  // namespace fairline::models
