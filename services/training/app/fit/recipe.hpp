#pragma once
// Recipes are those of libs/models: one definition of the models for evaluation, training and
// serving.

#include "libs/models/recipe.hpp"

namespace fairline::training {

using models::ModelRecipe;
using models::ParseRecipe;
using models::Recipe;

}  // namespace fairline::training
