// The challenge's real training set, forecast in a year whose results it holds.

#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "libs/sources/soccer_challenge.hpp"
#include "libs/testing/data.hpp"
#include "tools/challenge/challenge_matches.hpp"
#include "tools/challenge/forecast.hpp"

namespace fairline::challenge {
namespace {

constexpr std::string_view kRecipe = R"({
    "format": 2, "name": "test", "sport": "football", "outcomes": ["home", "draw", "away"],
    "seed": 1, "least_training_matches": 300, "least_held_out_matches": 100,
    "models": [
      {"name": "base_rate", "kind": "base_rate"},
      {"name": "no_odds", "kind": "logistic", "serve": "no_odds", "first_season": 2009,
       "features": ["elo_difference", "goals_rating_log_ratio", "goals_rating_draw"]}]})";

TEST_CASE("clubs of the real training set are forecast two months ahead, far above the base rate",
          "[challenge][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  std::ifstream in(*data / "football/soccer-challenge-2023/TrainingSet_2023_02_08.csv",
                   std::ios::binary);
  const auto results = sources::ReadChallengeTraining(
      std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
  REQUIRE(results.ok());
  const auto matches = MakeChallengeMatches(*results, {});
  REQUIRE(matches.ok());
  const auto recipe = models::ParseRecipe(kRecipe);
  REQUIRE(recipe.ok());
  const auto scores = EvaluateYears(*matches, *recipe, 2019, 2019, {});
  INFO(scores.status().ToString());
  REQUIRE(scores.ok());
  const YearScore& year = scores->front();
  REQUIRE(year.year == 2019);
  const evaluation::Evaluation& base_rate = year.models[0].second;
  const evaluation::Evaluation& forecast = year.models[1].second;
  CHECK(forecast.matches == 710);
  CHECK(forecast.rps < base_rate.rps - 0.01);
  CHECK(forecast.calibration_slope > 0.85);
  CHECK(forecast.calibration_slope < 1.2);
}

}  // namespace
}  // namespace fairline::challenge
