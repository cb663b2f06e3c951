#pragma once
// What a bundle says about itself: manifest.json. The SHA-256 of that file names the bundle, and
// the file holds the size and SHA-256 of every other file, so that one hash covers everything.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/calibration.hpp"

namespace fairline::models {

inline constexpr int kBundleFormatVersion = 1;
inline constexpr std::string_view kManifestFile = "manifest.json";

// The names under which a bundle's models are asked for.
inline constexpr std::string_view kNoOddsModel = "no_odds";
inline constexpr std::string_view kWithOddsModel = "with_odds";

struct ModelEntry {
  std::string name;  // kNoOddsModel, kWithOddsModel
  bool anchored = false;
  std::vector<std::string> features;   // names of the booster's columns, in its order
  std::vector<std::uint32_t> columns;  // their positions in the catalogue
  Calibration calibration;
  std::string file;  // "no_odds.ubj"
  std::string sha256;
  std::size_t bytes = 0;
  // What the final fit saw.
  std::int64_t trained_matches = 0;
  Day trained_from;
  Day trained_to;
};

struct Manifest {
  std::string sport;
  std::size_t outcomes = 3;
  std::string catalogue_hash;      // of the feature catalogue whose rows the models take
  std::size_t catalogue_size = 0;  // values in one of its rows
  std::string recipe_json;         // the recipe that was followed, whole
  std::uint32_t seed = 0;
  std::string code_version;
  std::string data_hash;
  std::vector<ModelEntry> models;
  std::map<std::string, double> metrics;  // on the held-out season, by registry key

  [[nodiscard]] const ModelEntry* Find(std::string_view name) const;
};

// Canonical JSON: the same manifest gives the same bytes.
[[nodiscard]] std::string ManifestToJson(const Manifest& manifest);

// InvalidArgument naming what is missing, of the wrong type or of a newer format.
[[nodiscard]] absl::StatusOr<Manifest> ManifestFromJson(std::string_view json);

}  // namespace fairline::models
