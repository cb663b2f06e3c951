#include "libs/models/bundle.hpp"

#include <cmath>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libs/core/sha256.hpp"
#include "libs/models/tests/drawn_seasons.hpp"

namespace fairline::models {
namespace {

constexpr std::string_view kTheRecipe = R"({"format": 2, "name": "bundle", "sport": "any",
  "outcomes": ["home", "draw", "away"], "seed": 3, "seasons_ahead": 1,
  "least_training_matches": 100, "least_held_out_matches": 50, "models": [
  {"name": "trees", "kind": "trees", "blocks": ["rating", "form"],
   "parameters": {"rounds": 10, "max_depth": 2, "min_child_weight": 5}},
  {"name": "logistic", "kind": "logistic", "blocks": ["rating", "form"],
   "parameters": {"ridge": 2, "replicates": 12}},
  {"name": "residual.trees", "kind": "trees", "blocks": ["form"], "anchor": "market",
   "parameters": {"rounds": 5, "max_depth": 2, "min_child_weight": 5}},
  {"name": "residual", "kind": "logistic", "blocks": ["rating"], "anchor": "market",
   "parameters": {"ridge": 50, "replicates": 12}},
  {"name": "no_odds", "kind": "pool", "members": ["trees", "logistic"], "serve": "no_odds"},
  {"name": "pooled", "kind": "pool", "members": ["residual.trees", "residual"],
   "parameters": {"weight_precision": 500}},
  {"name": "with_odds", "kind": "calibrated", "members": ["pooled"], "anchor": "market",
   "serve": "with_odds"}]})";

struct Packed {
  Packed() {
    const Recipe recipe = ParseRecipe(kTheRecipe).value();
    const std::vector<CatalogueColumn> catalogue = {{"strength", "rating"},
                                                    {"home_goals", "goals"},
                                                    {"away_goals", "goals"},
                                                    {"noise", "form"}};
    fitted = WalkSeasonsAndFit(drawn.matches, MakeLearners(recipe, catalogue, 2019).value(),
                               {.last_season = 2020}, drawn.columns)
                 .value();
    Manifest manifest;
    manifest.catalogue_hash = "c0ffee";
    manifest.catalogue_size = 4;
    manifest.code_version = "0.1.0";
    manifest.data_hash = "da7a";
    manifest.metrics = {{"no_odds.log_loss", 1.0123456789012345}};
    bundle = PackBundle(manifest, recipe, fitted).value();
  }

  [[nodiscard]] BundleFileReader reader() const { return ReaderOf(bundle); }

  [[nodiscard]] std::shared_ptr<const Bundle> Load() const {
    auto loaded = Bundle::Load(bundle.sha256, reader());
    REQUIRE(loaded.status().ToString() == "OK");
    return *std::move(loaded);
  }

  // The manifest changed by hand, and its hash with it: what a hostile registry could serve.
  [[nodiscard]] absl::Status LoadWith(const std::function<void(nlohmann::json&)>& change) {
    auto manifest = nlohmann::json::parse(bundle.files.find(kManifestFile)->second);
    change(manifest);
    const std::string changed = manifest.dump();
    bundle.files.find(kManifestFile)->second = changed;
    return Bundle::Load(Sha256Hex(changed), reader()).status();
  }

  [[nodiscard]] const Forecasts& market() const { return drawn.columns.find(kMarketLine)->second; }
  [[nodiscard]] BundleInput All() const {
    return {.features = drawn.matches.all_features(), .market = &market()};
  }

  DrawnSeasons drawn = DrawSeasons(3);
  std::vector<FittedModel> fitted;
  BundleFiles bundle;
};

// Fitted once. Never destroyed: XGBoost's own statics are gone before it would be.
const Packed& Shared() {
  static const Packed* const packed = new Packed;
  return *packed;
}

}  // namespace

