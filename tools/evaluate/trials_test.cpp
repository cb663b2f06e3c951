#include "tools/evaluate/trials.hpp"

#include <algorithm>
#include <cstring>

#include <catch2/catch.hpp>

#include "tools/evaluate/run.hpp"
#include "tools/evaluate/tests/small_files.hpp"

namespace fairline::evaluate {
namespace {

const DemoFiles& Files() {
  static const DemoFiles files;
  return files;
}

const models::Recipe& Recipe() {
  static const models::Recipe recipe = models::ParseRecipe(kQuickRecipe).value();
  return recipe;
}

RunOptions Judging(int first, int last) {
  RunOptions options;
  options.judge = {.first_season = first, .last_season = last, .competitions = {}};
  return options;
}

const Progress kQuiet = [](std::string_view, int, double) {};

models::ForecastColumns Forecasts(const FootballMatches& football, int threads) {
  RunOptions options = Judging(2023, 2024);
  options.threads = threads;
  std::vector<PoolWeights> weights;
  return ForecastAll(football, Recipe(), options, kQuiet, weights).value();
}

// The bits of one row, NaN like any other.
bool SameRow(const models::Forecasts& a, const models::Forecasts& b, std::size_t row) {
  return std::memcmp(a.row(row).data(), b.row(row).data(), 3 * sizeof(double)) == 0;
}

TEST_CASE("a planted leak sounds the alarm, and without it there is none", "[evaluate][trial]") {
  for (const bool leak : {false, true}) {
    RunOptions options = Judging(2023, 2024);
    options.plant_leak = leak;
    const auto judgement =
        Evaluate(MakeFootballMatches(Files().Matches()).value(), Recipe(), options, kQuiet);
    REQUIRE(judgement.ok());
    CHECK(judgement->suspicions.empty() == !leak);
    if (!leak) continue;
    CHECK(std::any_of(judgement->suspicions.begin(), judgement->suspicions.end(),
                      [](const auto& each) { return each.forecaster == "no_odds"; }));
  }
}

TEST_CASE("shuffled results are not forecast better than by the base rate", "[evaluate][trial]") {
  season_files::SeasonMatches read = Files().Matches();
  ShuffleResults(read, 3);
  const auto judgement =
      Evaluate(MakeFootballMatches(std::move(read)).value(), Recipe(), Judging(2023, 2024), kQuiet);
  REQUIRE(judgement.ok());
  int judged = 0;
  for (const evaluation::ScoreboardEntry& entry : judgement->groups.front().entries) {
    const auto base = entry.against.find(evaluation::kBaseRateColumn);
    if (base == entry.against.end()) continue;
    INFO(entry.forecaster);
    CHECK_FALSE(base->second.log_loss.better());
    ++judged;
  }
  CHECK(judged >= 8);
}

TEST_CASE("a shuffled future changes no bit of any forecast before it", "[evaluate][trial]") {
  const Day from = ParseDay("2024-11-16").value();
  season_files::SeasonMatches read = Files().Matches();
  const FootballMatches football = MakeFootballMatches(read).value();
  ShuffleFuture(read, from, 4);
  const FootballMatches changed = MakeFootballMatches(std::move(read)).value();
  const auto before = Forecasts(football, 1);
  const auto after = Forecasts(changed, 1);
  std::int64_t same = 0;
  std::int64_t different = 0;
  for (const auto& [name, column] : before) {
    INFO(name);
    for (std::size_t i = 0; i < football.table.size(); ++i) {
      const bool equal = SameRow(column, after.find(name)->second, i);
      if (football.table.days[i] < from) {
        REQUIRE(equal);
        ++same;
      } else if (!equal) {
        ++different;
      }
    }
  }
  CHECK(same > 100'000);
  CHECK(different > 1'000);  // the shuffle did something
}

TEST_CASE("the number of threads changes no bit", "[evaluate][trial]") {
  const FootballMatches football = MakeFootballMatches(Files().Matches()).value();
  const auto one = Forecasts(football, 1);
  const auto three = Forecasts(football, 3);
  for (const auto& [name, column] : one) {
    INFO(name);
    for (std::size_t i = 0; i < football.table.size(); ++i) {
      REQUIRE(SameRow(column, three.find(name)->second, i));
    }
  }
}

TEST_CASE("choosing models brings what they build on; unknown names are refused",
          "[evaluate][run]") {
  const FootballMatches football = MakeFootballMatches(Files().Matches()).value();
  RunOptions options = Judging(2024, 2024);
  options.models = {"with_odds"};
  std::vector<PoolWeights> weights;
  const auto columns = ForecastAll(football, Recipe(), options, kQuiet, weights);
  REQUIRE(columns.ok());
  CHECK(columns->contains("logistic.with_odds"));
  CHECK(columns->contains("base_rate"));
  CHECK_FALSE(columns->contains("no_odds"));
  REQUIRE(weights.size() == 1);
  CHECK(weights[0].season == 2024);
  CHECK(weights[0].weights.size() == 2);
  options.models = {"nobody"};
  CHECK(ForecastAll(football, Recipe(), options, kQuiet, weights).status().code() ==
        absl::StatusCode::kNotFound);
  options.models = {};
  options.judge.competitions = {"XX"};
  CHECK(Evaluate(football, Recipe(), options, kQuiet).status().code() ==
        absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace fairline::evaluate
