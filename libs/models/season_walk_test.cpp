#include "libs/models/season_walk.hpp"

#include <atomic>
#include <map>
#include <mutex>

#include <catch2/catch.hpp>

#include "libs/models/tests/drawn_seasons.hpp"

namespace fairline::models {
namespace {

const std::vector<CatalogueColumn> kCatalogue = {
    {"strength", "rating"}, {"home_goals", "goals"}, {"away_goals", "goals"}, {"noise", "form"}};

const std::string kRecipe = R"({"format": 2, "name": "walk", "sport": "any",
  "outcomes": ["home", "draw", "away"], "seed": 3, "seasons_ahead": 1,
  "least_training_matches": 100, "least_held_out_matches": 50, "models": [
  {"name": "trees", "kind": "trees", "blocks": ["rating", "form"],
   "parameters": {"rounds": 10, "max_depth": 2, "min_child_weight": 5}},
  {"name": "stopped", "kind": "trees", "blocks": ["rating", "form"],
   "parameters": {"rounds": 60, "learning_rate": 0.5, "min_child_weight": 1,
                  "early_stopping": {"rounds": 3}}},
  {"name": "logistic", "kind": "logistic", "blocks": ["rating", "form"],
   "parameters": {"ridge": 2, "replicates": 4}},
  {"name": "residual", "kind": "logistic", "blocks": ["rating"], "anchor": "market"},
  {"name": "pool", "kind": "pool", "members": ["trees", "logistic"]}]})";

std::vector<NamedLearner> Learners(const std::string& recipe = kRecipe, int first_season = 2018) {
  auto learners = MakeLearners(ParseRecipe(recipe).value(), kCatalogue, first_season);
  REQUIRE(learners.status().ToString() == "OK");
  return *std::move(learners);
}

class MemoryCache final : public FitCache {
 public:
  absl::StatusOr<std::optional<std::string>> Find(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = fits.find(key);
    if (found == fits.end()) return std::nullopt;
    ++found_;
    return found->second;
  }
  absl::Status Save(std::string_view key, std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    fits.emplace(key, bytes);
    return absl::OkStatus();
  }

  std::map<std::string, std::string, std::less<>> fits;
  int found_ = 0;

 private:
  std::mutex mutex_;
};

// Knows every match that it was fitted on, and nothing of any other.
class Memoriser final : public Model {
 public:
  Memoriser(std::map<float, OutcomeIndex> seen, std::size_t outcomes)
      : Model({.features = {"strength"}, .columns = {0}, .members = {}, .anchor = {}}, outcomes),
        seen_(std::move(seen)) {}
  std::string_view kind() const override { return "memoriser"; }
  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    Forecasts forecasts(outcomes());
    for (std::size_t i = 0; i < input.features.rows(); ++i) {
      std::vector<double> row(outcomes(), 0.05);
      const float key = input.features.row(i)[0];
      const auto found = seen_.find(key);
      // Of what it has not seen it is as sure, and as often right as who guesses.
      const std::size_t called = found != seen_.end()
                                     ? found->second
                                     : static_cast<std::size_t>(std::abs(key) * 1e6F) % outcomes();
      row[called] = 1.0 - 0.05 * static_cast<double>(outcomes() - 1);
      forecasts.Append(row);
    }
    return forecasts;
  }
  absl::StatusOr<Attribution> Explain(const ForecastInput&) const override {
    return absl::UnimplementedError("");
  }
  std::string Describe() const override { return "{}"; }
  absl::StatusOr<std::string> Save() const override { return std::string(); }

 private:
  std::map<float, OutcomeIndex> seen_;
};

class MemorisingLearner final : public Learner {
 public:
  MemorisingLearner()
      : Learner("memoriser",
                {.features = {"strength"}, .columns = {0}, .members = {}, .anchor = {}}, 0) {}
  absl::StatusOr<std::shared_ptr<const Model>> Fit(const FitStep& step,
                                                   const FitObserver&) const override {
    std::map<float, OutcomeIndex> seen;
    for (const std::uint32_t row : step.known) {
      seen[step.matches.all_features().row(row)[0]] = step.matches.results[row];
    }
    return std::make_shared<const Memoriser>(std::move(seen), step.matches.outcomes);
  }
};

