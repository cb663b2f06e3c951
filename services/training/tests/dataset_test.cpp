#include "services/training/app/fit/dataset.hpp"

#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "libs/features/replay.hpp"
#include "libs/testing/data.hpp"
#include "services/training/app/fit/recipe.hpp"
#include "services/training/tests/fakes.hpp"

namespace fairline::training {
namespace {

const float kOneFeature[] = {1.0F};

Dataset EmptyDataset() {
  return Dataset({.feature_set_id = 1, .catalogue_hash = "x", .features = {{"f", "rating"}}}, 3);
}

TrainingMatch MatchOn(std::int64_t id, const char* date, int season) {
  TrainingMatch match;
  match.match_id = id;
  match.date = ParseDay(date).value();
  match.season_start = season;
  match.features = kOneFeature;
  return match;
}

TEST_CASE("the recipe that ships is valid, and each model sees only what it may",
          "[training][recipe]") {
  std::ifstream file(testing::SourceDir() / "services/training/recipes/football.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto recipe = ParseRecipe(text.str());
  REQUIRE(recipe.status().ToString() == "OK");
  CHECK_FALSE(recipe->Serving(models::kNoOdds)->anchored);
  CHECK_FALSE(recipe->Serving(models::kPastOdds)->anchored);
  CHECK(recipe->Serving(models::kWithOdds)->anchored);
  // What a model reads, itself or by those that it builds on.
  const std::function<std::set<std::string>(const std::string&)> blocks_of =
      [&](const std::string& name) {
        std::set<std::string> blocks;
        const ModelRecipe* const model = recipe->Find(name);
        if (model == nullptr) return std::set<std::string>{"market"};
        blocks.insert(model->blocks.begin(), model->blocks.end());
        for (const std::string& member : model->members) blocks.merge(blocks_of(member));
        if (!model->anchor.empty()) blocks.merge(blocks_of(model->anchor));
        return blocks;
      };
  CHECK_FALSE(blocks_of("no_odds").contains("past_odds"));
  CHECK_FALSE(blocks_of("no_odds").contains("market"));
  CHECK(blocks_of("past_odds").contains("past_odds"));
  CHECK_FALSE(blocks_of("past_odds").contains("market"));
  CHECK(blocks_of("with_odds").contains("market"));
}

TEST_CASE("the recipe that ships finds its columns in football's catalogue", "[training][recipe]") {
  std::ifstream file(testing::SourceDir() / "services/training/recipes/football.json");
  std::stringstream text;
  text << file.rdbuf();
  const Recipe recipe = ParseRecipe(text.str()).value();
  const auto replay = features::MakeReplay("football").value();
  std::vector<models::CatalogueColumn> catalogue;
  for (const features::Feature& feature : replay->catalogue().features()) {
    catalogue.push_back(
        {std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  CHECK(models::MakeLearners(recipe, catalogue, 2020).status().ToString() == "OK");
}

TEST_CASE("the held-out season is the latest that is over", "[training][dataset]") {
  const Dataset dataset = MakeLeague({.first_season = 2020, .seasons = 3});
  const auto at = [&](const char* moment, std::int64_t least) {
    return LatestCompleteSeason(dataset, ParseInstant(moment).value(), least);
  };
  // The last match of 2022-23 is played in May 2023.
  CHECK(at("2023-08-01T00:00:00Z", 100).value() == 2022);
  CHECK(at("2023-05-20T00:00:00Z", 100).value() == 2021);
  CHECK(absl::IsFailedPrecondition(at("2023-08-01T00:00:00Z", 500).status()));
  const Dataset one = MakeLeague({.first_season = 2020, .seasons = 1});
  CHECK_FALSE(LatestCompleteSeason(one, ParseInstant("2023-08-01T00:00:00Z").value(), 1).ok());
}

TEST_CASE("learning for a season stops before its first day, whatever ran late",
          "[training][dataset]") {
  Dataset dataset = EmptyDataset();
  REQUIRE(dataset.Append(MatchOn(1, "2020-03-01", 2019)).ok());
  REQUIRE(dataset.Append(MatchOn(2, "2020-08-01", 2019)).ok());
  REQUIRE(dataset.Append(MatchOn(3, "2020-08-01", 2020)).ok());
  REQUIRE(dataset.Append(MatchOn(4, "2020-08-02", 2019)).ok());
  CHECK(dataset.Before(2020) == Rows{0});
  CHECK(dataset.Before(2021) == Rows{0, 1, 2, 3});
  CHECK(absl::IsInvalidArgument(dataset.Append(MatchOn(5, "2020-01-01", 2019))));
}

TEST_CASE("the data hash sees what a fit sees", "[training][dataset]") {
  const auto hash = [](const LeagueOptions& options) {
    const Dataset dataset = MakeLeague(options);
    return dataset.Hash(dataset.All());
  };
  const std::string original = hash({.seasons = 2});
  CHECK(hash({.seasons = 2}) == original);
  CHECK(hash({.seasons = 2, .leak = true}) != original);
  CHECK(hash({.seasons = 2, .odds = false}) != original);
  CHECK(hash({.seasons = 1}) != original);
}

TEST_CASE("the data hash does not depend on which file was loaded first", "[training][dataset]") {
  const auto hash = [](std::int64_t first_file, std::int64_t second_file) {
    Dataset dataset = EmptyDataset();
    for (const auto& [id, competition] : {std::pair(first_file, 1), std::pair(second_file, 2)}) {
      TrainingMatch match = MatchOn(id, "2020-03-01", 2019);
      match.competition_id = competition;
      REQUIRE(dataset.Append(match).ok());
    }
    return dataset.Hash(dataset.All());
  };
  CHECK(hash(1, 2) == hash(2, 1));
}

TEST_CASE("prices that are no prices make no line, and Pinnacle's close comes first",
          "[training][dataset]") {
  Dataset dataset = EmptyDataset();
  TrainingMatch match = MatchOn(1, "2020-03-01", 2019);
  match.average = {2.0F, 3.5F, 4.0F};
  match.average_closing = {2.1F, 3.4F, 4.0F};
  REQUIRE(dataset.Append(match).ok());
  match.match_id = 2;
  match.average = {2.0F, 1.0F, 4.0F};
  match.pinnacle_closing = {1.9F, 3.6F, 4.2F};
  REQUIRE(dataset.Append(match).ok());
  CHECK(dataset.has_market(0));
  CHECK_FALSE(dataset.has_market(1));
  CHECK(dataset.has_closing(0));
  CHECK(dataset.closing().row(1)[0] > dataset.closing().row(0)[0]);
}

TEST_CASE("a sport of two outcomes knows no draw", "[training][dataset]") {
  Dataset dataset({.feature_set_id = 1, .catalogue_hash = "x", .features = {{"f", "rating"}}}, 2);
  TrainingMatch match = MatchOn(1, "2020-03-01", 2019);
  REQUIRE(dataset.Append(match).ok());
  CHECK(dataset.size() == 0);
  match.away_score = 1;
  match.average = {1.5F, 2.8F, 0.0F};
  REQUIRE(dataset.Append(match).ok());
  CHECK(dataset.result(0) == 1);
  CHECK(dataset.market().row(0)[0] + dataset.market().row(0)[1] == Approx(1.0));
}

}  // namespace
}  // namespace fairline::training
