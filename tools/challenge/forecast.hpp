#pragma once
// Forecasts of a challenge by the models of a recipe, and what the same way of forecasting was
// worth in earlier years.

#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/evaluation/evaluation.hpp"
#include "libs/models/recipe.hpp"
#include "tools/challenge/challenge_matches.hpp"

namespace fairline::challenge {

struct ForecastOptions {
  int threads = 1;
  // Takes the share of the work that is done and what is being done; false cancels.
  std::function<bool(double share, std::string_view activity)> observer;
};

// Home, draw, away; they sum to 1.
using Probabilities = std::array<double, 3>;

// Of each fixture, in the order given to MakeChallengeMatches, by the recipe's model that is
// served without odds. FailedPrecondition when there was too little to learn from.
[[nodiscard]] absl::StatusOr<std::vector<Probabilities>> ForecastFixtures(
    const ChallengeMatches& matches, const models::Recipe& recipe, const ForecastOptions& options);

struct YearScore {
  int year = 0;  // 0 for all of them
  // By the recipe's name of the model; each forecast the matches of the year that lie as far ahead
  // as the fixtures do, and learned from what was known before.
  std::vector<std::pair<std::string, evaluation::Evaluation>> models;
};

// Every model of the recipe in the years `first` to `last`, and over all of them. Years without
// matches at that time are left out.
[[nodiscard]] absl::StatusOr<std::vector<YearScore>> EvaluateYears(const ChallengeMatches& matches,
                                                                   const models::Recipe& recipe,
                                                                   int first, int last,
                                                                   const ForecastOptions& options);

}  // namespace fairline::challenge