const FittedModel& Of(const std::vector<FittedModel>& fitted, std::string_view name) {
  const auto found = std::find_if(fitted.begin(), fitted.end(),
                                  [&](const FittedModel& each) { return each.name == name; });
  REQUIRE(found != fitted.end());
  return *found;
}

}  // namespace

TEST_CASE("any number of threads gives the same bits", "[models][season_walk]") {
  DrawnSeasons one = DrawSeasons(3);
  DrawnSeasons four = DrawSeasons(3);
  const auto learners = Learners();
  const auto fitted_by_one =
      WalkSeasonsAndFit(one.matches, learners, {.last_season = 2020, .threads = 1}, one.columns);
  const auto fitted_by_four =
      WalkSeasonsAndFit(four.matches, learners, {.last_season = 2020, .threads = 4}, four.columns);
  REQUIRE(fitted_by_one.status().ToString() == "OK");
  REQUIRE(fitted_by_four.status().ToString() == "OK");
  for (const auto& [name, column] : one.columns) {
    INFO(name);
    CHECK(SameBits(column, four.columns.find(name)->second));
  }
  REQUIRE(fitted_by_one->size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    INFO((*fitted_by_one)[i].name);
    CHECK((*fitted_by_one)[i].model->Save().value() == (*fitted_by_four)[i].model->Save().value());
  }
}

TEST_CASE("changing the future changes no forecast of any kind", "[models][season_walk]") {
  DrawnSeasons drawn = DrawSeasons(3);
  DrawnSeasons changed = DrawSeasons(3);
  const auto first = static_cast<std::ptrdiff_t>(RowsOf(changed.matches, 2019).front());
  std::reverse(changed.matches.results.begin() + first, changed.matches.results.end());
  REQUIRE(WalkSeasons(drawn.matches, Learners(), {.last_season = 2019}, drawn.columns).ok());
  REQUIRE(WalkSeasons(changed.matches, Learners(), {.last_season = 2019}, changed.columns).ok());
  for (const auto& [name, column] : drawn.columns) {
    INFO(name);
    CHECK(SameBits(column, changed.columns.find(name)->second));
  }
}

TEST_CASE("a pool never sees a forecast of a match that its member has learned from",
          "[models][season_walk]") {
  DrawnSeasons drawn = DrawSeasons(3);
  std::vector<NamedLearner> learners = Learners();
  learners[0].learner = std::make_shared<MemorisingLearner>();
  const auto fitted =
      WalkSeasonsAndFit(drawn.matches, learners, {.last_season = 2020}, drawn.columns);
  REQUIRE(fitted.status().ToString() == "OK");
  // In sample the memoriser is right every time, and would be all that the pool listens to.
  const std::vector<double> weights = Of(*fitted, "pool").model->member_weights();
  CHECK(weights[0] < 0.15);
  CHECK(weights[1] > 0.6);
}

TEST_CASE("a kept fit is not made again, and forecasts the same bits", "[models][season_walk]") {
  MemoryCache cache;
  DrawnSeasons drawn = DrawSeasons(3);
  DrawnSeasons again = DrawSeasons(3);
  const WalkOptions options{.last_season = 2020, .cache = &cache, .code_version = "a"};
  const auto first = WalkSeasonsAndFit(drawn.matches, Learners(), options, drawn.columns);
  REQUIRE(first.status().ToString() == "OK");
  CHECK(cache.found_ == 0);
  const std::size_t fits = cache.fits.size();
  // Members of the pool from 2017 on, others from 2018 on, and each once more on everything.
  CHECK(fits == 2 * 4 + 2 * 3 + 4);
  const auto second = WalkSeasonsAndFit(again.matches, Learners(), options, again.columns);
  REQUIRE(second.status().ToString() == "OK");
  CHECK(cache.fits.size() == fits);
  CHECK(cache.found_ == static_cast<int>(fits));
  for (const auto& [name, column] : drawn.columns) {
    CHECK(SameBits(column, again.columns.find(name)->second));
  }
  for (std::size_t i = 0; i < first->size(); ++i) {
    CHECK((*first)[i].model->Save().value() == (*second)[i].model->Save().value());
  }

  SECTION("other data, parameters or code make other fits") {
    cache.found_ = 0;
    DrawnSeasons other = DrawSeasons(3);
    other.matches.features[0] += 1.0F;
    REQUIRE(WalkSeasons(other.matches, Learners(), options, other.columns).ok());
    std::string changed = kRecipe;
    changed.replace(changed.find("\"rounds\": 10"), 12, "\"rounds\": 11");
    REQUIRE(
        WalkSeasons(again.matches, NeededFor({"trees"}, Learners(changed)), options, again.columns)
            .ok());
    WalkOptions newer = options;
    newer.code_version = "b";
    REQUIRE(WalkSeasons(again.matches, Learners(), newer, again.columns).ok());
    CHECK(cache.found_ == 0);
  }
}

