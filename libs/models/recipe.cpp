#include "libs/models/recipe.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/log_pool.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

// Columns of lines and references, which no model may be named.
constexpr std::string_view kReservedNames[] = {kMarketLine, "pinnacle", "closing", "champion"};

bool IsInformation(std::string_view serve) {
  return serve.empty() || serve == kNoOdds || serve == kPastOdds || serve == kWithOdds;
}

absl::StatusOr<ModelRecipe> ParseModel(const json& value, const std::string& where) {
  ModelRecipe model;
  json parameters = json::object();
  RETURN_IF_ERROR(
      Fields(value, where)
          .Required("name", model.name)
          .Required("kind", model.kind)
          .Optional("blocks", model.blocks)
          .Optional("features", model.features)
          .Optional("members", model.members)
          .Optional("anchor", model.anchor)
          .Optional("first_season", model.first_season)
          .Optional("serve", model.serve)
          .Optional("parameters", parameters)
          .Check(IsModelName(model.name), "name", "letters, digits, '_', '-' and dots")
          .Check(parameters.is_object(), "parameters", "must be an object")
          .Check(IsInformation(model.serve), "serve", "must be no_odds, past_odds or with_odds")
          .Finish());
  if (model.blocks.empty() && model.features.empty()) {
    if (model.kind == "elo") model.features = {"elo_difference"};
    if (model.kind == "pi_rating") model.features = {"pi_difference"};
  }
  model.parameters = parameters.dump();
  model.json = value.dump();
  return model;
}

// Looks at what an entry builds on, and says whether its base is the market line.
absl::Status CheckInputs(const Recipe& recipe, ModelRecipe& model) {
  const auto is_anchored = [&](const std::string& name) {
    const ModelRecipe* const earlier = recipe.Find(name);
    return name == kMarketLine || (earlier != nullptr && earlier->anchored);
  };
  ModelInputs inputs{
      .features = {}, .columns = {}, .members = model.members, .anchor = model.anchor};
  for (const std::string& name : inputs.Forecasts()) {
    if (name != kMarketLine && recipe.Find(name) == nullptr) {
      return InvalidField(name == model.anchor ? "anchor" : "members",
                          name + " is neither the market nor a model listed before");
    }
  }
  const std::set<std::string> different(model.members.begin(), model.members.end());
  if (different.size() != model.members.size()) return InvalidField("members", "one stands twice");
  model.anchored = model.kind == "market" || (!model.anchor.empty() && is_anchored(model.anchor)) ||
                   (!model.members.empty() &&
                    std::all_of(model.members.begin(), model.members.end(), is_anchored));
  inputs.features = model.features;
  return MakeLearner(model, std::move(inputs), recipe.outcomes.size(), recipe.seed).status();
}

absl::Status AddModel(const json& entry, Recipe& recipe) {
  const std::size_t position = recipe.models.size();
  const std::string where = fmt::format("recipe.models[{}].", position);
  ASSIGN_OR_RETURN(ModelRecipe model, ParseModel(entry, where));
  if (std::find(std::begin(kReservedNames), std::end(kReservedNames), model.name) !=
      std::end(kReservedNames)) {
    return InvalidField(where + "name", "is the name of a line or a reference");
  }
  if (recipe.Find(model.name) != nullptr) return InvalidField(where + "name", "is taken");
  if (!model.serve.empty() && recipe.Serving(model.serve) != nullptr) {
    return InvalidField(where + "serve", "another model is served for " + model.serve);
  }
  RETURN_IF_ERROR(Within(fmt::format("recipe.models[{}]", position), CheckInputs(recipe, model)));
  recipe.models.push_back(std::move(model));
  return absl::OkStatus();
}

}  // namespace

const ModelRecipe* Recipe::Find(std::string_view model) const {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const ModelRecipe& each) { return each.name == model; });
  return found == models.end() ? nullptr : &*found;
}

bool Recipe::IsAnchored(std::string_view forecaster) const {
  const ModelRecipe* const model = Find(forecaster);
  return model == nullptr ? forecaster == kMarketLine || forecaster == "pinnacle" : model->anchored;
}

const ModelRecipe* Recipe::Serving(std::string_view information) const {
  const auto found = std::find_if(models.begin(), models.end(), [&](const ModelRecipe& each) {
    return each.serve == information;
  });
  return found == models.end() ? nullptr : &*found;
}

