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

// On which every low score is possible.
ScoreGrid LikelyGrid() {
  const auto rate = [] { return *rc::gen::inRange(20, 500) / 100.0; };
  const double home = rate();
  const double away = rate();
  return Grid(home, away, *rc::gen::inRange(-15, 16) / 100.0);
}

double AnyLine() { return *rc::gen::inRange(-24, 25) / 4.0; }

double Sum(const SettlementProbabilities& s) {
  return s.win + s.half_win + s.push + s.half_loss + s.loss;
}

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

  const SettlementProbabilities level = grid.AsianHandicap(Side::kHome, 0.0).value();
  CHECK(level.win == Approx(home));
  CHECK(level.push == Approx(draw));
  CHECK(level.loss == Approx(away));
  const SettlementProbabilities dnb = grid.DrawNoBet(Side::kAway);
  CHECK(dnb.win == Approx(away));
  CHECK(dnb.loss == Approx(home));

  // -0.25: a draw loses half; -0.75: a win by one wins half.
  const SettlementProbabilities quarter = grid.AsianHandicap(Side::kHome, -0.25).value();
  CHECK(quarter.win == Approx(home));
  CHECK(quarter.half_loss == Approx(draw));
  const SettlementProbabilities three_quarters = grid.AsianHandicap(Side::kHome, -0.75).value();
  CHECK(three_quarters.half_win == Approx(margin(1)));
  CHECK(three_quarters.win == Approx(home - margin(1)));
  CHECK(three_quarters.loss == Approx(draw + away));
  const SettlementProbabilities away_plus = grid.AsianHandicap(Side::kAway, -0.25).value();
  CHECK(away_plus.half_win == Approx(draw));

  const SettlementProbabilities over = grid.Over(2.0).value();
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
    const SettlementProbabilities low = grid.AsianHandicap(Side::kHome, line).value();
    const SettlementProbabilities high = grid.AsianHandicap(Side::kHome, line + 0.25).value();
    const SettlementProbabilities other = grid.AsianHandicap(Side::kAway, line).value();
    RC_ASSERT(near(Sum(low), 1.0));
    RC_ASSERT(near(low.win, other.loss) && near(low.half_win, other.half_loss));
    // More goals given are never worth less.
    const DecimalOdds evens = DecimalOdds::Make(2.0).value();
    RC_ASSERT(high.Edge(evens) >= low.Edge(evens) - 1e-12);
    RC_ASSERT(grid.Over(line).value().Edge(evens) >=
              grid.Over(line + 0.25).value().Edge(evens) - 1e-12);
    // A quarter line is half a bet on each neighbour.
    const SettlementProbabilities above = grid.AsianHandicap(Side::kHome, line + 0.5).value();
    const double odd = std::abs(std::fmod(4.0 * (line + 0.25), 2.0));
    if (odd == 1.0) {
      RC_ASSERT(near(high.Edge(evens), 0.5 * (low.Edge(evens) + above.Edge(evens))));
    }
  }));
}

