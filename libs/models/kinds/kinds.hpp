#pragma once
// The kinds of model that there are: how the learner of each reads its parameters and how a saved
// model is read back. Adding a kind is a file beside this one and a line in kinds.cpp.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libs/core/status.hpp"
#include "libs/models/learner.hpp"
#include "libs/models/model.hpp"

namespace fairline::models {

using LearnerOr = absl::StatusOr<std::shared_ptr<const Learner>>;
using ModelOr = absl::StatusOr<std::shared_ptr<const Model>>;

// What every learner is made from.
struct LearnerSetup {
  ModelInputs inputs;
  std::size_t outcomes = 3;
  int first_season = 0;  // earlier matches are not learned from
  std::uint32_t seed = 0;
};

struct Kind {
  std::string_view name;
  // `parameters` is an object; errors name its fields.
  LearnerOr (*make_learner)(LearnerSetup setup, const nlohmann::json& parameters);
  ModelOr (*load)(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
};

// base_rate.cpp
LearnerOr MakeBaseRate(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadBaseRate(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// market.cpp
LearnerOr MakeMarket(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadMarket(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// ordered_logit.cpp
LearnerOr MakeElo(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadElo(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
LearnerOr MakePiRating(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadPiRating(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// score_grid.cpp
LearnerOr MakeScoreGrid(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadScoreGrid(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// logistic.cpp
LearnerOr MakeLogistic(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadLogistic(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// trees.cpp
LearnerOr MakeTrees(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadTrees(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// pool.cpp
LearnerOr MakePool(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadPool(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);
// calibrated.cpp
LearnerOr MakeCalibrated(LearnerSetup setup, const nlohmann::json& parameters);
ModelOr LoadCalibrated(ModelInputs inputs, std::size_t outcomes, std::string_view bytes);

}  // namespace fairline::models
