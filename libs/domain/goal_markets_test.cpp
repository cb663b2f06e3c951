#include "libs/domain/goal_markets.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fairline::domain {
namespace {

constexpr std::array<Market, 4> kWithLine = {Market::kTotal, Market::kAsianHandicap,
                                             Market::kHomeTotal, Market::kAwayTotal};
constexpr std::array<Market, 4> kWithoutLine = {Market::kMatchResult, Market::kDoubleChance,
                                                Market::kDrawNoBet, Market::kBothToScore};

ScoreGrid Grid(double home, double away, double rho = 0.0) {
  return ScoreGrid::DixonColes(home, away, rho).value();
}

double Sum(const SettlementProbabilities& s) {
  return s.win + s.half_win + s.push + s.half_loss + s.loss;
}

// Three probabilities that sum to 1.
std::array<double, 3> AnyResult() {
  std::array<double, 3> result{};
  for (double& value : result) value = *rc::gen::inRange(1, 1000);
  const double sum = result[0] + result[1] + result[2];
  for (double& value : result) value /= sum;
  return result;
}

ScoreGrid AnyGrid() {
  const auto rate = [] { return *rc::gen::inRange(1, 600) / 100.0; };
  const double home = rate();
  const double away = rate();
  return Grid(home, away, *rc::gen::inRange(-50, 51) / 100.0);
}

}  // namespace

TEST_CASE("a grid takes on the forecast of the winner and keeps the scores within it",
          "[domain][grid]") {
  CHECK(rc::check([] {
    const ScoreGrid grid = AnyGrid();
    const std::array<double, 3> wanted = AnyResult();
    const ScoreGrid tilted = grid.WithResult(wanted).value();
    const std::array<double, 3> result = tilted.Result();
    for (std::size_t i = 0; i < 3; ++i) RC_ASSERT(std::abs(result[i] - wanted[i]) < 1e-12);
    // Two home wins, two draws, two away wins: their ratios stay.
    const auto ratio = [](const ScoreGrid& g, int h1, int a1, int h2, int a2) {
      return g.Score(h1, a1) / g.Score(h2, a2);
    };
    for (const auto& [h1, a1, h2, a2] :
         {std::array{2, 1, 1, 0}, std::array{2, 2, 1, 1}, std::array{0, 2, 1, 2}}) {
      if (grid.Score(h2, a2) == 0.0 || grid.Score(h1, a1) == 0.0) continue;
      RC_ASSERT(std::abs(ratio(tilted, h1, a1, h2, a2) / ratio(grid, h1, a1, h2, a2) - 1) < 1e-9);
    }
  }));
  const ScoreGrid grid = Grid(1.5, 1.0);
  CHECK(grid.WithResult(grid.Result()).value().Score(2, 1) == Approx(grid.Score(2, 1)));
}

TEST_CASE("no grid within reach of the wanted winner is nearer", "[domain][grid]") {
  const ScoreGrid grid = Grid(1.6, 1.1, -0.06);
  const ScoreGrid tilted = grid.WithResult({0.5, 0.3, 0.2}).value();
  const auto divergence = [&](double moved) {
    // Moves some probability between two home wins: the result stays.
    double total = 0.0;
    for (int h = 0; h <= 20; ++h) {
      for (int a = 0; a <= 20; ++a) {
        double p = tilted.Score(h, a);
        if (h == 1 && a == 0) p += moved;
        if (h == 2 && a == 1) p -= moved;
        if (p > 0.0) total += p * std::log(p / grid.Score(h, a));
      }
    }
    return total;
  };
  CHECK(divergence(0.0) < divergence(0.001));
  CHECK(divergence(0.0) < divergence(-0.001));
}

TEST_CASE("what is no forecast of the winner is refused", "[domain][grid]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const ScoreGrid grid = Grid(1.5, 1.0);
  CHECK_FALSE(grid.WithResult({0.5, 0.3, 0.3}).ok());
  CHECK_FALSE(grid.WithResult({0.5, 0.6, -0.1}).ok());
  CHECK_FALSE(grid.WithResult({nan, 0.5, 0.5}).ok());
  const auto certain = grid.WithResult({1.0, 0.0, 0.0});
  REQUIRE(certain.ok());
  CHECK(certain->Score(1, 1) == 0.0);
  const auto impossible = certain->WithResult({0.5, 0.3, 0.2});
  CHECK(MessageOf(impossible.status()).find("result") == 0);
}

TEST_CASE("expected goals are the rates of a grid without correction", "[domain][grid]") {
  CHECK(Grid(1.7, 0.9).ExpectedGoals(Side::kHome) == Approx(1.7));
  CHECK(Grid(1.7, 0.9).ExpectedGoals(Side::kAway) == Approx(0.9));
}

