#include "libs/domain/score_grid.hpp"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fairline::domain {
namespace {

ScoreGrid Grid(double home, double away, double rho = 0.0) {
  return ScoreGrid::DixonColes(home, away, rho).value();
}

ScoreGrid AnyGrid() {
  const auto rate = [] { return *rc::gen::inRange(1, 1000) / 100.0; };
  const double home = rate();
  const double away = rate();
  return Grid(home, away, *rc::gen::inRange(-100, 101) / 100.0);
}

double AnyLine() { return *rc::gen::inRange(-24, 25) / 4.0; }

double Sum(const Settlement& s) { return s.win + s.half_win + s.push + s.half_loss + s.loss; }

}  // namespace

TEST_CASE("without correction the scores are independent Poisson counts", "[domain][grid]") {
  const ScoreGrid grid = Grid(1.5, 1.0);
  CHECK(grid.Score(0, 0) == Approx(std::exp(-2.5)).epsilon(1e-9));
  CHECK(grid.Score(2, 1) == Approx(std::exp(-2.5) * 1.125).epsilon(1e-9));
  CHECK(grid.Score(21, 0) == 0.0);
  CHECK(grid.Score(0, -1) == 0.0);
}

TEST_CASE("the correction of low scores is that of Dixon and Coles", "[domain][grid]") {
  const ScoreGrid plain = Grid(1.5, 1.0);
  const ScoreGrid grid = Grid(1.5, 1.0, -0.1);
  CHECK(grid.Score(0, 0) == Approx(plain.Score(0, 0) * 1.15));
  CHECK(grid.Score(0, 1) == Approx(plain.Score(0, 1) * 0.85));
  CHECK(grid.Score(1, 0) == Approx(plain.Score(1, 0) * 0.90));
  CHECK(grid.Score(1, 1) == Approx(plain.Score(1, 1) * 1.10));
  CHECK(grid.Score(2, 1) == Approx(plain.Score(2, 1)));
  CHECK(grid.Result()[1] > plain.Result()[1]);
}

TEST_CASE("equal sides share what is not drawn", "[domain][grid]") {
  const auto [home, draw, away] = Grid(1.3, 1.3, -0.05).Result();
  CHECK(home == Approx(away));
  CHECK(home + draw + away == Approx(1.0));
}

TEST_CASE("lines settle as bookmakers settle them", "[domain][grid]") {
  const ScoreGrid grid = Grid(1.5, 1.0);
  const auto margin = [&](int goals) {
    double p = 0.0;
    for (int a = 0; a <= 20; ++a) p += grid.Score(a + goals, a);
    return p;
  };
  const auto [home, draw, away] = grid.Result();

  const Settlement level = grid.AsianHandicap(Side::kHome, 0.0).value();
  CHECK(level.win == Approx(home));
  CHECK(level.push == Approx(draw));
  CHECK(level.loss == Approx(away));
  const Settlement dnb = grid.DrawNoBet(Side::kAway);
  CHECK(dnb.win == Approx(away));
  CHECK(dnb.loss == Approx(home));

  // -0.25: a draw loses half; -0.75: a win by one wins half.
  const Settlement quarter = grid.AsianHandicap(Side::kHome, -0.25).value();
  CHECK(quarter.win == Approx(home));
  CHECK(quarter.half_loss == Approx(draw));
  const Settlement three_quarters = grid.AsianHandicap(Side::kHome, -0.75).value();
  CHECK(three_quarters.half_win == Approx(margin(1)));
  CHECK(three_quarters.win == Approx(home - margin(1)));
  CHECK(three_quarters.loss == Approx(draw + away));
  const Settlement away_plus = grid.AsianHandicap(Side::kAway, -0.25).value();
  CHECK(away_plus.half_win == Approx(draw));

  const Settlement over = grid.Over(2.0).value();
  double two = grid.Score(2, 0) + grid.Score(1, 1) + grid.Score(0, 2);
  CHECK(over.push == Approx(two));
  CHECK(grid.Over(2.25).value().half_loss == Approx(two));
  CHECK(grid.Over(1.75).value().half_win == Approx(two));
  CHECK(grid.Over(2.5).value().win == Approx(over.win));

  CHECK(grid.TeamOver(Side::kHome, 0.5).value().win == Approx(1.0 - std::exp(-1.5)));
  CHECK(grid.TeamOver(Side::kAway, 0.5).value().win == Approx(1.0 - std::exp(-1.0)));
  CHECK(grid.BothToScore() == Approx((1.0 - std::exp(-1.5)) * (1.0 - std::exp(-1.0))));
}

