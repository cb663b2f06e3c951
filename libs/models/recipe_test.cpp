#include "libs/models/recipe.hpp"

#include <catch2/catch.hpp>

namespace fairline::models {
namespace {

const std::string kGood = R"({"format": 2, "name": "r", "sport": "any",
  "outcomes": ["home", "away"], "seed": 7, "seasons_ahead": 2,
  "least_training_matches": 10, "least_held_out_matches": 10, "models": [
  {"name": "elo", "kind": "elo"},
  {"name": "trees", "kind": "trees", "blocks": ["form"], "features": ["elo_difference"],
   "parameters": {"rounds": 15, "early_stopping": {"rounds": 5}}},
  {"name": "residual", "kind": "logistic", "blocks": ["form"], "anchor": "market",
   "first_season": 2005, "parameters": {"ridge": 20}},
  {"name": "pool", "kind": "pool", "members": ["trees", "elo"], "serve": "no_odds"},
  {"name": "best", "kind": "pool", "members": ["residual", "market"], "serve": "with_odds"},
  {"name": "mixed", "kind": "pool", "members": ["residual", "trees"]}]})";

const std::vector<CatalogueColumn> kCatalogue = {
    {"elo_difference", "rating"}, {"form_a", "form"}, {"form_b", "form"}};

std::string ErrorWith(const std::string& from, const std::string& to) {
  std::string changed = kGood;
  const auto at = changed.find(from);
  REQUIRE(at != std::string::npos);
  const absl::Status status = ParseRecipe(changed.replace(at, from.size(), to)).status();
  CHECK(absl::IsInvalidArgument(status));
  return MessageOf(status);
}

}  // namespace

TEST_CASE("a recipe says which models are anchored and which are served", "[models][recipe]") {
  const auto recipe = ParseRecipe(kGood);
  REQUIRE(recipe.status().ToString() == "OK");
  CHECK(recipe->chosen_by_seasons_to == 0);
  CHECK(recipe->Serving(kNoOdds)->name == "pool");
  CHECK(recipe->Serving(kWithOdds)->name == "best");
  CHECK(recipe->Serving(kPastOdds) == nullptr);
  CHECK(recipe->Find("residual")->anchored);
  CHECK(recipe->IsAnchored("residual"));
  CHECK(recipe->IsAnchored("market"));
  CHECK(recipe->IsAnchored("pinnacle"));
  CHECK_FALSE(recipe->IsAnchored("trees"));
  CHECK_FALSE(recipe->IsAnchored("closing"));
  CHECK(recipe->Find("best")->anchored);
  CHECK_FALSE(recipe->Find("pool")->anchored);
  CHECK_FALSE(recipe->Find("mixed")->anchored);
  const auto again = ParseRecipe(recipe->json);
  REQUIRE(again.ok());
  CHECK(again->json == recipe->json);
}

TEST_CASE("a recipe with a misspelt or impossible field is refused by name", "[models][recipe]") {
  CHECK_THAT(ErrorWith("\"rounds\": 15", "\"round\": 15"), Catch::Contains("round"));
  CHECK_THAT(ErrorWith("\"rounds\": 15", "\"rounds\": 0"), Catch::Contains("rounds"));
  CHECK_THAT(ErrorWith("\"rounds\": 15", "\"rounds\": 1.5"), Catch::Contains("rounds"));
  CHECK_THAT(ErrorWith("{\"rounds\": 5}", "{\"round\": 5}"),
             Catch::Contains("early_stopping.round"));
  CHECK_THAT(ErrorWith("\"kind\": \"trees\"", "\"kind\": \"forest\""), Catch::Contains("kind"));
  CHECK_THAT(ErrorWith("\"blocks\": [\"form\"], \"feat", "\"bloks\": [\"form\"], \"feat"),
             Catch::Contains("models[1].bloks"));
  CHECK_THAT(ErrorWith("\"ridge\": 20", "\"ridge\": -1"), Catch::Contains("ridge"));
  CHECK_THAT(ErrorWith("\"seed\": 7", "\"seed\": \"7\""), Catch::Contains("seed"));
  CHECK_THAT(ErrorWith("\"seed\": 7", "\"seed\": -7"), Catch::Contains("seed"));
  CHECK_THAT(ErrorWith("\"name\": \"residual\"", "\"name\": \"market\""), Catch::Contains("name"));
  CHECK_THAT(ErrorWith("\"name\": \"residual\"", "\"name\": \"../up\""), Catch::Contains("name"));
  CHECK_THAT(ErrorWith("\"name\": \"residual\"", "\"name\": \"elo\""), Catch::Contains("taken"));
  CHECK_THAT(ErrorWith("\"serve\": \"with_odds\"", "\"serve\": \"no_odds\""),
             Catch::Contains("serve"));
  CHECK_THAT(ErrorWith("\"serve\": \"with_odds\"", "\"serve\": \"odds\""),
             Catch::Contains("serve"));
  CHECK_THAT(ErrorWith("[\"trees\", \"elo\"]", "[\"trees\", \"best\"]"), Catch::Contains("best"));
  CHECK_THAT(ErrorWith("[\"trees\", \"elo\"]", "[\"trees\", \"trees\"]"),
             Catch::Contains("members"));
  CHECK_THAT(ErrorWith("[\"trees\", \"elo\"]", "[]"), Catch::Contains("members"));
  CHECK_THAT(ErrorWith("\"format\": 2", "\"format\": 3"), Catch::Contains("format"));
  CHECK_THAT(ErrorWith("\"format\": 2, ", ""), Catch::Contains("format 1"));
  CHECK_FALSE(ParseRecipe("{").ok());
  CHECK_FALSE(ParseRecipe("[]").ok());
}

TEST_CASE("columns are those of the blocks in the catalogue's order, then the named ones",
          "[models][recipe]") {
  const Recipe recipe = ParseRecipe(kGood).value();
  const auto inputs = ResolveInputs(*recipe.Find("trees"), kCatalogue);
  REQUIRE(inputs.ok());
  CHECK(inputs->features == std::vector<std::string>{"form_a", "form_b", "elo_difference"});
  CHECK(inputs->columns == std::vector<std::uint32_t>{1, 2, 0});
  CHECK(ResolveInputs(*recipe.Find("elo"), kCatalogue)->columns == std::vector<std::uint32_t>{0});
  const std::vector<CatalogueColumn> other = {{"strength", "rating"}, {"form_a", "form"}};
  CHECK_THAT(std::string(ResolveInputs(*recipe.Find("elo"), other).status().message()),
             Catch::Contains("elo_difference"));
  ModelRecipe table = *recipe.Find("trees");
  table.blocks = {"table"};
  CHECK_THAT(std::string(ResolveInputs(table, kCatalogue).status().message()),
             Catch::Contains("no block table"));
}

TEST_CASE("members begin to forecast before the pool that is fitted on what they said",
          "[models][recipe]") {
  const auto learners = MakeLearners(ParseRecipe(kGood).value(), kCatalogue, 2020);
  REQUIRE(learners.status().ToString() == "OK");
  std::map<std::string, int> first;
  for (const NamedLearner& each : *learners) first[each.name] = each.first_season;
  CHECK(first["pool"] == 2020);
  CHECK(first["trees"] == 2018);
  CHECK(first["elo"] == 2012);  // costs nothing: for all seasons that a pool learns from
  const auto needed = NeededFor({"best"}, *learners);
  REQUIRE(needed.size() == 2);
  CHECK(needed[0].name == "residual");
  CHECK(needed[1].name == "best");
}

}  // namespace fairline::models
