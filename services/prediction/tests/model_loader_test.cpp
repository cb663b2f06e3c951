#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "libs/models/bundle.hpp"
#include "services/prediction/storage/lake_model_loader.hpp"

namespace fairline::prediction {
namespace {

constexpr std::size_t kColumns = 4;

// Matches of three seasons on which little can be learned.
models::MatchTable SmallTable() {
  models::MatchTable matches;
  matches.feature_count = kColumns;
  for (int i = 0; i < 300; ++i) {
    for (std::size_t k = 0; k < kColumns; ++k) {
      matches.features.push_back(static_cast<float>((i * 7 + static_cast<int>(k) * 13) % 10));
    }
    matches.days.push_back(Day(std::chrono::days(18'000 + i)));
    matches.seasons.push_back(2019 + i / 100);
    matches.competitions.push_back(1);
    matches.results.push_back(static_cast<models::OutcomeIndex>(i % 3));
  }
  return matches;
}

models::BundleFiles SmallBundle(const std::vector<std::string>& names) {
  std::string entries;
  for (const std::string& name : names) {
    entries += fmt::format(R"({}{{"name": "{}", "kind": "trees", "blocks": ["all"], "serve": "{}",
                              {} "parameters": {{"rounds": 5, "min_child_weight": 1}}}})",
                           entries.empty() ? "" : ",", name, name,
                           name == "with_odds" ? R"("anchor": "market",)" : "");
  }
  const models::Recipe recipe =
      models::ParseRecipe(R"({"format": 2, "name": "small", "sport": "football", "seed": 1,
        "outcomes": ["home", "draw", "away"], "least_training_matches": 1,
        "least_held_out_matches": 1, "models": [)" +
                          entries + "]}")
          .value();
  const models::MatchTable matches = SmallTable();
  models::ForecastColumns columns;
  columns.emplace(models::kMarketLine, models::Forecasts(matches.size(), 3));
  for (double& p : columns.begin()->second.values()) p = 1.0 / 3.0;
  const std::vector<models::CatalogueColumn> catalogue = {
      {"a", "all"}, {"b", "all"}, {"c", "all"}, {"d", "all"}};
  const auto fitted =
      models::WalkSeasonsAndFit(matches, models::MakeLearners(recipe, catalogue, 2021).value(),
                                {.last_season = 2021}, columns)
          .value();
  models::Manifest manifest;
  manifest.catalogue_hash = "cafe";
  manifest.catalogue_size = kColumns;
  return models::PackBundle(manifest, recipe, fitted).value();
}

// A bundle in a lake of its own.
struct StoredBundle {
  explicit StoredBundle(const std::vector<std::string>& names = {"no_odds", "with_odds"}) {
    std::filesystem::remove_all(root);
    lake = lake::Lake::Open("file://" + root).value();
    const models::BundleFiles bundle = SmallBundle(names);
    for (const auto& [file, bytes] : bundle.files) {
      REQUIRE(lake->Put(models::BundlePath(bundle.sha256, file), bytes).ok());
    }
    version = {.model = "football",
               .version = 1,
               .bundle_sha256 = bundle.sha256,
               .bundle_path = models::BundlePath(bundle.sha256, models::kManifestFile),
               .catalogue_hash = "cafe"};
  }
  ~StoredBundle() { std::filesystem::remove_all(root); }

  const std::string root = "/tmp/fairline-model-loader-test-" + std::to_string(::getpid());
  std::unique_ptr<lake::Lake> lake;
  ProductionVersion version;
};

}  // namespace

TEST_CASE("a bundle in the lake is loaded and forecasts", "[prediction][loader]") {
  const StoredBundle stored;
  LakeModelLoader loader(*stored.lake);
  const auto model = loader.Load(stored.version).value();
  CHECK(model->outcomes() == 3);
  CHECK(model->serves(Information::kWithOdds));
  CHECK_FALSE(model->serves(Information::kPastOdds));
  const std::vector<float> row = {1, 2, 3, 4};
  const auto forecasts =
      model->Forecast(Information::kNoOdds, {row, kColumns}, nullptr).value().forecasts;
  CHECK(forecasts.row(0)[0] + forecasts.row(0)[1] + forecasts.row(0)[2] == Approx(1.0));
}

TEST_CASE("a bundle without the anchored model says so", "[prediction][loader]") {
  const StoredBundle stored({"no_odds"});
  CHECK_FALSE(
      LakeModelLoader(*stored.lake).Load(stored.version).value()->serves(Information::kWithOdds));
}

TEST_CASE("a bundle that is not what the registry promised is refused", "[prediction][loader]") {
  StoredBundle stored;
  LakeModelLoader loader(*stored.lake);
  SECTION("changed bytes") {
    const std::string file =
        stored.root + "/models/" + stored.version.bundle_sha256 + "/no_odds.ubj";
    REQUIRE(std::filesystem::exists(file));
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(20).put('!');
    CHECK(loader.Load(stored.version).status().code() == absl::StatusCode::kInvalidArgument);
  }
  SECTION("another hash") {
    stored.version.bundle_sha256[0] = stored.version.bundle_sha256[0] == '0' ? '1' : '0';
    CHECK(loader.Load(stored.version).status().code() == absl::StatusCode::kInvalidArgument);
  }
  SECTION("another place") {
    stored.version.bundle_path = "models/nowhere/manifest.json";
    CHECK(loader.Load(stored.version).status().code() == absl::StatusCode::kNotFound);
  }
  SECTION("another catalogue") {
    stored.version.catalogue_hash = "beef";
    CHECK(loader.Load(stored.version).status().code() == absl::StatusCode::kFailedPrecondition);
  }
  SECTION("another sport") {
    stored.version.model = "basketball";
    CHECK(loader.Load(stored.version).status().code() == absl::StatusCode::kFailedPrecondition);
  }
}

TEST_CASE("a bundle that cannot forecast without odds is refused", "[prediction][loader]") {
  const StoredBundle stored({"with_odds"});
  CHECK(LakeModelLoader(*stored.lake).Load(stored.version).status().code() ==
        absl::StatusCode::kFailedPrecondition);
}

}  // namespace fairline::prediction
