#include "services/training/app/jobs/halving.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <catch2/catch.hpp>

namespace fairline::training {
namespace {

const std::vector<ParameterRange> kRanges = {
    {.name = "slope", .scale = Scale::kLinear, .low = -1.0, .high = 3.0},
    {.name = "rate", .scale = Scale::kLog, .low = 0.001, .high = 1.0},
    {.name = "depth", .scale = Scale::kInteger, .low = 2, .high = 5}};

}  // namespace

TEST_CASE("trials are spread evenly over each scale", "[training][search]") {
  constexpr std::size_t kTrials = 4000;
  double slope_sum = 0.0;
  std::size_t low_rates = 0;
  std::map<double, std::size_t> depths;
  for (std::size_t trial = 0; trial < kTrials; ++trial) {
    const ParameterValues values = DrawTrial(kRanges, 7, trial);
    REQUIRE(values.size() == 3);
    REQUIRE((values[0] >= -1.0 && values[0] < 3.0));
    REQUIRE((values[1] >= 0.001 && values[1] <= 1.0));
    slope_sum += values[0];
    low_rates += values[1] < std::sqrt(0.001) ? 1U : 0U;  // the middle of the scale
    ++depths[values[2]];
  }
  CHECK(slope_sum / kTrials == Approx(1.0).margin(0.06));
  CHECK(low_rates == Approx(kTrials / 2).margin(100));
  REQUIRE(depths.size() == 4);
  for (const auto& [depth, count] : depths) {
    CHECK(depth == std::floor(depth));
    CHECK(count == Approx(kTrials / 4).margin(100));
  }
  CHECK(depths.begin()->first == 2.0);
  CHECK(depths.rbegin()->first == 5.0);
}

TEST_CASE("a trial's values follow from the seed and its number alone", "[training][search]") {
  CHECK(DrawTrial(kRanges, 7, 3) == DrawTrial(kRanges, 7, 3));
  CHECK(DrawTrial(kRanges, 7, 3) != DrawTrial(kRanges, 7, 4));
  CHECK(DrawTrial(kRanges, 7, 3) != DrawTrial(kRanges, 8, 3));
  // A further range leaves the values of the others as they are.
  CHECK(DrawTrial({kRanges[0]}, 7, 3)[0] == DrawTrial(kRanges, 7, 3)[0]);
}

TEST_CASE("rungs multiply the budget as they divide the trials", "[training][search]") {
  const auto budgets = [](const std::vector<Rung>& rungs) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (const Rung& rung : rungs) pairs.emplace_back(rung.trials, rung.budget);
    return pairs;
  };
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  CHECK(budgets(PlanRungs(27, 1, 9, 3.0).value()) == Pairs{{27, 1}, {9, 3}, {3, 9}});
  CHECK(budgets(PlanRungs(27, 1, 5, 3.0).value()) == Pairs{{27, 1}, {9, 3}, {3, 5}});
  CHECK(budgets(PlanRungs(2, 1, 8, 2.0).value()) == Pairs{{2, 1}, {1, 2}, {1, 4}, {1, 8}});
  CHECK(budgets(PlanRungs(10, 5, 5, 3.0).value()) == Pairs{{10, 5}});
  // A factor too small to add a season each time.
  CHECK(budgets(PlanRungs(8, 1, 3, 1.5).value()) == Pairs{{8, 1}, {3, 2}, {2, 3}});
  CHECK(absl::IsInvalidArgument(PlanRungs(0, 1, 5, 3.0).status()));
  CHECK(absl::IsInvalidArgument(PlanRungs(9, 6, 5, 3.0).status()));
  CHECK(absl::IsInvalidArgument(PlanRungs(9, 1, 5, 1.0).status()));
}

TEST_CASE("the lowest scores are promoted, earlier trials first among equals",
          "[training][search]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<TrialScore> scores = {{4, 0.98}, {2, nan}, {9, 0.97}, {7, 0.98}, {1, 1.02}};
  CHECK(Promoted(scores, 1) == std::vector<std::size_t>{9});
  CHECK(Promoted(scores, 2) == std::vector<std::size_t>{4, 9});
  CHECK(Promoted(scores, 9) == std::vector<std::size_t>{1, 2, 4, 7, 9});
  CHECK(Ranked(scores).back().trial == 2);
  auto shuffled = scores;
  std::reverse(shuffled.begin(), shuffled.end());
  CHECK(Promoted(shuffled, 3) == Promoted(scores, 3));
}

TEST_CASE("halving finds the best trial of a noisy race at a third of the cost",
          "[training][search]") {
  // Trial t's true loss is t / 100; a judgement on b seasons is off by noise of sd 0.05 / sqrt(b).
  std::size_t won = 0;
  std::size_t spent = 0;
  for (std::uint64_t race = 0; race < 100; ++race) {
    std::vector<std::size_t> alive(27);
    for (std::size_t t = 0; t < alive.size(); ++t) alive[t] = t;
    const auto rungs = PlanRungs(27, 1, 9, 3.0).value();
    std::size_t judged_on = 0;
    std::vector<TrialScore> scores;
    for (const Rung& rung : rungs) {
      alive = scores.empty() ? alive : Promoted(scores, rung.trials);
      spent += alive.size() * (rung.budget - judged_on);
      judged_on = rung.budget;
      scores.clear();
      for (const std::size_t t : alive) {
        double noise = 0.0;
        for (std::size_t b = 0; b < rung.budget; ++b) {
          const auto u = DrawTrial({{.name = "", .low = -0.087, .high = 0.087}}, race, t * 9 + b);
          noise += u[0] / static_cast<double>(rung.budget);
        }
        scores.push_back({t, static_cast<double>(t) / 100.0 + noise});
      }
    }
    won += Ranked(scores)[0].trial <= 3 ? 1U : 0U;
  }
  CHECK(won >= 90);
  CHECK(spent < 100 * 27 * 9 / 3);
}

}  // namespace fairline::training
