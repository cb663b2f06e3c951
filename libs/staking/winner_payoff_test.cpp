#include "libs/staking/winner_payoff.hpp"

#include "libs/testing/odds.hpp"

namespace fairline::staking {
namespace {

using domain::BetSide;
using domain::Market;
using domain::Outcome;
using testing::Prices;

Payoff Terms(Market market, Outcome outcome, int line_quarters = 0, BetSide side = BetSide::kBack,
             double commission = 0.0) {
  return WinnerPayoff({market, outcome, line_quarters}, side, Prices({3.0})[0], commission, 3);
}

TEST_CASE("bets that the winner decides earn what they will be settled at", "[staking]") {
  CHECK(Terms(Market::kMatchResult, Outcome::kDraw) == Payoff{-1, 2, -1});
  CHECK(Terms(Market::kDrawNoBet, Outcome::kAway) == Payoff{-1, 0, 2});
  CHECK(Terms(Market::kDoubleChance, Outcome::kHomeOrAway) == Payoff{2, -1, 2});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kHome, -2) == Payoff{2, -1, -1});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kHome, -1) == Payoff{2, -.5, -1});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kAway, -1) == Payoff{-1, 1, 2});
}

TEST_CASE("a lay earns per unit of liability, less commission", "[staking]") {
  const auto payoff = Terms(Market::kMatchResult, Outcome::kHome, 0, BetSide::kLay, .1);
  CHECK(payoff[0] == -1.0);
  CHECK(payoff[1] == Approx(.45));
  CHECK(payoff[2] == Approx(.45));
}

TEST_CASE("bets that the winner does not decide are worth what was paid", "[staking]") {
  CHECK(Terms(Market::kTotal, Outcome::kOver, 10) == Payoff{0, 0, 0});
  CHECK(Terms(Market::kBothToScore, Outcome::kYes) == Payoff{0, 0, 0});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kHome, -3) == Payoff{0, 0, 0});
}

TEST_CASE("a match without draws has two outcomes", "[staking]") {
  const auto payoff = WinnerPayoff({Market::kMoneyline, Outcome::kAway, 0}, BetSide::kBack,
                                   Prices({1.8})[0], 0.0, 2);
  CHECK(payoff.size() == 2);
  CHECK(payoff[0] == -1.0);
  CHECK(payoff[1] == Approx(.8));
}

}  // namespace
}  // namespace fairline::staking
