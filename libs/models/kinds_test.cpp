#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/evaluation/evaluation.hpp"
#include "libs/models/season_walk.hpp"
#include "libs/models/tests/drawn_seasons.hpp"

namespace fairline::models {
namespace {

using evaluation::Evaluate;

const std::vector<CatalogueColumn> kCatalogue = {
    {"strength", "rating"}, {"home_goals", "goals"}, {"away_goals", "goals"}, {"noise", "form"}};

// Every kind, in an order in which each can be made.
std::string RecipeText(std::size_t outcomes, int seed = 1) {
  const std::string names = outcomes == 3 ? R"(["home", "draw", "away"])" : R"(["home", "away"])";
  const std::string trees =
      R"("parameters": {"rounds": 12, "max_depth": 2, "min_child_weight": 5,
                        "learning_rate": 0.1, "max_bins": 32})";
  return fmt::format(R"({{"format": 2, "name": "test", "sport": "any", "outcomes": {},
    "seed": {}, "seasons_ahead": 2, "least_training_matches": 100, "least_held_out_matches": 50,
    "models": [
    {{"name": "base_rate", "kind": "base_rate"}},
    {{"name": "line", "kind": "market"}},
    {{"name": "elo", "kind": "elo", "features": ["strength"]}},
    {{"name": "pi", "kind": "pi_rating", "features": ["strength"]}},
    {{"name": "grid", "kind": "score_grid", "features": ["home_goals", "away_goals", "rho"]}},
    {{"name": "logistic", "kind": "logistic", "blocks": ["rating", "form"],
      "parameters": {{"ridge": 2, "replicates": 8}}}},
    {{"name": "trees", "kind": "trees", "blocks": ["rating", "form"], {} }},
    {{"name": "anchored_logistic", "kind": "logistic", "blocks": ["rating", "form"],
      "anchor": "market", "parameters": {{"ridge": 50, "replicates": 8}}}},
    {{"name": "anchored_trees", "kind": "trees", "blocks": ["form"], "anchor": "market", {} }},
    {{"name": "pool", "kind": "pool", "members": ["trees", "logistic", "grid"],
      "serve": "no_odds"}},
    {{"name": "anchored_pool", "kind": "pool", "members": ["anchored_trees", "anchored_logistic"],
      "serve": "with_odds", "parameters": {{"weight_precision": 200}}}},
    {{"name": "warmed", "kind": "calibrated", "members": ["trees"],
      "parameters": {{"method": "vector"}}}},
    {{"name": "warmed_residual", "kind": "calibrated", "members": ["anchored_trees"],
      "anchor": "market"}}]}})",
                     names, seed, trees, trees);
}

std::vector<CatalogueColumn> CatalogueWithRho() {
  std::vector<CatalogueColumn> catalogue = kCatalogue;
  catalogue.push_back({"rho", "goals"});
  return catalogue;
}

// DrawSeasons with a rho for the grid, which is missing in the first matches of each season.
DrawnSeasons DrawWithRho(std::size_t outcomes) {
  DrawnSeasons drawn = DrawSeasons(outcomes);
  std::vector<float> wider;
  for (std::size_t i = 0; i < drawn.matches.size(); ++i) {
    const auto row = drawn.matches.all_features().row(i);
    wider.insert(wider.end(), row.begin(), row.end());
    wider.push_back(i % 300 < 5 ? std::numeric_limits<float>::quiet_NaN() : -0.05F);
  }
  drawn.matches.features = std::move(wider);
  drawn.matches.feature_count = 5;
  return drawn;
}

struct Walked {
  explicit Walked(std::size_t outcomes, int threads = 1) : drawn(DrawWithRho(outcomes)) {
    const Recipe recipe = ParseRecipe(RecipeText(outcomes)).value();
    const auto learners = MakeLearners(recipe, CatalogueWithRho(), 2018).value();
    auto made = WalkSeasonsAndFit(drawn.matches, learners,
                                  {.last_season = 2020, .threads = threads, .least_matches = 100},
                                  drawn.columns);
    REQUIRE(made.status().ToString() == "OK");
    fitted = *std::move(made);
  }

  [[nodiscard]] const Model& Of(std::string_view name) const {
    const auto found = std::find_if(fitted.begin(), fitted.end(),
                                    [&](const FittedModel& each) { return each.name == name; });
    REQUIRE(found != fitted.end());
    return *found->model;
  }

  // Everything that models of match `row` read, by the walk's own columns.
  [[nodiscard]] ForecastColumns ColumnsOf(std::uint32_t row) const {
    ForecastColumns one;
    for (const auto& [name, column] : drawn.columns) one.emplace(name, Select(column, {row}));
    return one;
  }

  DrawnSeasons drawn;
  std::vector<FittedModel> fitted;
};

}  // namespace

