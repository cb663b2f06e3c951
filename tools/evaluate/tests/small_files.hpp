#pragma once
// For tests here: fictional leagues as files and as matches, and a recipe that is quick to fit.

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "libs/core/date.hpp"
#include "libs/testing/data.hpp"
#include "tools/demo_league/league.hpp"
#include "tools/demo_league/site.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::evaluate {

inline constexpr std::string_view kQuickRecipe = R"({
  "format": 2, "name": "quick", "sport": "football", "outcomes": ["home", "draw", "away"],
  "seed": 1, "seasons_ahead": 2, "least_training_matches": 300, "least_held_out_matches": 100,
  "models": [
    {"name": "dixon_coles", "kind": "score_grid",
     "features": ["dixon_coles_home_goals", "dixon_coles_away_goals", "dixon_coles_rho"]},
    {"name": "logistic.no_odds", "kind": "logistic", "blocks": ["rating", "form"],
     "parameters": {"ridge": 200}},
    {"name": "logistic.with_odds", "kind": "logistic", "blocks": ["rating", "market"],
     "anchor": "market", "parameters": {"ridge": 5000}},
    {"name": "no_odds", "kind": "pool", "members": ["logistic.no_odds", "dixon_coles"],
     "serve": "no_odds"},
    {"name": "with_odds", "kind": "pool", "members": ["logistic.with_odds", "market"],
     "serve": "with_odds", "parameters": {"weight_precision": 2000, "bias_precision": 2000}}]})";

// The demo leagues of 2016-17 to 2024-25, written once; removed with the object.
class DemoFiles {
 public:
  DemoFiles()
      : folder_(std::filesystem::temp_directory_path() /
                ("fairline_evaluate_" + std::to_string(::getpid()))) {
    const auto leagues = demo::PlayLeagues(7, 2016, 2024);
    for (const auto& file : demo::Publish(leagues, ParseInstant("2025-08-01T00:00:00Z").value())) {
      const std::filesystem::path path = folder_ / file.path;
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << file.text;
    }
    std::ofstream(folder_ / "recipe.json") << kQuickRecipe;
  }
  ~DemoFiles() { std::filesystem::remove_all(folder_); }
  DemoFiles(const DemoFiles&) = delete;
  DemoFiles& operator=(const DemoFiles&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] season_files::SeasonMatches Matches() const {
    return season_files::ReadSeasonMatches(folder_, testing::SourceDir() / "services/ingest/seed")
        .value();
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace fairline::evaluate