TEST_CASE("a loaded bundle forecasts the bits of the models that were packed", "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  const ForecastColumns columns = bundle->Forecast(packed.All()).value();
  CHECK(columns.size() == 7);
  ForecastColumns read = {{std::string(kMarketLine), packed.market()}};
  for (const FittedModel& each : packed.fitted) {
    INFO(each.name);
    const Forecasts direct = each.model
                                 ->Forecast({.features = packed.drawn.matches.all_features(),
                                             .columns = read,
                                             .competitions = {}})
                                 .value();
    CHECK(SameBits(direct, columns.find(each.name)->second));
    CHECK(SameBits(direct, bundle->Forecast(each.name, packed.All()).value()));
    read.emplace(each.name, direct);
  }
  CHECK(bundle->Serving(kNoOdds) == "no_odds");
  CHECK(bundle->Serving(kPastOdds).empty());
  CHECK(bundle->manifest().Serving(kWithOdds)->anchored);
  CHECK_FALSE(bundle->manifest().Serving(kNoOdds)->anchored);
  CHECK(bundle->manifest().Find("logistic")->trained_matches == 1800);
  CHECK(bundle->manifest().Find("residual")->trained_matches == 1710);
}

TEST_CASE("one match alone is forecast as in the batch, from several threads", "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  const Forecasts batch = bundle->Forecast("with_odds", packed.All()).value();
  std::vector<int> mismatches(3, 0);
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < 3; ++caller) {
    callers.emplace_back([&, caller] {
      for (std::uint32_t i = 0; i < 200; ++i) {
        const Forecasts line = Select(packed.market(), {i});
        const auto one = bundle->Forecast(
            "with_odds",
            {.features = {packed.drawn.matches.all_features().row(i), 4}, .market = &line});
        if (!one.ok() || !SameBits(*one, Select(batch, {i}))) ++mismatches[caller];
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(mismatches == std::vector<int>(3, 0));
}

TEST_CASE("without a line the anchored models are silent and the others speak",
          "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  const BundleInput without{.features = packed.drawn.matches.all_features()};
  CHECK(IsForecast(bundle->Forecast("no_odds", without)->row(0)));
  CHECK_FALSE(IsForecast(bundle->Forecast("with_odds", without)->row(0)));
  const BundleInput one{.features = {without.features.row(0), 4}};
  CHECK(absl::IsFailedPrecondition(bundle->Explain("with_odds", one).status()));
  CHECK(absl::IsNotFound(bundle->Forecast("past_odds", without).status()));
  CHECK(std::isnan(bundle->Uncertainty("with_odds", one)->total.row(0)[0]));
}

TEST_CASE("an explanation adds up to the forecast, through pools and calibrations",
          "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  const std::string_view model = GENERATE("no_odds", "with_odds", "residual.trees");
  for (const std::uint32_t i : {0u, 7u, 1799u}) {
    const Forecasts line = Select(packed.market(), {i});
    const BundleInput input{.features = {packed.drawn.matches.all_features().row(i), 4},
                            .market = &line};
    const Explanation explanation = bundle->Explain(model, input).value();
    std::vector<double> sum = explanation.base;
    for (const Contribution& each : explanation.contributions) {
      for (std::size_t k = 0; k < 3; ++k) sum[k] += each.log_odds[k];
    }
    const std::vector<double> log_odds = LogOdds(explanation.probabilities);
    for (std::size_t k = 0; k < 3; ++k) CHECK(sum[k] == Approx(log_odds[k]).margin(2e-5));
    const Forecasts forecast = bundle->Forecast(model, input).value();
    CHECK(std::equal(forecast.row(0).begin(), forecast.row(0).end(),
                     explanation.probabilities.begin()));
    if (model == "no_odds") {
      REQUIRE(explanation.members.size() == 2);
      CHECK(explanation.members[0].model == "trees");
      CHECK(explanation.members[0].weight == bundle->Find("no_odds")->member_weights()[0]);
      REQUIRE(explanation.contributions.size() == 2);
      CHECK(explanation.contributions[0].input == "strength");
    } else {
      CHECK(explanation.contributions.back().input == "market");
      if (model == "with_odds") {
        CHECK(std::abs(explanation.contributions.back().log_odds[0]) > 0.0);
      }
    }
  }
}

TEST_CASE("uncertainty is the spread over refits and members, and shrinks with what is known",
          "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  const Uncertainty pool = bundle->Uncertainty("no_odds", packed.All()).value();
  const Uncertainty linear = bundle->Uncertainty("logistic", packed.All()).value();
  const ForecastColumns columns = bundle->Forecast(packed.All()).value();
  const std::vector<double> weights = bundle->Find("no_odds")->member_weights();
  for (std::size_t i = 0; i < 1800; i += 97) {
    for (std::size_t k = 0; k < 3; ++k) {
      const double refits = pool.of_refits.row(i)[k];
      const double between = pool.between_members.row(i)[k];
      CHECK(pool.total.row(i)[k] == Approx(std::hypot(refits, between)));
      CHECK(refits > 0.0);
      CHECK(refits < 0.1);
      const double trees = columns.find("trees")->second.row(i)[k];
      const double logistic = columns.find("logistic")->second.row(i)[k];
      const double share = weights[0] / (weights[0] + weights[1]);
      CHECK(between ==
            Approx(std::sqrt(share * (1 - share)) * std::abs(trees - logistic)).margin(1e-9));
      CHECK(linear.between_members.row(i)[k] == 0.0);
    }
  }
  // A single match has the uncertainty that it has in the batch.
  const Forecasts line = Select(packed.market(), {97});
  const Uncertainty one =
      bundle
          ->Uncertainty("no_odds", {.features = {packed.drawn.matches.all_features().row(97), 4},
                                    .market = &line})
          .value();
  CHECK(SameBits(one.total, Select(pool.total, {97})));
}

TEST_CASE("bootstrap coefficients spread as the theory of maximum likelihood says",
          "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  // One feature and 1800 matches: the standard error of the home probability at an even match is
  // about sqrt(p (1 - p) / n).
  MatchTable even = packed.drawn.matches;
  even.features.assign(4, 0.0F);
  const Uncertainty at_even =
      bundle->Uncertainty("logistic", {.features = {even.features, 4}}).value();
  CHECK(at_even.of_refits.row(0)[0] == Approx(std::sqrt(0.3333 * 0.6667 / 1800)).epsilon(0.6));
}

TEST_CASE("the manifest survives its own JSON", "[models][bundle]") {
  const Packed& packed = Shared();
  const std::string& json = packed.bundle.files.find(kManifestFile)->second;
  CHECK(Sha256Hex(json) == packed.bundle.sha256);
  const auto manifest = ManifestFromJson(json);
  REQUIRE(manifest.status().ToString() == "OK");
  CHECK(ManifestToJson(*manifest) == json);
  CHECK(manifest->metrics.at("no_odds.log_loss") == 1.0123456789012345);
  CHECK(manifest->sport == "any");
  CHECK(manifest->Find("past_odds") == nullptr);
  CHECK(ParseRecipe(manifest->recipe_json).ok());
}

TEST_CASE("a bundle with any byte changed is refused", "[models][bundle]") {
  Packed packed = Shared();
  const std::string file = GENERATE("manifest.json", "trees.ubj", "logistic.json", "no_odds.json");
  std::string& bytes = packed.bundle.files.find(file)->second;
  SECTION("a flipped bit") {
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  }
  SECTION("a byte more") { bytes += '\0'; }
  SECTION("a byte less") { bytes.pop_back(); }
  SECTION("nothing left") { bytes.clear(); }
  const absl::Status status = Bundle::Load(packed.bundle.sha256, packed.reader()).status();
  CHECK(absl::IsInvalidArgument(status));
}

TEST_CASE("a missing file or another hash is refused", "[models][bundle]") {
  Packed packed = Shared();
  CHECK(absl::IsInvalidArgument(Bundle::Load(std::string(64, '0'), packed.reader()).status()));
  packed.bundle.files.erase("trees.ubj");
  CHECK(absl::IsNotFound(Bundle::Load(packed.bundle.sha256, packed.reader()).status()));
}

TEST_CASE("a manifest that hangs together in no way is refused", "[models][bundle]") {
  using nlohmann::json;
  Packed packed = Shared();
  const auto refused = [&](const std::function<void(json&)>& change) {
    Packed fresh = packed;
    const absl::Status status = fresh.LoadWith(change);
    return absl::IsInvalidArgument(status) ? MessageOf(status) : status.ToString();
  };
  CHECK_THAT(refused([](json& m) { m["format_version"] = 1; }), Catch::Contains("format 1"));
  CHECK_THAT(refused([](json& m) { m["format_version"] = 3; }), Catch::Contains("format 3"));
  CHECK_THAT(refused([](json& m) { m["models"][0]["file"] = "../up"; }), Catch::Contains("file"));
  CHECK_THAT(refused([](json& m) { m["models"][0]["columns"][0] = 4; }),
             Catch::Contains("catalogue"));
  CHECK_THAT(refused([](json& m) { m["models"][0]["columns"][0] = -1; }),
             Catch::Contains("columns"));
  CHECK_THAT(refused([](json& m) { m["models"][0]["features"] = json::array(); }),
             Catch::Contains("differ"));
  CHECK_THAT(refused([](json& m) { m["models"][4]["members"][0] = "with_odds"; }),
             Catch::Contains("before"));
  CHECK_THAT(refused([](json& m) { m["models"][4]["members"] = {"trees"}; }),
             Catch::Contains("weights"));
  CHECK_THAT(refused([](json& m) { m["models"][2]["anchor"] = "nobody"; }),
             Catch::Contains("nobody"));
  CHECK_THAT(refused([](json& m) { m["models"][1]["name"] = "trees"; }), Catch::Contains("twice"));
  CHECK_THAT(refused([](json& m) { m["models"][1]["kind"] = "trees"; }),
             Catch::Contains("logistic"));
  CHECK_THAT(refused([](json& m) { m["models"][1]["kind"] = "oracle"; }),
             Catch::Contains("oracle"));
  CHECK_THAT(refused([](json& m) { m["outcomes"] = 2; }), Catch::Contains("outcomes"));
  CHECK_THAT(refused([](json& m) { m["outcomes"] = 1'000'000; }), Catch::Contains("outcomes"));
  CHECK_THAT(refused([](json& m) { m["models"][0]["bytes"] = 1ULL << 60; }),
             Catch::Contains("bytes"));
  CHECK_THAT(refused([](json& m) { m["metrics"]["x"] = "y"; }), Catch::Contains("metrics"));
  CHECK_THAT(refused([](json& m) { m.erase("seed"); }), Catch::Contains("seed"));
  CHECK_FALSE(ManifestFromJson("not json").ok());
}

TEST_CASE("a model refuses rows of another catalogue and lines it cannot use", "[models][bundle]") {
  const Packed& packed = Shared();
  const auto bundle = packed.Load();
  const std::vector<float> shorter(3, 0.0F);
  CHECK(absl::IsInvalidArgument(bundle->Forecast("no_odds", {.features = {shorter, 3}}).status()));
  const FeatureMatrix one{packed.drawn.matches.all_features().row(0), 4};
  CHECK(absl::IsInvalidArgument(
      bundle->Forecast("with_odds", {.features = one, .market = &packed.market()}).status()));
  Forecasts impossible(3);
  impossible.Append(std::vector<double>{1.0, 0.0, 0.0});
  CHECK(absl::IsInvalidArgument(
      bundle->Forecast("with_odds", {.features = one, .market = &impossible}).status()));
  CHECK(absl::IsInvalidArgument(bundle->Explain("no_odds", packed.All()).status()));
}

}  // namespace fairline::models