TEST_CASE("the bets of every market are complete", "[domain][markets]") {
  CHECK(rc::check([] {
    const ScoreGrid grid = AnyGrid();
    const auto near = [](double a, double b) { return std::abs(a - b) < 1e-12; };
    for (const Market market : kWithoutLine) {
      const auto bets = PriceMarket(grid, market, 0).value();
      for (const PricedBet& bet : bets) RC_ASSERT(near(Sum(bet.settlement), 1.0));
    }
    const int line = *rc::gen::inRange(-20, 21);
    for (const Market market : kWithLine) {
      const auto bets = PriceMarket(grid, market, line).value();
      RC_ASSERT(bets.size() == 2u);
      RC_ASSERT(near(bets[0].settlement.win, bets[1].settlement.loss));
      RC_ASSERT(near(bets[0].settlement.half_win, bets[1].settlement.half_loss));
      RC_ASSERT(near(bets[0].settlement.push, bets[1].settlement.push));
    }
  }));
}

TEST_CASE("markets that follow from the winner agree with it", "[domain][markets]") {
  const std::array<double, 3> result = {0.46, 0.29, 0.25};
  const ScoreGrid grid = Grid(1.4, 1.1, -0.05).WithResult(result).value();
  const auto first = [&](Market market, int line) {
    return PriceMarket(grid, market, line).value().front().settlement;
  };
  CHECK(first(Market::kMatchResult, 0).win == Approx(0.46));
  CHECK(first(Market::kDoubleChance, 0).win == Approx(0.75));
  CHECK(first(Market::kDrawNoBet, 0).push == Approx(0.29));
  CHECK(first(Market::kAsianHandicap, 0).win == Approx(first(Market::kDrawNoBet, 0).win));
  CHECK(first(Market::kAsianHandicap, -2).win == Approx(0.46));
  CHECK(first(Market::kAsianHandicap, 2).win == Approx(0.75));
  CHECK(first(Market::kAsianHandicap, 1).half_win == Approx(0.29));
  CHECK(first(Market::kTotal, 10).win == Approx(grid.Over(2.5)->win));
  CHECK(first(Market::kHomeTotal, 6).win == Approx(grid.TeamOver(Side::kHome, 1.5)->win));
  CHECK(first(Market::kBothToScore, 0).win == Approx(grid.BothToScore()));

  // The settlement of such a market is the same in any grid with that result.
  const ScoreGrid other = Grid(3.0, 0.4).WithResult(result).value();
  for (const int line : {-2, -1, 0, 1, 2}) {
    const auto there = PriceMarket(other, Market::kAsianHandicap, line).value().front().settlement;
    CHECK(there.half_win == Approx(first(Market::kAsianHandicap, line).half_win));
    CHECK(there.win == Approx(first(Market::kAsianHandicap, line).win));
  }
  CHECK_FALSE(PriceMarket(other, Market::kTotal, 10).value().front().settlement.win ==
              Approx(first(Market::kTotal, 10).win));
}

TEST_CASE("the likeliest scores come first", "[domain][markets]") {
  const ScoreGrid grid = Grid(1.5, 1.0);
  const std::vector<ScoreChance> scores = LikeliestScores(grid, 5);
  REQUIRE(scores.size() == 5);
  CHECK(scores[0].home_goals == 1);
  CHECK(scores[0].away_goals == 0);  // as likely as 1-1, with fewer away goals
  CHECK(scores[1].away_goals == 1);
  CHECK(scores[0].probability == Approx(grid.Score(1, 0)));
  for (std::size_t i = 1; i < 5; ++i) CHECK(scores[i].probability <= scores[i - 1].probability);
  const auto all = LikeliestScores(grid, 100'000);
  CHECK(all.size() == 441);
  CHECK(std::accumulate(all.begin(), all.end(), 0.0, [](double sum, const ScoreChance& score) {
          return sum + score.probability;
        }) == Approx(1.0));
}

TEST_CASE("a market without goals, or a line where there is none, is refused by name",
          "[domain][markets]") {
  const ScoreGrid grid = Grid(1.5, 1.0);
  CHECK(std::string(PriceMarket(grid, Market::kMoneyline, 0).status().message()).find("market") ==
        0);
  CHECK(std::string(PriceMarket(grid, Market::kDrawNoBet, 1).status().message()).find("line") == 0);
  CHECK(std::string(PriceMarket(grid, Market::kTotal, 200).status().message()).find("line") == 0);
}

}  // namespace fairline::domain
