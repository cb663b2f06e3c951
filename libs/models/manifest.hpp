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
#include "libs/models/model.hpp"

namespace fairline::models {

inline constexpr int kBundleFormatVersion = 2;
inline constexpr std::string_view kManifestFile = "manifest.json";

struct ModelEntry {
  std::string name;  // "trees.no_odds"
  std::string kind;  // see ModelKinds
  // The information set that the model answers for; "" when it is but a part of others.
  std::string serve;
  bool anchored = false;  // the base of its forecasts is the market line
  ModelInputs inputs;     // "market" and models listed before it
  std::string file;       // "trees.no_odds.ubj"
  std::string sha256;
  std::size_t bytes = 0;
  // What the final fit could learn from.
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
  std::vector<ModelEntry> models;         // each after those that it builds on
  std::map<std::string, double> metrics;  // on the held-out season, by registry key

  [[nodiscard]] const ModelEntry* Find(std::string_view model) const;
  // The model that answers for an information set (recipe.hpp); null when there is none.
  [[nodiscard]] const ModelEntry* Serving(std::string_view information) const;
};

// Canonical JSON: the same manifest gives the same bytes.
[[nodiscard]] std::string ManifestToJson(const Manifest& manifest);

// InvalidArgument naming what is missing, of the wrong type, out of range or of another format, and
// a model that builds on one not listed before it.
[[nodiscard]] absl::StatusOr<Manifest> ManifestFromJson(std::string_view json);

}  // namespace fairline::models
