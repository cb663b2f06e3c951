#pragma once
// How a sport's models are made: features by block, parameters, seed. A data file; changing it
// needs no rebuild, and a bundle carries the recipe it was made by.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/calibration.hpp"
#include "libs/models/xgboost.hpp"

namespace fairline::training {

struct ModelRecipe {
  std::string name;
  std::vector<std::string> blocks;  // of the feature catalogue
  // Anchored: fitted as a correction of the market line, on matches that have one.
  bool anchored = false;
  models::CalibrationKind calibration = models::CalibrationKind::kTemperature;
  models::CalibrationPrior prior;
  models::BoosterParameters booster;
  std::string json;  // this model's part of the file and the seed, canonical

  friend bool operator==(const ModelRecipe& a, const ModelRecipe& b) { return a.json == b.json; }
};

struct Recipe {
  std::string name;
  std::string sport;
  std::vector<std::string> outcomes;  // "home", "draw", "away"
  std::uint32_t seed = 0;
  // A model is left out of the bundle when it has fewer matches than this to learn from.
  std::int64_t least_training_matches = 0;
  // A season with fewer matches is not judged on.
  std::int64_t least_held_out_matches = 0;
  std::vector<ModelRecipe> models;
  std::string json;  // the whole file, canonical
};

// InvalidArgument naming the field that is missing, unknown, of the wrong type or out of range.
[[nodiscard]] absl::StatusOr<Recipe> ParseRecipe(std::string_view json);

}  // namespace fairline::training
