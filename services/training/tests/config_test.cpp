// Which recipes a process follows.
#include "services/training/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

namespace fairline::training {
namespace {

namespace fs = std::filesystem;

std::string RecipeOf(const std::string& sport) {
  return R"({"format": 2, "name": "small", "sport": ")" + sport +
         R"(", "outcomes": ["home", "away"],
    "seed": 1, "seasons_ahead": 1, "least_training_matches": 300, "least_held_out_matches": 100,
    "models": [{"name": "plain", "kind": "logistic", "blocks": ["rating"]},
      {"name": "no_odds", "kind": "pool", "members": ["plain"], "serve": "no_odds"}]})";
}

std::string SpacesOf(const std::string& sport) {
  return R"({"sport": ")" + sport + R"(", "spaces": [{"model": "plain", "parameters": {
    "rounds": {"scale": "integer", "low": 5, "high": 20}}}]})";
}

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "fairline-recipes-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string Put(const std::string& name, const std::string& text) {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  [[nodiscard]] std::string path() const { return path_; }

 private:
  fs::path path_;
};

// The sports of the recipes, or the message.
std::string Sports(const std::string& recipe_files, const std::string& search_files = "") {
  Config config;
  config.recipe_files = recipe_files;
  config.search_files = search_files;
  const auto recipes = config.ReadRecipes();
  if (!recipes.ok()) return std::string(recipes.status().message());
  std::string sports;
  for (const SportRecipe& each : *recipes) {
    sports += each.recipe.sport + (each.spaces.spaces.empty() ? " " : "+search ");
  }
  return sports;
}

TEST_CASE("one file is one recipe, with the search file beside it", "[training]") {
  Folder folder;
  const std::string football = folder.Put("mine.json", RecipeOf("football"));
  CHECK(Sports(football) == "football ");
  folder.Put("search.json", SpacesOf("football"));
  CHECK(Sports(football) == "football+search ");
}

TEST_CASE("files separated by commas are recipes of several sports, in order", "[training]") {
  Folder folder;
  const std::string toy = folder.Put("toy.json", RecipeOf("toy"));
  const std::string football = folder.Put("mine.json", RecipeOf("football"));
  folder.Put("search.json", SpacesOf("football"));
  CHECK(Sports(toy + "," + football) == "toy football+search ");
  const std::string toy_search = folder.Put("toy_search.json", SpacesOf("toy"));
  CHECK(Sports(football + "," + toy, toy_search) == "football toy+search ");
}

TEST_CASE("a folder stands for the recipe named as each sport", "[training]") {
  Folder folder;
  CHECK_THAT(Sports(folder.path()), Catch::Contains("FAIRLINE_TRAINING_RECIPE"));
  folder.Put("basketball.json", RecipeOf("basketball"));
  folder.Put("football.json", RecipeOf("football"));
  folder.Put("another.json", RecipeOf("football"));
  CHECK(Sports(folder.path()) == "football basketball ");
}

TEST_CASE("what cannot be meant is refused with the variable's name", "[training]") {
  Folder folder;
  const std::string one = folder.Put("one.json", RecipeOf("football"));
  const std::string two = folder.Put("two.json", RecipeOf("football"));
  CHECK_THAT(Sports(one + "," + two), Catch::Contains("FAIRLINE_TRAINING_RECIPE") &&
                                          Catch::Contains("two.json is a second recipe"));
  CHECK_THAT(Sports(folder.path() + "/none.json"), Catch::Contains("FAIRLINE_TRAINING_RECIPE"));
  const std::string search = folder.Put("toy_search.json", SpacesOf("toy"));
  CHECK_THAT(Sports(one, search), Catch::Contains("FAIRLINE_TRAINING_SEARCH"));
}

}  // namespace
}  // namespace fairline::training