TEST_CASE("every market of a grid is complete and consistent", "[domain][grid]") {
  CHECK(rc::check([] {
    const ScoreGrid grid = AnyGrid();
    const auto near = [](double a, double b) { return std::abs(a - b) < 1e-12; };
    const auto [home, draw, away] = grid.Result();
    RC_ASSERT(near(home + draw + away, 1.0));
    for (int h = 0; h <= 20; ++h) {
      for (int a = 0; a <= 20; ++a) RC_ASSERT(grid.Score(h, a) >= 0.0);
    }
    const auto [home_draw, home_away, draw_away] = grid.DoubleChance();
    RC_ASSERT(near(home_draw + home_away + draw_away, 2.0));

    const double line = AnyLine();
    const Settlement low = grid.AsianHandicap(Side::kHome, line).value();
    const Settlement high = grid.AsianHandicap(Side::kHome, line + 0.25).value();
    const Settlement other = grid.AsianHandicap(Side::kAway, line).value();
    RC_ASSERT(near(Sum(low), 1.0));
    RC_ASSERT(near(low.win, other.loss) && near(low.half_win, other.half_loss));
    // More goals given are never worth less.
    const DecimalOdds evens = DecimalOdds::Make(2.0).value();
    RC_ASSERT(high.Edge(evens) >= low.Edge(evens) - 1e-12);
    RC_ASSERT(grid.Over(line).value().Edge(evens) >=
              grid.Over(line + 0.25).value().Edge(evens) - 1e-12);
    // A quarter line is half a bet on each neighbour.
    const Settlement above = grid.AsianHandicap(Side::kHome, line + 0.5).value();
    const double odd = std::abs(std::fmod(4.0 * (line + 0.25), 2.0));
    if (odd == 1.0) {
      RC_ASSERT(near(high.Edge(evens), 0.5 * (low.Edge(evens) + above.Edge(evens))));
    }
  }));
}

TEST_CASE("fair odds have no edge", "[domain][grid]") {
  CHECK(rc::check([] {
    const Settlement bet = AnyGrid().AsianHandicap(Side::kHome, AnyLine()).value();
    if (const auto fair = bet.FairOdds()) {
      RC_ASSERT(std::abs(bet.Edge(*fair)) < 1e-9 * fair->value());
    }
  }));
  CHECK_FALSE(Settlement{.win = 1.0}.FairOdds().has_value());
  CHECK_FALSE(Settlement{.push = 1.0}.FairOdds().has_value());
}

TEST_CASE("impossible rates and lines are refused by name", "[domain][grid]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double rate : {0.0, -1.0, 10.1, nan}) {
    CHECK(std::string(ScoreGrid::DixonColes(rate, 1.0, 0.0).status().message()).find("home_rate") ==
          0);
    CHECK(std::string(ScoreGrid::DixonColes(1.0, rate, 0.0).status().message()).find("away_rate") ==
          0);
  }
  CHECK_FALSE(ScoreGrid::DixonColes(1.0, 1.0, nan).ok());
  for (const double line : {0.1, 2.3, 41.0, nan}) {
    CHECK_FALSE(Grid(1.0, 1.0).Over(line).ok());
  }
}

}  // namespace fairline::domain
