#include "services/training/app/recipe.hpp"

#include <initializer_list>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::training {
namespace {

using nlohmann::json;

absl::Status RefuseUnknown(const json& object, std::string_view where,
                           std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return InvalidField(fmt::format("recipe.{}{}", where, key), "unknown");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<models::BoosterParameters> ParseBooster(const json& value, std::size_t outcomes,
                                                       std::uint32_t seed) {
  RETURN_IF_ERROR(RefuseUnknown(value, "booster.",
                                {"rounds", "max_depth", "learning_rate", "min_child_weight",
                                 "l2_regularisation", "row_sample", "column_sample", "max_bins"}));
  models::BoosterParameters booster;
  booster.outcomes = static_cast<int>(outcomes);
  booster.rounds = value.at("rounds").get<int>();
  booster.max_depth = value.at("max_depth").get<int>();
  booster.learning_rate = value.at("learning_rate").get<double>();
  booster.min_child_weight = value.at("min_child_weight").get<double>();
  booster.l2_regularisation = value.at("l2_regularisation").get<double>();
  booster.row_sample = value.at("row_sample").get<double>();
  booster.column_sample = value.at("column_sample").get<double>();
  booster.max_bins = value.at("max_bins").get<int>();
  booster.seed = seed;
  RETURN_IF_ERROR(WithContext(booster.Validate(), "recipe.booster"));
  return booster;
}

absl::StatusOr<ModelRecipe> ParseModel(const json& value, std::size_t outcomes,
                                       std::uint32_t seed) {
  RETURN_IF_ERROR(
      RefuseUnknown(value, "models.", {"name", "blocks", "anchored", "calibration", "booster"}));
  ModelRecipe model;
  model.name = value.at("name").get<std::string>();
  model.blocks = value.at("blocks").get<std::vector<std::string>>();
  model.anchored = value.at("anchored").get<bool>();
  const json& calibration = value.at("calibration");
  RETURN_IF_ERROR(RefuseUnknown(calibration, "calibration.", {"kind", "slope_sd", "bias_sd"}));
  ASSIGN_OR_RETURN(model.calibration,
                   models::ParseCalibrationKind(calibration.at("kind").get<std::string>()));
  model.prior.slope_sd = calibration.at("slope_sd").get<double>();
  model.prior.bias_sd = calibration.at("bias_sd").get<double>();
  if (!(model.prior.slope_sd > 0.0) || !(model.prior.bias_sd > 0.0)) {
    return InvalidField("recipe.calibration", "standard deviations must be positive");
  }
  ASSIGN_OR_RETURN(model.booster, ParseBooster(value.at("booster"), outcomes, seed));
  json canonical = value;
  canonical["seed"] = seed;
  canonical["outcomes"] = outcomes;
  model.json = canonical.dump();
  return model;
}

}  // namespace

absl::StatusOr<Recipe> ParseRecipe(std::string_view text) {
  Recipe recipe;
  try {
    const json value = json::parse(text);
    RETURN_IF_ERROR(RefuseUnknown(value, "",
                                  {"name", "sport", "outcomes", "seed", "least_training_matches",
                                   "least_held_out_matches", "models"}));
    recipe.name = value.at("name").get<std::string>();
    recipe.sport = value.at("sport").get<std::string>();
    recipe.outcomes = value.at("outcomes").get<std::vector<std::string>>();
    recipe.seed = value.at("seed").get<std::uint32_t>();
    recipe.least_training_matches = value.at("least_training_matches").get<std::int64_t>();
    recipe.least_held_out_matches = value.at("least_held_out_matches").get<std::int64_t>();
    for (const json& entry : value.at("models")) {
      ASSIGN_OR_RETURN(ModelRecipe model, ParseModel(entry, recipe.outcomes.size(), recipe.seed));
      recipe.models.push_back(std::move(model));
    }
    recipe.json = value.dump();
  } catch (const json::exception& error) {
    return InvalidField("recipe", error.what());
  }
  std::set<std::string> names;
  for (const ModelRecipe& model : recipe.models) names.insert(model.name);
  if (recipe.models.empty() || names.size() != recipe.models.size()) {
    return InvalidField("recipe.models", "at least one, each with a name of its own");
  }
  if (recipe.least_training_matches < 1 || recipe.least_held_out_matches < 1) {
    return InvalidField("recipe", "the least numbers of matches must be positive");
  }
  return recipe;
}

}  // namespace fairline::training
