#include "libs/domain/winner_terms.hpp"

#include "libs/domain/testing.hpp"

namespace fairline::domain {
namespace {

StateProfits Terms(Market market, Outcome outcome, int line_quarters = 0,
                   BetSide side = BetSide::kBack, double commission = 0.0) {
  return WinnerTerms({market, outcome, line_quarters}, side, Prices({3.0})[0], commission, 3);
}

TEST_CASE("bets that the winner decides earn what they will be settled at", "[domain][staking]") {
  CHECK(Terms(Market::kMatchResult, Outcome::kDraw) == StateProfits{-1, 2, -1});
  CHECK(Terms(Market::kDrawNoBet, Outcome::kAway) == StateProfits{-1, 0, 2});
  CHECK(Terms(Market::kDoubleChance, Outcome::kHomeOrAway) == StateProfits{2, -1, 2});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kHome, -2) == StateProfits{2, -1, -1});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kHome, -1) == StateProfits{2, -.5, -1});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kAway, -1) == StateProfits{-1, 1, 2});
}

TEST_CASE("a lay earns per unit of liability, less commission", "[domain][staking]") {
  const auto terms = Terms(Market::kMatchResult, Outcome::kHome, 0, BetSide::kLay, .1);
  CHECK(terms[0] == -1.0);
  CHECK(terms[1] == Approx(.45));
  CHECK(terms[2] == Approx(.45));
}

TEST_CASE("bets that the winner does not decide are worth what was paid", "[domain][staking]") {
  CHECK(Terms(Market::kTotal, Outcome::kOver, 10) == StateProfits{0, 0, 0});
  CHECK(Terms(Market::kBothToScore, Outcome::kYes) == StateProfits{0, 0, 0});
  CHECK(Terms(Market::kAsianHandicap, Outcome::kHome, -3) == StateProfits{0, 0, 0});
}

TEST_CASE("a match without draws has two outcomes", "[domain][staking]") {
  const auto terms = WinnerTerms({Market::kMoneyline, Outcome::kAway, 0}, BetSide::kBack,
                                 Prices({1.8})[0], 0.0, 2);
  CHECK(terms.size() == 2);
  CHECK(terms[0] == -1.0);
  CHECK(terms[1] == Approx(.8));
}

}  // namespace
}  // namespace fairline::domain
