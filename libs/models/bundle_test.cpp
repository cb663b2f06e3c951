#include "libs/models/bundle.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "libs/core/sha256.hpp"

namespace fairline::models {
namespace {

constexpr std::size_t kCatalogue = 6;

struct Matches {
  std::vector<float> rows;
  Forecasts market{3};
  std::vector<OutcomeIndex> results;

  [[nodiscard]] FeatureMatrix features() const { return {rows, kCatalogue}; }
};

Matches DrawMatches(std::size_t count) {
  Matches matches;
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < count; ++i) {
    const double strength = normal(random);
    for (std::size_t column = 0; column < kCatalogue; ++column) {
      matches.rows.push_back(column == 4   ? static_cast<float>(strength)
                             : column == 5 ? std::numeric_limits<float>::quiet_NaN()
                                           : static_cast<float>(normal(random)));
    }
    double line[] = {std::exp(strength), 1.0, std::exp(-strength)};
    const double total = line[0] + line[1] + line[2];
    for (double& p : line) p /= total;
    matches.market.Append(line);
    matches.results.push_back(strength > 0.5 ? 0 : strength > -0.5 ? 1 : 2);
  }
  return matches;
}

OutcomeModel FitSmall(const Matches& matches, bool anchored, Calibration calibration) {
  const std::vector<std::uint32_t> columns = {4, 1, 5};
  const std::vector<float> gathered = GatherColumns(matches.features(), columns).value();
  BoosterParameters parameters;
  parameters.rounds = 10;
  parameters.min_child_weight = 5;
  std::vector<float> margins;
  if (anchored) margins = LogMargins(matches.market.values());
  Booster booster =
      Booster::Train({gathered, columns.size()}, matches.results, margins, parameters).value();
  return OutcomeModel::Make(std::move(booster), columns, anchored, std::move(calibration)).value();
}

Manifest FullManifest() {
  Manifest manifest;
  manifest.sport = "football";
  manifest.catalogue_hash = "c0ffee";
  manifest.catalogue_size = kCatalogue;
  manifest.recipe_json = R"({"name":"football.default"})";
  manifest.seed = 9;
  manifest.code_version = "0.1.0";
  manifest.data_hash = "da7a";
  manifest.metrics = {{"no_odds.log_loss", 1.0123456789012345}};
  for (const std::string_view name : {kNoOddsModel, kWithOddsModel}) {
    ModelEntry entry;
    entry.name = name;
    entry.features = {"strength", "noise", "never_known"};
    entry.trained_matches = 500;
    entry.trained_from = ParseDay("2005-08-06").value();
    entry.trained_to = ParseDay("2026-01-29").value();
    manifest.models.push_back(entry);
  }
  return manifest;
}

struct Packed {
  Matches matches = DrawMatches(500);
  OutcomeModel no_odds = FitSmall(matches, false, {.slope = 0.9, .biases = {0.1, 0.05, 0.0}});
  OutcomeModel with_odds = FitSmall(matches, true, {.slope = 0.8, .biases = {}});
  BundleFiles bundle = PackBundle(FullManifest(), {{std::string(kNoOddsModel), &no_odds},
                                                   {std::string(kWithOddsModel), &with_odds}})
                           .value();