TEST_CASE("early stopping fits fewer rounds where more would only learn noise",
          "[models][season_walk]") {
  DrawnSeasons drawn = DrawSeasons(3);
  const auto fitted =
      WalkSeasonsAndFit(drawn.matches, Learners(), {.last_season = 2020}, drawn.columns);
  REQUIRE(fitted.ok());
  CHECK(Of(*fitted, "trees").model->Describe() == R"({"rounds":10})");
  const std::string stopped = Of(*fitted, "stopped").model->Describe();
  CHECK(stopped != R"({"rounds":60})");
  CHECK(stopped != R"({"rounds":0})");
}

TEST_CASE("what has too little to learn from is left out, and pools do without it",
          "[models][season_walk]") {
  DrawnSeasons drawn = DrawSeasons(3);
  Forecasts& market = drawn.columns.find(kMarketLine)->second;
  std::fill(market.values().begin(), market.values().end(), std::nan(""));
  std::string recipe = kRecipe;
  recipe.replace(recipe.find("[\"trees\", \"logistic\"]"), 21, "[\"trees\", \"residual\"]");
  const auto fitted =
      WalkSeasonsAndFit(drawn.matches, Learners(recipe), {.last_season = 2020}, drawn.columns);
  REQUIRE(fitted.status().ToString() == "OK");
  CHECK(fitted->size() == 4);
  CHECK(Of(*fitted, "pool").model->inputs().members == std::vector<std::string>{"trees"});
  CHECK(IsForecast(drawn.columns.find("pool")->second.row(1700)));
  CHECK_FALSE(IsForecast(drawn.columns.find("residual")->second.row(1700)));
}

TEST_CASE("a walk says whose season failed, and can be cancelled", "[models][season_walk]") {
  DrawnSeasons drawn = DrawSeasons(3);
  std::vector<NamedLearner> learners = Learners();
  ForecastColumns none;
  const absl::Status failed = WalkSeasons(drawn.matches, learners, {.last_season = 2020}, none);
  CHECK(absl::IsNotFound(failed));
  CHECK(MessageOf(failed).find("residual of season 2018") == 0);
  std::int64_t last = 0;
  std::int64_t total = 0;
  REQUIRE(WalkSeasons(drawn.matches, learners,
                      {.last_season = 2020,
                       .threads = 2,
                       .observer =
                           [&](const WalkProgress& step) {
                             CHECK(step.done >= last);
                             last = step.done;
                             total = step.total;
                             return true;
                           }},
                      drawn.columns)
              .ok());
  CHECK(last == total);
  int reports = 0;
  const absl::Status cancelled = WalkSeasons(
      drawn.matches, learners,
      {.last_season = 2020, .observer = [&](const WalkProgress&) { return ++reports < 5; }},
      drawn.columns);
  CHECK(absl::IsCancelled(cancelled));
  CHECK(reports == 5);
  learners.push_back(learners.front());
  CHECK(absl::IsInvalidArgument(
      WalkSeasons(drawn.matches, learners, {.last_season = 2020}, drawn.columns)));
}

}  // namespace fairline::models
