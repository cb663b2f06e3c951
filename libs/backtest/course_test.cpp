#include "libs/backtest/course.hpp"

#include <catch2/catch.hpp>

#include "libs/backtest/testing.hpp"

namespace fairline::backtest {
namespace {

Day At(int day) { return Day(std::chrono::days(18'000 + day)); }

// One bet a day from 100.00, with the bankroll at the end of each day.
struct Course {
  explicit Course(const std::vector<std::int64_t>& bankrolls) {
    std::int64_t before = 10'000;
    for (std::size_t i = 0; i < bankrolls.size(); ++i) {
      PastMatch& match = matches.emplace_back();
      match.date = At(static_cast<int>(10 * i));
      Bet& bet = replay.bets.emplace_back();
      bet.match = i;
      bet.odds = 2.0;
      bet.won = bankrolls[i] > before;
      bet.stake = {std::abs(bankrolls[i] - before)};
      replay.days.push_back({match.date, {bankrolls[i]}, bet.stake});
      before = bankrolls[i];
    }
  }
  std::vector<PastMatch> matches;
  Replay replay;
};

TEST_CASE("the worst fall goes from its height to its lowest point and to recovery", "[backtest]") {
  const Course course({12'000, 9'000, 6'000, 9'000, 12'500, 10'000, 11'000});
  const Fall fall = WorstFall({10'000}, course.replay, course.matches).value();
  CHECK(fall.depth == Approx(.5));
  CHECK(fall.height == At(0));
  CHECK(fall.lowest == At(20));
  CHECK(fall.recovered == At(40));
  CHECK(fall.days == 40);
  CHECK(fall.bets == 4);
}

TEST_CASE("a fall from the start that is never made good lasts to the last bet", "[backtest]") {
  const Course course({9'000, 9'500, 8'000, 8'500});
  const Fall fall = WorstFall({10'000}, course.replay, course.matches).value();
  CHECK(fall.depth == Approx(.2));
  CHECK_FALSE(fall.height.has_value());
  CHECK_FALSE(fall.recovered.has_value());
  CHECK(fall.days == 30);
  CHECK(fall.bets == 4);
  CHECK_FALSE(WorstFall({10'000}, Course({11'000, 12'000}).replay, course.matches).has_value());
}

TEST_CASE("runs of wins and of losses are counted alike", "[backtest]") {
  const Course course({11'000, 12'000, 11'000, 10'000, 9'000, 10'000, 11'000});
  Report report;
  report.bets = 7;
  report.staked = {7'000};
  AddCourse(course.replay, report);
  CHECK(report.longest_winning_run == 2);
  CHECK(report.longest_losing_run == 3);
  CHECK(report.average_odds == Approx(2.0));
  CHECK(report.average_stake == Money{1'000});
  CHECK(report.hit_rate == Approx(4.0 / 7.0));
}

TEST_CASE("falls by chance come from the same weeks, and need enough of them", "[backtest]") {
  std::vector<std::int64_t> bankrolls;
  for (int i = 0; i < 60; ++i) bankrolls.push_back(i % 2 == 0 ? 11'000 : 10'000);
  const Course course(bankrolls);
  const Interval fall = FallByChance({10'000}, course.replay.days, 1);
  // Each week makes or loses a tenth; in order it never falls twice in a row, by chance it does.
  CHECK(WorstFall({10'000}, course.replay, course.matches)->depth == Approx(1.0 / 11.0));
  CHECK(fall.lower > .15);
  CHECK(fall.upper < .95);
  CHECK(fall.contains(fall.value));
  const auto first = std::span(course.replay.days).first(5);
  CHECK(std::isnan(FallByChance({10'000}, first, 1).value));
}

}  // namespace
}  // namespace fairline::backtest
