#include "libs/models/kinds/kinds.hpp"

#include <algorithm>
#include <array>

#include "libs/models/recipe.hpp"

namespace fairline::models {
namespace {

constexpr std::array kKinds = {Kind{"base_rate", MakeBaseRate, LoadBaseRate},
                               Kind{"market", MakeMarket, LoadMarket},
                               Kind{"elo", MakeElo, LoadElo},
                               Kind{"pi_rating", MakePiRating, LoadPiRating},
                               Kind{"score_grid", MakeScoreGrid, LoadScoreGrid},
                               Kind{"logistic", MakeLogistic, LoadLogistic},
                               Kind{"trees", MakeTrees, LoadTrees},
                               Kind{"pool", MakePool, LoadPool},
                               Kind{"calibrated", MakeCalibrated, LoadCalibrated}};

constexpr std::array kNames = [] {
  std::array<std::string_view, kKinds.size()> names;
  for (std::size_t i = 0; i < kKinds.size(); ++i) names[i] = kKinds[i].name;
  return names;
}();

absl::StatusOr<const Kind*> FindKind(std::string_view name) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const Kind& kind) { return kind.name == name; });
  if (found == kKinds.end()) return InvalidField("kind", "unknown: " + std::string(name));
  return &*found;
}

}  // namespace

std::span<const std::string_view> ModelKinds() { return kNames; }

ModelOr LoadModel(std::string_view kind, ModelInputs inputs, std::size_t outcomes,
                  std::string_view bytes) {
  ASSIGN_OR_RETURN(const Kind* const found, FindKind(kind));
  if (outcomes < 2 || outcomes > 16) return InvalidField("outcomes", "must be 2 to 16");
  if (inputs.features.size() != inputs.columns.size()) {
    return InvalidField("features", "one column is needed for each");
  }
  return found->load(std::move(inputs), outcomes, bytes);
}

LearnerOr MakeLearner(const ModelRecipe& recipe, ModelInputs inputs, std::size_t outcomes,
                      std::uint32_t seed) {
  ASSIGN_OR_RETURN(const Kind* const kind, FindKind(recipe.kind));
  const auto parameters = nlohmann::json::parse(recipe.parameters, nullptr, false);
  if (!parameters.is_object()) return InvalidField("parameters", "must be an object");
  return kind->make_learner({.inputs = std::move(inputs),
                             .outcomes = outcomes,
                             .first_season = recipe.first_season,
                             .seed = seed},
                            parameters);
}

}  // namespace fairline::models