  [[nodiscard]] BundleFileReader reader() const {
    return [this](std::string_view file, std::size_t max_bytes) -> absl::StatusOr<std::string> {
      const auto found = bundle.files.find(file);
      if (found == bundle.files.end()) return absl::NotFoundError(std::string(file));
      if (found->second.size() > max_bytes) return absl::ResourceExhaustedError("too large");
      return found->second;
    };
  }
};

bool SameBits(std::span<const double> a, std::span<const double> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

TEST_CASE("a loaded bundle forecasts the bits of the models that were packed", "[models][bundle]") {
  const Packed packed;
  const auto bundle = Bundle::Load(packed.bundle.sha256, packed.reader());
  REQUIRE(bundle.status().ToString() == "OK");
  const FeatureMatrix features = packed.matches.features();
  const auto no_odds = (*bundle)->ForecastNoOdds(features);
  const auto with_odds = (*bundle)->ForecastWithOdds(features, packed.matches.market);
  REQUIRE(no_odds.ok());
  REQUIRE(with_odds.ok());
  CHECK(SameBits(no_odds->values(), packed.no_odds.Forecast(features, nullptr)->values()));
  CHECK(SameBits(with_odds->values(),
                 packed.with_odds.Forecast(features, &packed.matches.market)->values()));
  for (std::size_t i = 0; i < no_odds->rows(); ++i) {
    const auto row = no_odds->row(i);
    REQUIRE(row[0] + row[1] + row[2] == Approx(1.0).margin(1e-12));
  }
}

TEST_CASE("one match alone is forecast as in the batch, from several threads", "[models][bundle]") {
  const Packed packed;
  const auto bundle = Bundle::Load(packed.bundle.sha256, packed.reader()).value();
  const FeatureMatrix features = packed.matches.features();
  const Forecasts batch = bundle->ForecastWithOdds(features, packed.matches.market).value();
  std::vector<int> mismatches(3, 0);
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < 3; ++caller) {
    callers.emplace_back([&, caller] {
      for (std::size_t i = 0; i < 200; ++i) {
        Forecasts line(3);
        line.Append(packed.matches.market.row(i));
        const auto one = bundle->ForecastWithOdds({features.row(i), kCatalogue}, line);
        if (!one.ok() || !SameBits(one->values(), batch.row(i))) ++mismatches[caller];
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(mismatches == std::vector<int>(3, 0));
}

TEST_CASE("the manifest survives its own JSON", "[models][bundle]") {
  const Packed packed;
  const std::string& json = packed.bundle.files.find(kManifestFile)->second;
  CHECK(Sha256Hex(json) == packed.bundle.sha256);
  const auto manifest = ManifestFromJson(json);
  REQUIRE(manifest.ok());
  CHECK(ManifestToJson(*manifest) == json);
  CHECK(manifest->metrics.at("no_odds.log_loss") == 1.0123456789012345);
  CHECK(manifest->Find(kWithOddsModel)->anchored);
  CHECK(manifest->Find("past_odds") == nullptr);
}

TEST_CASE("a bundle with any byte changed is refused", "[models][bundle]") {
  Packed packed;
  const std::string file = GENERATE("manifest.json", "no_odds.ubj", "with_odds.ubj");
  std::string& bytes = packed.bundle.files.find(file)->second;
  SECTION("a flipped bit") {
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  }
  SECTION("a byte more") { bytes += '\0'; }
  SECTION("a byte less") { bytes.pop_back(); }
  SECTION("nothing left") { bytes.clear(); }
  const auto bundle = Bundle::Load(packed.bundle.sha256, packed.reader());
  CHECK((absl::IsInvalidArgument(bundle.status()) || absl::IsResourceExhausted(bundle.status())));
}

TEST_CASE("a missing file or another hash is refused", "[models][bundle]") {
  Packed packed;
  CHECK(absl::IsInvalidArgument(Bundle::Load(std::string(64, '0'), packed.reader()).status()));
  packed.bundle.files.erase("with_odds.ubj");
  CHECK(absl::IsNotFound(Bundle::Load(packed.bundle.sha256, packed.reader()).status()));
}

TEST_CASE("a manifest of a newer format or with a path as file is refused", "[models][bundle]") {
  const Packed packed;
  const std::string& json = packed.bundle.files.find(kManifestFile)->second;
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string changed = json;
    const auto at = changed.find(from);
    REQUIRE(at != std::string::npos);
    return changed.replace(at, from.size(), to);
  };
  CHECK_FALSE(ManifestFromJson(replaced("\"format_version\": 1", "\"format_version\": 2")).ok());
  CHECK_FALSE(ManifestFromJson(replaced("\"no_odds.ubj\"", "\"../no_odds.ubj\"")).ok());
  CHECK_FALSE(ManifestFromJson(replaced("\"seed\"", "\"sead\"")).ok());
  CHECK_FALSE(ManifestFromJson("not json").ok());
}

TEST_CASE("a model refuses rows of another catalogue and lines it cannot use", "[models][bundle]") {
  const Packed packed;
  const auto bundle = Bundle::Load(packed.bundle.sha256, packed.reader()).value();
  const std::vector<float> shorter(kCatalogue - 1, 0.0F);
  CHECK(absl::IsInvalidArgument(bundle->ForecastNoOdds({shorter, kCatalogue - 1}).status()));
  const FeatureMatrix one{packed.matches.features().row(0), kCatalogue};
  CHECK(absl::IsInvalidArgument(bundle->ForecastWithOdds(one, packed.matches.market).status()));
  Forecasts impossible(3);
  impossible.Append(std::vector<double>{1.0, 0.0, 0.0});
  CHECK(absl::IsInvalidArgument(bundle->ForecastWithOdds(one, impossible).status()));
}

TEST_CASE("a bundle without a with-odds model says so", "[models][bundle]") {
  Packed packed;
  Manifest manifest = FullManifest();
  manifest.models.pop_back();
  packed.bundle = PackBundle(manifest, {{std::string(kNoOddsModel), &packed.no_odds}}).value();
  const auto bundle = Bundle::Load(packed.bundle.sha256, packed.reader());
  REQUIRE(bundle.ok());
  CHECK_FALSE((*bundle)->has_model(kWithOddsModel));
  CHECK(absl::IsFailedPrecondition(
      (*bundle)->ForecastWithOdds(packed.matches.features(), packed.matches.market).status()));
}

}  // namespace
}  // namespace fairline::models