TEST_CASE("fair odds have no edge", "[domain][grid]") {
  CHECK(rc::check([] {
    const SettlementProbabilities bet = AnyGrid().AsianHandicap(Side::kHome, AnyLine()).value();
    if (const auto fair = bet.FairOdds()) {
      RC_ASSERT(std::abs(bet.Edge(*fair)) < 1e-9 * fair->value());
    }
  }));
  CHECK_FALSE(SettlementProbabilities{.win = 1.0}.FairOdds().has_value());
  CHECK_FALSE(SettlementProbabilities{.push = 1.0}.FairOdds().has_value());
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

TEST_CASE("a grid that agrees with the winner and the total keeps all else", "[domain][grid]") {
  const ScoreGrid goals = Grid(1.6, 1.1, -0.06);
  const std::array<double, 3> result = {0.55, 0.24, 0.21};
  const ScoreGrid agreeing = goals.WithResultAndTotal(result, {2.5, 0.61}).value();
  for (std::size_t i = 0; i < 3; ++i) CHECK(agreeing.Result()[i] == Approx(result[i]));
  CHECK(agreeing.Over(2.5)->win == Approx(0.61).epsilon(1e-9));
  // Scores with one winner on one side of the line keep their odds against each other.
  const auto odds = [](const ScoreGrid& grid, int home, int away, int other_home, int other_away) {
    return grid.Score(home, away) / grid.Score(other_home, other_away);
  };
  CHECK(odds(agreeing, 3, 1, 2, 1) == Approx(odds(goals, 3, 1, 2, 1)));
  CHECK(odds(agreeing, 0, 0, 1, 1) == Approx(odds(goals, 0, 0, 1, 1)));
  CHECK(odds(agreeing, 2, 1, 1, 0) > odds(goals, 2, 1, 1, 0));
  // The same odds between over and under for every winner: the projection has one parameter.
  const auto shift = [&](int home, int away, int other_home, int other_away) {
    return odds(agreeing, home, away, other_home, other_away) /
           odds(goals, home, away, other_home, other_away);
  };
  CHECK(shift(2, 1, 1, 0) == Approx(shift(2, 2, 1, 1)));
  CHECK(shift(2, 1, 1, 0) == Approx(shift(1, 3, 0, 1)));

  const ScoreGrid same =
      goals.WithResultAndTotal(goals.Result(), {2.5, goals.Over(2.5)->win}).value();
  CHECK(same.Score(2, 1) == Approx(goals.Score(2, 1)));
}

TEST_CASE("any quoted total is met, by no grid nearer", "[domain][grid][property]") {
  const auto divergence = [](const ScoreGrid& from, const ScoreGrid& to) {
    double sum = 0.0;
    for (int home = 0; home <= ScoreGrid::kMaxGoals; ++home) {
      for (int away = 0; away <= ScoreGrid::kMaxGoals; ++away) {
        const double p = to.Score(home, away);
        if (p > 0.0) sum += p * std::log(p / from.Score(home, away));
      }
    }
    return sum;
  };
  CHECK(rc::check("the projection", [&] {
    const ScoreGrid goals = LikelyGrid();
    const std::array<double, 3> result = LikelyGrid().Result();
    const FairTotal total{*rc::gen::inRange(6, 23) / 4.0, *rc::gen::inRange(1, 100) / 100.0};
    const auto made = goals.WithResultAndTotal(result, total);
    RC_ASSERT(made.ok());
    for (std::size_t i = 0; i < 3; ++i) RC_ASSERT(std::abs(made->Result()[i] - result[i]) < 1e-9);
    const DecimalOdds odds = DecimalOdds::Make(1.0 / total.over).value();
    RC_ASSERT(std::abs(made->Over(total.line)->Edge(odds)) < 1e-8);
    // Another grid that meets both, made from another start, is farther away.
    const auto other = LikelyGrid().WithResultAndTotal(result, total);
    RC_ASSERT(other.ok());
    RC_ASSERT(divergence(goals, *made) <= divergence(goals, *other) + 1e-9);
  }));
}

TEST_CASE("a total that no grid can meet is refused by name", "[domain][grid]") {
  const ScoreGrid goals = Grid(1.5, 1.0);
  const std::array<double, 3> result = {0.5, 0.25, 0.25};
  // A match that is not drawn has a goal, so over 0.5 happens three times in four at least.
  for (const FairTotal& total : {FairTotal{2.5, 0.0}, FairTotal{2.5, 1.0}, FairTotal{0.5, 0.5},
                                 FairTotal{2.6, 0.5}, FairTotal{2.5, std::nan("")}}) {
    const auto made = goals.WithResultAndTotal(result, total);
    INFO(total.line << " " << total.over);
    CHECK(absl::IsInvalidArgument(made.status()));
  }
}

}  // namespace fairline::domain