TEST_CASE("every kind forecasts seasons it has not seen better than the base rate",
          "[models][kinds]") {
  const std::size_t outcomes = GENERATE(2, 3);
  const Walked walked(outcomes);
  CHECK(walked.fitted.size() == ParseRecipe(RecipeText(outcomes))->models.size());
  const Rows rows = RowsOf(walked.drawn.matches, 2020);
  for (const auto& [name, column] : walked.drawn.columns) {
    INFO(name);
    Rows judged;
    for (const std::uint32_t row : rows) {
      if (!IsForecast(column.row(row))) continue;
      judged.push_back(row);
      CHECK(std::accumulate(column.row(row).begin(), column.row(row).end(), 0.0) ==
            Approx(1.0).margin(1e-9));
    }
    REQUIRE(judged.size() > 280);
    if (name == "base_rate") continue;
    const auto score = [&](const Forecasts& forecasts) {
      const auto results = ResultsOf(walked.drawn.matches, judged);
      return Evaluate(Select(forecasts, judged), results)->log_loss;
    };
    CHECK(score(column) < score(walked.drawn.columns.find("base_rate")->second) - 0.03);
  }
}

TEST_CASE("a model forecasts where its inputs are known and is silent elsewhere",
          "[models][kinds]") {
  const Walked walked(3);
  const auto spoke = [&](const char* name, std::uint32_t row) {
    return IsForecast(walked.drawn.columns.find(name)->second.row(row));
  };
  const std::uint32_t no_line = 5 * 300 + 3;  // and no rho
  const std::uint32_t no_rho = 5 * 300 + 1;
  CHECK_FALSE(spoke("line", no_line));
  CHECK_FALSE(spoke("anchored_trees", no_line));
  CHECK_FALSE(spoke("anchored_pool", no_line));
  CHECK_FALSE(spoke("warmed_residual", no_line));
  CHECK(spoke("trees", no_line));
  CHECK_FALSE(spoke("grid", no_rho));
  CHECK(spoke("pool", no_rho));  // the other members speak for it
  CHECK(spoke("anchored_pool", no_rho));
}

TEST_CASE("a loaded model forecasts and explains with the bits of the one that was saved",
          "[models][kinds]") {
  const std::size_t outcomes = GENERATE(2, 3);
  const Walked walked(outcomes);
  const MatchTable& matches = walked.drawn.matches;
  const ForecastInput input{.features = matches.all_features(),
                            .columns = walked.drawn.columns,
                            .competitions = matches.competitions};
  for (const FittedModel& each : walked.fitted) {
    INFO(each.name);
    const std::string bytes = each.model->Save().value();
    const auto loaded = LoadModel(each.model->kind(), each.model->inputs(), outcomes, bytes);
    REQUIRE(loaded.status().ToString() == "OK");
    CHECK((*loaded)->Save().value() == bytes);
    CHECK((*loaded)->Describe() == each.model->Describe());
    CHECK(SameBits(each.model->Forecast(input).value(), (*loaded)->Forecast(input).value()));
    CHECK((*loaded)->replicates() == each.model->replicates());
  }
}

TEST_CASE("one match is forecast as in the batch", "[models][kinds]") {
  const Walked walked(3);
  const MatchTable& matches = walked.drawn.matches;
  const ForecastInput all{.features = matches.all_features(),
                          .columns = walked.drawn.columns,
                          .competitions = matches.competitions};
  for (const FittedModel& each : walked.fitted) {
    INFO(each.name);
    const Forecasts batch = each.model->Forecast(all).value();
    for (const std::uint32_t row : {1501u, 1503u, 1510u, 1799u}) {
      const ForecastColumns columns = walked.ColumnsOf(row);
      const Forecasts one =
          each.model
              ->Forecast({.features = {matches.all_features().row(row), matches.feature_count},
                          .columns = columns,
                          .competitions = std::span(matches.competitions).subspan(row, 1)})
              .value();
      CHECK(SameBits(one, Select(batch, {row})));
    }
  }
}