absl::StatusOr<Recipe> ParseRecipe(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return InvalidField("recipe", "is not JSON");
  if (value.is_object() && !value.contains("format")) {
    return InvalidField("recipe.format",
                        fmt::format("is missing: a recipe of format 1 cannot be read any more; "
                                    "format {} lists models of named kinds",
                                    kRecipeFormat));
  }
  Recipe recipe;
  int format = 0;
  std::vector<json> models;
  RETURN_IF_ERROR(
      Fields(value, "recipe.")
          .Required("format", format)
          .Check(format == kRecipeFormat, "format", fmt::format("must be {}", kRecipeFormat))
          .Required("name", recipe.name)
          .Required("sport", recipe.sport)
          .Required("outcomes", recipe.outcomes)
          .Required("seed", recipe.seed)
          .Optional("seasons_ahead", recipe.seasons_ahead)
          .Required("least_training_matches", recipe.least_training_matches)
          .Required("least_held_out_matches", recipe.least_held_out_matches)
          .Optional("chosen_by_seasons_to", recipe.chosen_by_seasons_to)
          .Required("models", models)
          .Check(recipe.outcomes.size() >= 2 && recipe.outcomes.size() <= 16, "outcomes",
                 "must be 2 to 16")
          .Check(recipe.seasons_ahead >= 0, "seasons_ahead", "must not be negative")
          .Check(recipe.least_training_matches >= 1, "least_training_matches", "must be positive")
          .Check(recipe.least_held_out_matches >= 1, "least_held_out_matches", "must be positive")
          .Check(!models.empty(), "models", "at least one is needed")
          .Finish());
  for (const json& entry : models) RETURN_IF_ERROR(AddModel(entry, recipe));
  recipe.json = value.dump();
  return recipe;
}

absl::StatusOr<ModelInputs> ResolveInputs(const ModelRecipe& recipe,
                                          const std::vector<CatalogueColumn>& catalogue) {
  ModelInputs inputs{
      .features = {}, .columns = {}, .members = recipe.members, .anchor = recipe.anchor};
  const auto add = [&](std::size_t column) {
    const auto position = static_cast<std::uint32_t>(column);
    if (std::find(inputs.columns.begin(), inputs.columns.end(), position) != inputs.columns.end()) {
      return;
    }
    inputs.columns.push_back(position);
    inputs.features.push_back(catalogue[column].name);
  };
  for (const std::string& block : recipe.blocks) {
    if (std::none_of(catalogue.begin(), catalogue.end(),
                     [&](const CatalogueColumn& column) { return column.block == block; })) {
      return InvalidField(recipe.name + ".blocks", "the catalogue has no block " + block);
    }
  }
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const auto& blocks = recipe.blocks;
    if (std::find(blocks.begin(), blocks.end(), catalogue[i].block) != blocks.end()) add(i);
  }
  for (const std::string& feature : recipe.features) {
    const auto found =
        std::find_if(catalogue.begin(), catalogue.end(),
                     [&](const CatalogueColumn& column) { return column.name == feature; });
    if (found == catalogue.end()) {
      return InvalidField(recipe.name + ".features", "the catalogue has no feature " + feature);
    }
    add(static_cast<std::size_t>(found - catalogue.begin()));
  }
  return inputs;
}

absl::StatusOr<std::vector<NamedLearner>> MakeLearners(
    const Recipe& recipe, const std::vector<CatalogueColumn>& catalogue, int first_season) {
  std::vector<NamedLearner> learners;
  for (const ModelRecipe& model : recipe.models) {
    ASSIGN_OR_RETURN(ModelInputs inputs, ResolveInputs(model, catalogue));
    const std::string identity =
        fmt::format("{} features {} outcomes {} seed {}", model.json, json(inputs.features).dump(),
                    recipe.outcomes.size(), recipe.seed);
    auto learner = MakeLearner(model, std::move(inputs), recipe.outcomes.size(), recipe.seed);
    RETURN_IF_ERROR(WithContext(learner.status(), model.name));
    learners.push_back({.name = model.name,
                        .learner = *std::move(learner),
                        .identity = identity,
                        .first_season = first_season});
  }
  for (auto each = learners.rbegin(); each != learners.rend(); ++each) {
    for (const std::string& name : each->learner->inputs().Forecasts()) {
      const auto read =
          std::find_if(learners.begin(), learners.end(),
                       [&](const NamedLearner& learner) { return learner.name == name; });
      if (read == learners.end()) continue;
      // What costs nothing to make fills the whole stretch that a pool learns from.
      const int ahead = read->learner->cost() == 0 ? kPooledSeasons : recipe.seasons_ahead;
      read->first_season = std::min(read->first_season, each->first_season - ahead);
    }
  }
  return learners;
}

std::vector<NamedLearner> NeededFor(const std::vector<std::string>& names,
                                    std::vector<NamedLearner> learners) {
  std::set<std::string> needed(names.begin(), names.end());
  for (auto each = learners.rbegin(); each != learners.rend(); ++each) {
    if (!needed.contains(each->name)) continue;
    for (std::string& read : each->learner->inputs().Forecasts()) needed.insert(std::move(read));
  }
  std::erase_if(learners, [&](const NamedLearner& each) { return !needed.contains(each.name); });
  return learners;
}

}  // namespace fairline::models
