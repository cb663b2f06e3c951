#include "libs/backtest/drawdown.hpp"

#include <catch2/catch.hpp>

#include "libs/backtest/tests/world.hpp"

namespace fairline::backtest {
namespace {

Day At(int day) { return Day(std::chrono::days(18'000 + day)); }

// One bet a day from 100.00, with the bankroll at the end of each day.
struct Betting {
  explicit Betting(const std::vector<std::int64_t>& bankrolls) {
    std::int64_t before = 10'000;
    for (std::size_t i = 0; i < bankrolls.size(); ++i) {
      PastMatch& match = matches.emplace_back();
      match.date = At(static_cast<int>(10 * i));
      Bet& bet = simulation.bets.emplace_back();
      bet.match = i;
      bet.odds = 2.0;
      bet.won = bankrolls[i] > before;
      bet.stake = {std::abs(bankrolls[i] - before)};
      simulation.days.push_back({match.date, {bankrolls[i]}, bet.stake});
      before = bankrolls[i];
    }
  }
  std::vector<PastMatch> matches;
  Simulation simulation;
};

TEST_CASE("the worst drawdown goes from its peak to its trough and to recovery", "[backtest]") {
  const Betting betting({12'000, 9'000, 6'000, 9'000, 12'500, 10'000, 11'000});
  const Drawdown drawdown = MaxDrawdown({10'000}, betting.simulation, betting.matches).value();
  CHECK(drawdown.depth == Approx(.5));
  CHECK(drawdown.peak == At(0));
  CHECK(drawdown.trough == At(20));
  CHECK(drawdown.recovered == At(40));
  CHECK(drawdown.days == 40);
  CHECK(drawdown.bets == 4);
}

TEST_CASE("a drawdown from the start that is never made good lasts to the last bet", "[backtest]") {
  const Betting betting({9'000, 9'500, 8'000, 8'500});
  const Drawdown drawdown = MaxDrawdown({10'000}, betting.simulation, betting.matches).value();
  CHECK(drawdown.depth == Approx(.2));
  CHECK_FALSE(drawdown.peak.has_value());
  CHECK_FALSE(drawdown.recovered.has_value());
  CHECK(drawdown.days == 30);
  CHECK(drawdown.bets == 4);
  CHECK_FALSE(
      MaxDrawdown({10'000}, Betting({11'000, 12'000}).simulation, betting.matches).has_value());
}

TEST_CASE("streaks of wins and of losses are counted alike", "[backtest]") {
  const Betting betting({11'000, 12'000, 11'000, 10'000, 9'000, 10'000, 11'000});
  Report report;
  report.bets = 7;
  report.staked = {7'000};
  AddBetStatistics(betting.simulation, report);
  CHECK(report.longest_winning_streak == 2);
  CHECK(report.longest_losing_streak == 3);
  CHECK(report.average_odds == Approx(2.0));
  CHECK(report.average_stake == Money{1'000});
  CHECK(report.hit_rate == Approx(4.0 / 7.0));
}

TEST_CASE("simulated drawdowns come from the same weeks, and need enough of them", "[backtest]") {
  std::vector<std::int64_t> bankrolls;
  for (int i = 0; i < 60; ++i) bankrolls.push_back(i % 2 == 0 ? 11'000 : 10'000);
  const Betting betting(bankrolls);
  const Interval drawdown = SimulatedMaxDrawdown({10'000}, betting.simulation.days, 1);
  // Each week makes or loses a tenth; in order it never falls twice in a row, by chance it does.
  CHECK(MaxDrawdown({10'000}, betting.simulation, betting.matches)->depth == Approx(1.0 / 11.0));
  CHECK(drawdown.lower > .15);
  CHECK(drawdown.upper < .95);
  CHECK(drawdown.contains(drawdown.value));
  const auto first = std::span(betting.simulation.days).first(5);
  CHECK(std::isnan(SimulatedMaxDrawdown({10'000}, first, 1).value));
}

}  // namespace
}  // namespace fairline::backtest
