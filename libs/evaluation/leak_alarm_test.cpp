#include "libs/evaluation/leak_alarm.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "libs/evaluation/evaluation.hpp"
#include "libs/models/conditional_logit.hpp"

namespace fairline::evaluation {
namespace {

using models::ForecastColumns;
using models::Forecasts;
using models::MatchTable;
using models::OutcomeIndex;
using models::Rows;
using models::Softmax;

// Ten matches a day on 400 days, results drawn from what `truth` says.
struct World {
  MatchTable matches;
  Forecasts truth{3};
  Rows rows;
};

World DrawWorld(std::uint64_t seed) {
  World world;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (std::uint32_t i = 0; i < 4'000; ++i) {
    const double strength = 0.6 * normal(random);
    std::vector<double> row = {0.3 + strength, 0.0, -strength};
    Softmax(row);
    world.truth.Append(row);
    const double u = uniform(random);
    world.matches.results.push_back(u < row[0] ? 0 : u < row[0] + row[1] ? 1 : 2);
    world.matches.days.push_back(Day(std::chrono::days(18'000 + static_cast<int>(i) / 10)));
    world.matches.seasons.push_back(2019);
    world.matches.competitions.push_back(1);
    world.rows.push_back(i);
  }
  return world;
}

// The truth with some noise in its logarithms, and moved toward what happened by `knowing`.
Forecasts Forecast(const World& world, double noise, double knowing, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Forecasts forecasts = world.truth;
  for (std::size_t i = 0; i < forecasts.rows(); ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      forecasts.row(i)[k] = std::log(forecasts.row(i)[k]) + noise * normal(random) +
                            (world.matches.results[i] == k ? knowing : 0.0);
    }
    Softmax(forecasts.row(i));
  }
  return forecasts;
}

Forecasts SameForAll(const World& world, std::initializer_list<double> row) {
  Forecasts forecasts(3);
  for (std::size_t i = 0; i < world.rows.size(); ++i) forecasts.Append({row.begin(), row.size()});
  return forecasts;
}

std::vector<std::string> Reasons(const World& world, const ForecastColumns& columns) {
  std::vector<std::string> reasons;
  const auto suspected = SuspectedLeaks(world.matches, columns, world.rows, 1);
  REQUIRE(suspected.ok());
  for (const LeakSuspicion& each : *suspected) reasons.push_back(each.forecaster + each.reason);
  return reasons;
}

TEST_CASE("honest forecasts raise no alarm, those that know a little do", "[evaluation][leak]") {
  const World world = DrawWorld(1);
  ForecastColumns columns;
  columns.emplace("closing", Forecast(world, 0.05, 0.0, 2));
  columns.emplace("market", Forecast(world, 0.10, 0.0, 3));
  columns.emplace("model", Forecast(world, 0.12, 0.0, 4));
  CHECK(Reasons(world, columns).empty());
  columns.insert_or_assign("model", Forecast(world, 0.12, 0.2, 4));
  CHECK_FALSE(Reasons(world, columns).empty());
}

TEST_CASE("without a closing line the market, and without any line the base rate, sets bounds",
          "[evaluation][leak]") {
  const World world = DrawWorld(5);
  ForecastColumns columns;
  columns.emplace("market", Forecast(world, 0.10, 0.0, 3));
  columns.emplace("model", Forecast(world, 0.10, 0.2, 4));
  auto reasons = Reasons(world, columns);
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].find("market before the match") != std::string::npos);

  ForecastColumns bare;
  bare.emplace("base_rate", SameForAll(world, {0.44, 0.28, 0.28}));
  bare.emplace("model", Forecast(world, 0.10, 0.0, 4));
  CHECK(Reasons(world, bare).empty());
  bare.insert_or_assign("model", Forecast(world, 0.10, 3.0, 4));
  reasons = Reasons(world, bare);
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].find("nobody forecasts a sport like that") != std::string::npos);
}

TEST_CASE("forecasts bent to the results they are judged on are too well calibrated",
          "[evaluation][leak]") {
  const World world = DrawWorld(6);
  const auto share = [&](OutcomeIndex k) {
    return static_cast<double>(
               std::count(world.matches.results.begin(), world.matches.results.end(), k)) /
           static_cast<double>(world.rows.size());
  };
  ForecastColumns columns;
  columns.emplace("model", SameForAll(world, {0.45, 0.28, 0.27}));
  CHECK(Reasons(world, columns).empty());
  // In one bin each, the mean forecast is then the frequency itself.
  columns.insert_or_assign("model", SameForAll(world, {share(0), share(1), share(2)}));
  const Forecasts& bent = columns.find("model")->second;
  const auto noise = PerfectCalibrationError(bent, 1);
  REQUIRE(noise.ok());
  CHECK(Evaluate(bent, world.matches.results)->ece < noise->mean / 10);
}

TEST_CASE("nothing to judge on is an error", "[evaluation][leak]") {
  CHECK(SuspectedLeaks({}, {}, {}, 1).status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace fairline::evaluation
