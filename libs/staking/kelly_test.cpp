#include "libs/staking/kelly.hpp"

#include <cmath>

#include "libs/testing/odds.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using domain::Probability;
using testing::AnyBook;
using testing::AnyForecast;
using testing::Prices;
using testing::Probabilities;

// Expected log growth of staking `fractions` on exclusive outcomes that cover everything.
double Growth(const std::vector<Probability>& p, const std::vector<DecimalOdds>& odds,
              const std::vector<double>& fractions) {
  double spent = 0.0;
  for (const double fraction : fractions) spent += fraction;
  double growth = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i].value() == 0.0) continue;
    growth += p[i].value() * std::log(1.0 - spent + fractions[i] * odds[i].value());
  }
  return growth;
}

TEST_CASE("kelly stake is zero when the edge is zero or negative", "[staking][kelly]") {
  CHECK(KellyFraction(*Probability::Make(.5), *DecimalOdds::Make(2.0)) == 0.0);
  CHECK(KellyFraction(*Probability::Make(.4), *DecimalOdds::Make(2.0)) == 0.0);
  CHECK(KellyFraction(*Probability::Make(.6), *DecimalOdds::Make(2.0)) == Approx(.2));
  CHECK(KellyFraction(*Probability::Make(1.0), *DecimalOdds::Make(1.01)) == Approx(1.0));
}

TEST_CASE("one outcome with an edge gets its own Kelly fraction", "[staking][kelly]") {
  const auto fractions = ExclusiveKelly(Probabilities({.65, .2, .15}), Prices({1.7, 3.5, 2.3}));
  REQUIRE(fractions.ok());
  CHECK((*fractions)[0] == Approx(.15));
  CHECK((*fractions)[1] == 0.0);
  CHECK((*fractions)[2] == 0.0);
}

TEST_CASE("an outcome without an edge of its own is taken as a hedge when it pays",
          "[staking][kelly]") {
  // Returns 2.5, .9 and .4. After the first the reserve rate is (1-.5)/(1-.2) = .625 < .9, after
  // the second (1-.8)/(1-.2-1/3) = 3/7 > .4: stakes .5 - 3/7/5 and .3 - 3/7/3.
  const auto fractions = ExclusiveKelly(Probabilities({.2, .3, .5}), Prices({2, 3, 5}));
  REQUIRE(fractions.ok());
  CHECK((*fractions)[0] == 0.0);
  CHECK((*fractions)[1] == Approx(.3 - 1. / 7));
  CHECK((*fractions)[2] == Approx(.5 - 3. / 35));
}

TEST_CASE("a book under 100 % is bet in proportion to the probabilities", "[staking][kelly]") {
  const auto fractions = ExclusiveKelly(Probabilities({.2, .3, .5}), Prices({6.0, 3.5, 2.1}));
  REQUIRE(fractions.ok());
  CHECK((*fractions)[0] == Approx(.2));
  CHECK((*fractions)[1] == Approx(.3));
  CHECK((*fractions)[2] == Approx(.5));
}

TEST_CASE("sizes that differ and probabilities beyond 1 are refused", "[staking][kelly]") {
  CHECK_FALSE(ExclusiveKelly(Probabilities({.5}), Prices({2, 3})).ok());
  CHECK_FALSE(ExclusiveKelly(Probabilities({.7, .7}), Prices({2, 3})).ok());
}

TEST_CASE("exclusive fractions are in range, sum to at most 1, and no small change grows faster",
          "[staking][kelly]") {
  CHECK(rc::check([] {
    const int outcomes = *rc::gen::inRange(2, 6);
    const auto p = *AnyForecast(outcomes);
    const auto odds = *AnyBook(outcomes);
    const auto fractions = ExclusiveKelly(p, odds);
    RC_ASSERT(fractions.ok());
    double total = 0.0;
    for (const double fraction : *fractions) {
      RC_ASSERT(fraction >= 0.0 && fraction <= 1.0);
      total += fraction;
    }
    RC_ASSERT(total <= 1.0 + 1e-12);
    const double best = Growth(p, odds, *fractions);
    for (std::size_t i = 0; i < odds.size(); ++i) {
      for (const double change : {-1e-3, 1e-3}) {
        std::vector<double> other = *fractions;
        other[i] += change;
        if (other[i] < 0.0 || total + change > 1.0) continue;
        RC_ASSERT(!(Growth(p, odds, other) > best + 1e-9));
      }
    }
  }));
}

}  // namespace
}  // namespace fairline::staking