TEST_CASE("what a forecast is attributed to adds up to its log-odds", "[models][kinds]") {
  const std::size_t outcomes = GENERATE(2, 3);
  const Walked walked(outcomes);
  const MatchTable& matches = walked.drawn.matches;
  for (const FittedModel& each : walked.fitted) {
    for (const std::uint32_t row : {1501u, 1510u, 1799u}) {
      INFO(each.name << " of row " << row);
      const ForecastColumns columns = walked.ColumnsOf(row);
      const ForecastInput input{
          .features = {matches.all_features().row(row), matches.feature_count},
          .columns = columns,
          .competitions = std::span(matches.competitions).subspan(row, 1)};
      const Forecasts forecast = each.model->Forecast(input).value();
      if (!IsForecast(forecast.row(0))) continue;
      const Attribution attribution = each.model->Explain(input).value();
      const std::size_t features = each.model->inputs().features.size();
      CHECK(attribution.by_feature.size() == features);
      std::vector<double> sum = attribution.base;
      for (const auto& given : attribution.by_feature) {
        for (std::size_t k = 0; k < outcomes; ++k) sum[k] += given[k];
      }
      for (const auto& [source, weight] : attribution.sources) {
        const auto read = LogOdds(columns.find(source)->second.row(0));
        for (std::size_t k = 0; k < outcomes; ++k) sum[k] += weight * read[k];
      }
      const std::vector<double> log_odds = LogOdds(forecast.row(0));
      for (std::size_t k = 0; k < outcomes; ++k) {
        CHECK(sum[k] == Approx(log_odds[k]).margin(2e-5));
      }
    }
  }
}

TEST_CASE("bytes that no model saved are refused", "[models][kinds]") {
  const Walked walked(3);
  for (const FittedModel& each : walked.fitted) {
    INFO(each.name);
    const std::string_view kind = each.model->kind();
    const ModelInputs& inputs = each.model->inputs();
    const auto refused = [&](std::string_view bytes, std::size_t outcomes = 3) {
      return absl::IsInvalidArgument(LoadModel(kind, inputs, outcomes, bytes).status());
    };
    CHECK(refused(""));
    // XGBoost's parser takes any length that it reads for true: what reaches it has been checked
    // against a known hash.
    if (kind == "trees") continue;
    CHECK(refused("null"));
    CHECK(refused("[]"));
    CHECK(refused("{\"surprise\": 1}"));
    const std::string bytes = each.model->Save().value();
    CHECK(refused(std::string_view(bytes).substr(0, bytes.size() / 2)));
    if (kind == "market" || kind == "score_grid") continue;  // hold nothing of an outcome
    if (kind != "calibrated" || bytes.find("[]") == std::string::npos) CHECK(refused(bytes, 4));
  }
  CHECK(absl::IsInvalidArgument(LoadModel("oracle", {}, 3, "{}").status()));
}

TEST_CASE("numbers that no fit makes are refused", "[models][kinds]") {
  const ModelInputs one{.features = {"a"}, .columns = {0}, .members = {}, .anchor = {}};
  const ModelInputs two{.features = {}, .columns = {}, .members = {"a", "b"}, .anchor = {}};
  const auto refused = [](std::string_view kind, const ModelInputs& inputs, const char* bytes) {
    return absl::IsInvalidArgument(LoadModel(kind, inputs, 3, bytes).status());
  };
  CHECK(refused("elo", one, R"({"mean": 0, "inverse_sd": 1, "slope": null, "cuts": [0, 1]})"));
  CHECK(refused("elo", one, R"({"mean": 0, "inverse_sd": 1, "slope": 1e999, "cuts": [0, 1]})"));
  CHECK(refused("elo", one, R"({"mean": 0, "inverse_sd": 1, "slope": 1, "cuts": [1, 0]})"));
  CHECK(refused("pool", two, R"({"weights": [0.5], "biases": [0, 0, 0]})"));
  CHECK(refused("pool", two, R"({"weights": [0.5, NaN], "biases": [0, 0, 0]})"));
  CHECK(refused("base_rate", {}, R"({"overall": [0.5, 0.5, 0], "competitions": []})"));
  CHECK(refused("logistic", one,
                R"({"anchored": false, "means": [0], "inverse_sds": [1], "intercepts": [0, 0, 0],
                    "weights": [1, 2], "replicates": []})"));
  CHECK(refused("logistic", one,
                R"({"anchored": false, "means": [0], "inverse_sds": [1], "intercepts": [0, 0, 0],
                    "weights": [1, 2, 3], "replicates": [[1]]})"));
}

TEST_CASE("an ordered logit is fitted to whatever sample is drawn", "[models][kinds]") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    INFO(seed);
    const DrawnSeasons drawn = DrawSeasons(3, seed);
    const Recipe recipe = ParseRecipe(R"({"format": 2, "name": "test", "sport": "any",
      "outcomes": ["home", "draw", "away"], "seed": 1, "seasons_ahead": 0,
      "least_training_matches": 1, "least_held_out_matches": 1,
      "models": [{"name": "elo", "kind": "elo", "features": ["strength"]}]})")
                              .value();
    const auto learners = MakeLearners(recipe, kCatalogue, 2020).value();
    ForecastColumns columns = drawn.columns;
    const auto fitted = WalkSeasonsAndFit(
        drawn.matches, learners, {.last_season = 2020, .threads = 1, .least_matches = 1}, columns);
    CHECK(fitted.status().ToString() == "OK");
  }
}

}  // namespace fairline::models
