#include "libs/statistics/block_bootstrap.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

namespace fairline::statistics {
namespace {

Day DayAt(int days_since_1970) { return Day(std::chrono::days(days_since_1970)); }

TEST_CASE("a week is Monday to Sunday, before 1970 too", "[statistics]") {
  for (int day = -10'000; day < 10'000; ++day) {
    const bool monday = std::chrono::weekday(DayAt(day)) == std::chrono::Monday;
    REQUIRE(WeekOf(DayAt(day)) - WeekOf(DayAt(day - 1)) == (monday ? 1 : 0));
  }
}

TEST_CASE("without matches or with few resamples there is no bootstrap", "[statistics]") {
  const std::vector<Day> days = {DayAt(20'000)};
  CHECK(absl::IsInvalidArgument(BlockBootstrap::Make({}, 1).status()));
  CHECK(absl::IsInvalidArgument(BlockBootstrap::Make(days, 1, 39).status()));
  CHECK(BlockBootstrap::Make(days, 1, 40).ok());
}

TEST_CASE("weeks are drawn whole, as many as there are, alike for one seed", "[statistics]") {
  std::vector<Day> days;
  for (int day = 0; day < 7 * 30; day += 3) days.push_back(DayAt(20'000 + day));
  const BlockBootstrap drawn = BlockBootstrap::Make(days, 7, 100).value();
  const BlockBootstrap again = BlockBootstrap::Make(days, 7, 100).value();
  const BlockBootstrap other = BlockBootstrap::Make(days, 8, 100).value();
  bool differs = false;
  for (std::size_t resample = 0; resample < drawn.resamples(); ++resample) {
    std::vector<int> times(drawn.blocks(), -1);
    for (std::size_t match = 0; match < days.size(); ++match) {
      const int now = drawn.TimesDrawn(resample, match);
      int& before = times[drawn.block_of(match)];
      REQUIRE((before == -1 || before == now));
      before = now;
      REQUIRE(again.TimesDrawn(resample, match) == now);
      differs = differs || other.TimesDrawn(resample, match) != now;
    }
    REQUIRE(std::accumulate(times.begin(), times.end(), 0) == static_cast<int>(drawn.blocks()));
  }
  CHECK(differs);
}

// Matches of one week share a shock, as those of one round share what nobody foresaw: an interval
// that took them for independent would hold the truth far less often.
TEST_CASE("the interval of a mean holds the truth about as often as it says", "[statistics]") {
  constexpr int kTrials = 400;
  constexpr int kMonday = 20'003;
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise;
  int held = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<Day> days;
    std::vector<double> values;
    for (int week = 0; week < 60; ++week) {
      const double shock = noise(random);
      for (int match = 0; match < 6; ++match) {
        days.push_back(DayAt(kMonday + 7 * week + match));
        values.push_back(shock + 0.5 * noise(random));
      }
    }
    held += BlockBootstrap::Make(days, 1, 400).value().Mean(values).contains(0.0);
  }
  CHECK(held > 0.90 * kTrials);
  CHECK(held < 0.98 * kTrials);
}

TEST_CASE("a percentile interval leaves out what could not be computed", "[statistics]") {
  std::vector<double> resampled(1'001);
  std::iota(resampled.begin(), resampled.end(), 0.0);
  std::shuffle(resampled.begin(), resampled.end(), std::mt19937_64(5));
  const Interval whole = PercentileInterval(500.0, resampled);
  CHECK(whole.value == 500.0);
  CHECK(whole.lower == Approx(25.0).margin(1.0));
  CHECK(whole.upper == Approx(975.0).margin(1.0));
  resampled.insert(resampled.begin(), 300, std::numeric_limits<double>::quiet_NaN());
  const Interval holed = PercentileInterval(500.0, resampled);
  CHECK(holed.lower == whole.lower);
  CHECK(holed.upper == whole.upper);
}

TEST_CASE("weights weigh in a mean and its interval", "[statistics]") {
  const std::vector<double> values = {1.0, 5.0, 3.0};
  const std::vector<Day> days = {Day(std::chrono::days(18'000)), Day(std::chrono::days(18'020)),
                                 Day(std::chrono::days(18'040))};
  const auto bootstrap = BlockBootstrap::Make(days, 1);
  REQUIRE(bootstrap.ok());
  CHECK(bootstrap->blocks() == 3);
  CHECK(bootstrap->Mean(values).value == Approx(3.0));
  const Interval weighted = bootstrap->Mean(values, std::vector<double>{1.0, 0.0, 0.5});
  CHECK(weighted.value == Approx(2.5 / 1.5));
  CHECK(weighted.lower == Approx(1.0));
  CHECK(weighted.upper == Approx(3.0));
}

}  // namespace
}  // namespace fairline::statistics
