#pragma once
// How a sport's models are made: a data file (format 2), the one definition of the models for
// evaluation, training and serving. A bundle carries the recipe it was made by.
//
//   {"format": 2, "name": "football.joint.2", "sport": "football",
//    "outcomes": ["home", "draw", "away"], "seed": 1, "seasons_ahead": 2,
//    "least_training_matches": 300, "least_held_out_matches": 100,
//    "models": [{"name": "trees.no_odds", "kind": "trees", "blocks": ["rating", "form"],
//                "parameters": {"rounds": 220}}, ...]}
//
// Models stand in order: one may build on the forecasts of those before it. What an entry may say,
// beside name and kind:
//   blocks        blocks of the feature catalogue whose columns it reads
//   features      further columns, by name
//   members       forecasts that a pool or a calibration combines: earlier models, or "market"
//   anchor        the forecast that it corrects: "market" or an earlier model
//   first_season  it learns from that season on (the year it starts in)
//   serve         "no_odds", "past_odds" or "with_odds": the information set for which the service
//                 answers with it; at most one model each
//   parameters    of its kind; see the learners in libs/models/kinds

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/learner.hpp"
#include "libs/models/model.hpp"

namespace fairline::models {

inline constexpr int kRecipeFormat = 2;

// Information sets that a model can be served for.
inline constexpr std::string_view kNoOdds = "no_odds";      // results and statistics alone
inline constexpr std::string_view kPastOdds = "past_odds";  // and the odds of past matches
inline constexpr std::string_view kWithOdds = "with_odds";  // and the pre-match odds

// A column of the feature catalogue, as a recipe chooses it.
struct CatalogueColumn {
  std::string name;
  std::string block;
};

struct ModelRecipe {
  std::string name;
  std::string kind;
  std::vector<std::string> blocks;
  std::vector<std::string> features;
  std::vector<std::string> members;
  std::string anchor;  // "" for none
  int first_season = 0;
  std::string serve;       // "" when it is not served
  std::string parameters;  // a JSON object
  // The base of its forecast is the market line: it is the line, corrects it, or combines only
  // such models.
  bool anchored = false;
  std::string json;  // this entry, canonical
};

struct Recipe {
  std::string name;
  std::string sport;
  std::vector<std::string> outcomes;  // "home", "draw", "away"
  std::uint32_t seed = 0;
  // A pool is fitted on forecasts that its members made before: they start so many seasons before
  // the first one that is judged.
  int seasons_ahead = 2;
  // A model is left out when it has fewer matches than this to learn from.
  std::int64_t least_training_matches = 1;
  // A season with fewer matches is not judged on.
  std::int64_t least_held_out_matches = 1;
  // Parameters and models were chosen by how they forecast seasons up to this one (the year it
  // starts in): results on those flatter. 0 when it is not known.
  int chosen_by_seasons_to = 0;
  std::vector<ModelRecipe> models;
  std::string json;  // the whole file, canonical

  [[nodiscard]] const ModelRecipe* Find(std::string_view model) const;
  // Whether the base of a forecaster is the market line: of a model, or of a line that models are
  // compared with. False for what it does not know.
  [[nodiscard]] bool IsAnchored(std::string_view forecaster) const;
  // The model that answers for an information set; null when there is none.
  [[nodiscard]] const ModelRecipe* Serving(std::string_view information) const;
};

// InvalidArgument naming the field that is missing, unknown, of the wrong type or out of range; for
// a recipe of format 1 saying so.
[[nodiscard]] absl::StatusOr<Recipe> ParseRecipe(std::string_view json);

// Where the columns of an entry stand: those of its blocks in the catalogue's order, then its
// features in theirs. InvalidArgument for a block or a feature that the catalogue has not.
[[nodiscard]] absl::StatusOr<ModelInputs> ResolveInputs(
    const ModelRecipe& recipe, const std::vector<CatalogueColumn>& catalogue);

// A recipe's model bound to a catalogue: what a walk-forward walks.
struct NamedLearner {
  std::string name;
  std::shared_ptr<const Learner> learner;
  // All that its fit depends on beside the data; the key of what is kept of it.
  std::string identity;
  // The first season it forecasts.
  int first_season = 0;
};

// All models of `recipe` in order, to judge seasons from `first_season` on: those that others
// build on begin seasons_ahead earlier.
[[nodiscard]] absl::StatusOr<std::vector<NamedLearner>> MakeLearners(
    const Recipe& recipe, const std::vector<CatalogueColumn>& catalogue, int first_season);

// Those of `learners` that are in `names`, and all that these build on; in order.
[[nodiscard]] std::vector<NamedLearner> NeededFor(const std::vector<std::string>& names,
                                                  std::vector<NamedLearner> learners);

}  // namespace fairline::models
