#include "libs/staking/joint_kelly.hpp"

#include "libs/staking/kelly.hpp"
#include "libs/staking/tests/portfolios.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using domain::LayAsBackOdds;
using domain::NetOdds;
using domain::Probability;
using testing::AnyBook;
using testing::AnyForecast;
using testing::Prices;
using testing::Probabilities;

// What every answer must satisfy, whatever the portfolio.
void AssertWithinCaps(const Portfolio& portfolio, const JointStakes& stakes) {
  RC_ASSERT(std::isfinite(stakes.log_growth));
  RC_ASSERT(stakes.gap >= 0.0);
  double total = 0.0;
  std::array<double, 2> by_day = {0.0, 0.0};
  for (std::size_t m = 0; m < portfolio.matches.size(); ++m) {
    const MatchBets& match = portfolio.matches[m];
    double staked = 0.0;
    for (std::size_t k = 0; k < match.candidates.size(); ++k) {
      const double fraction = stakes.fractions[m][k];
      RC_ASSERT(fraction >= 0.0 && fraction <= match.candidates[k].max_fraction);
      staked += fraction;
    }
    double open = 0.0;
    for (const OpenBet& bet : match.open) open += bet.fraction;
    RC_ASSERT(staked == 0.0 || staked + open <= match.max_fraction);
    by_day[static_cast<std::size_t>(match.day)] += staked + open;
    total += staked + open;
  }
  const std::vector<double> flat = Flat(stakes.fractions);
  const double added = std::accumulate(flat.begin(), flat.end(), 0.0);
  RC_ASSERT(added == 0.0 || total <= portfolio.max_total);
  RC_ASSERT(added == 0.0 || total < 1.0);
}

TEST_CASE("one match without caps gets the closed form's stakes", "[staking][kelly]") {
  CHECK(rc::check([] {
    const int outcomes = *rc::gen::inRange(2, 5);
    const auto p = *AnyForecast(outcomes);
    const auto odds = *AnyBook(outcomes);
    Portfolio portfolio;
    MatchBets match;
    match.probabilities = p;
    for (std::size_t i = 0; i < p.size(); ++i) {
      match.candidates.push_back({.payoff = BackPayoff(i, p.size(), odds[i])});
    }
    portfolio.matches.push_back(match);
    const auto closed = ExclusiveKelly(p, odds).value();
    const auto joint = JointKelly(portfolio);
    RC_ASSERT(joint.ok());
    const ListedPortfolio slow(portfolio);
    RC_ASSERT(joint->log_growth >= slow.LogGrowth(closed) - 1e-8);
  }));
}

TEST_CASE("two equal coins are staked a little less each than one alone", "[staking][kelly]") {
  // Two coins of p = .6 at even money: maximise .36 log(1+2b) + .16 log(1-2b), so
  // b = (.36 - .16) / (2 (.36 + .16)).
  Portfolio portfolio;
  portfolio.matches = {BackedMatch({.6, .4}, {2, 1.9}), BackedMatch({.6, .4}, {2, 1.9})};
  const auto stakes = JointKelly(portfolio);
  REQUIRE(stakes.ok());
  for (const auto& match : stakes->fractions) {
    CHECK(match[0] == Approx(.2 / 1.04).epsilon(1e-7));
    CHECK(match[1] == 0.0);
  }
  CHECK(stakes->gap < 1e-9);
}

TEST_CASE("an open bet counts against the caps and the same outcome is not staked again",
          "[staking][kelly]") {
  Portfolio portfolio;
  portfolio.matches = {BackedMatch({.6, .4}, {2, 1.9})};
  portfolio.matches[0].open = {{BackPayoff(0, 2, Prices({2})[0]), .2}};
  const auto full = JointKelly(portfolio);
  REQUIRE(full.ok());
  CHECK(full->fractions[0][0] == Approx(0.0).margin(1e-5));
  portfolio.matches[0].open[0].fraction = .05;
  portfolio.matches[0].max_fraction = .08;
  const auto capped = JointKelly(portfolio);
  REQUIRE(capped.ok());
  CHECK(capped->fractions[0][0] == Approx(.03).epsilon(1e-6));
  portfolio.matches[0].max_fraction = .04;
  CHECK(JointKelly(portfolio)->fractions[0][0] == 0.0);
}

TEST_CASE("a lay bet is a bet on the other outcomes at risk of its liability", "[staking][kelly]") {
  // Laying an outcome of .3 at 2.5 with 2 % commission: backing .7 at 1 + .98/1.5.
  Portfolio portfolio;
  MatchBets match = BackedMatch({.3, .3, .4}, {});
  match.candidates.push_back({.payoff = LayPayoff(0, 3, Prices({2.5})[0], .02).value()});
  portfolio.matches = {match};
  const DecimalOdds as_back = LayAsBackOdds(Prices({2.5})[0], .02).value();
  CHECK(as_back.value() == Approx(1 + .98 / 1.5));
  const double kelly = KellyFraction(Probability::Make(.7).value(), as_back);
  CHECK(kelly > 0.1);
  CHECK(JointKelly(portfolio)->fractions[0][0] == Approx(kelly).epsilon(1e-6));
}

TEST_CASE("a locked profit takes the whole bankroll and cannot ruin", "[staking][kelly]") {
  Portfolio portfolio;
  portfolio.matches = {BackedMatch({.5, .5}, {2.2, 2.2})};
  const auto stakes = JointKelly(portfolio);
  REQUIRE(stakes.ok());
  CHECK(stakes->fractions[0][0] + stakes->fractions[0][1] == Approx(1.0));
  CHECK(stakes->log_growth == Approx(std::log(1.1)).epsilon(1e-6));
}

TEST_CASE("bad portfolios are refused by the name of the field", "[staking][kelly]") {
  const auto refused = [](const Portfolio& portfolio, std::string_view field) {
    const auto stakes = JointKelly(portfolio);
    REQUIRE_FALSE(stakes.ok());
    CHECK(stakes.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(MessageOf(stakes.status()).find(field) != std::string::npos);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Portfolio good;
  good.matches = {BackedMatch({.5, .5}, {2.2, 2.2})};
  Portfolio bad = good;
  bad.matches[0].probabilities = Probabilities({.5, .4});
  refused(bad, "matches[0].probabilities");
  bad = good;
  bad.matches[0].candidates[1].payoff = {1.0};
  refused(bad, "payoff");
  bad.matches[0].candidates[1].payoff = {1.0, nan};
  refused(bad, "payoff");
  bad.matches[0].candidates[1].payoff = {1.0, -1.5};
  refused(bad, "payoff");
  bad = good;
  bad.matches[0].candidates[0].max_fraction = nan;
  refused(bad, "max_fraction");
  bad = good;
  bad.max_per_day = -0.1;
  refused(bad, "max_per_day");
  bad = good;
  bad.matches[0].open = {{BackPayoff(0, 2, Prices({2})[0]), 1.0}};
  refused(bad, "open");
  CHECK_FALSE(NetOdds(Prices({2})[0], 1.0).ok());
  CHECK_FALSE(LayPayoff(0, 2, Prices({2})[0], -.1).ok());
}

void AssertOptimal(const Portfolio& portfolio, int reference_steps) {
  const auto stakes = JointKelly(portfolio);
  RC_ASSERT(stakes.ok());
  AssertWithinCaps(portfolio, *stakes);
  const ListedPortfolio slow(portfolio);
  RC_ASSERT(std::abs(slow.LogGrowth(Flat(stakes->fractions)) - stakes->log_growth) < 1e-9);
  RC_ASSERT(stakes->gap < 1e-6);
  const double reference = slow.Maximise(reference_steps);
  RC_ASSERT(stakes->log_growth > reference - 1e-6);
  RC_ASSERT(reference < stakes->log_growth + stakes->gap + 1e-9);
}

TEST_CASE("no portfolio of up to three matches can be staked better by 1e-6", "[staking][kelly]") {
  CHECK(rc::check([] {
    for (int i = 0; i < 10; ++i) AssertOptimal(*AnyPortfolio(3), 60);
  }));
}

TEST_CASE("no portfolio of up to eight matches can be staked better by 1e-6",
          "[staking][kelly][slow]") {
  CHECK(rc::check([] {
    for (int i = 0; i < 5; ++i) {
      const Portfolio portfolio = *AnyPortfolio(8);
      if (ListedPortfolio(portfolio).size() <= 3000) AssertOptimal(portfolio, 25);
    }
  }));
}

TEST_CASE("no prices are too wild for stakes within a proven 1e-6 of the best",
          "[staking][kelly]") {
  CHECK(rc::check([] {
    for (int i = 0; i < 50; ++i) {
      const Portfolio portfolio = *AnyWildPortfolio(4);
      const auto stakes = JointKelly(portfolio);
      RC_ASSERT(stakes.ok());
      AssertWithinCaps(portfolio, *stakes);
      RC_ASSERT(stakes->gap < 1e-6);
      const ListedPortfolio slow(portfolio);
      const std::vector<double> flat = Flat(stakes->fractions);
      RC_ASSERT(std::abs(slow.LogGrowth(flat) - stakes->log_growth) < 1e-9);
      // Taking away a stake that costs growth would be better: there is none.
      const std::vector<double> gradient = slow.Gradient(flat);
      for (std::size_t k = 0; k < flat.size(); ++k) RC_ASSERT(flat[k] * gradient[k] > -1e-6);
    }
  }));
}

TEST_CASE("a price eighty times fair beside a state of wealth next to nothing is solved",
          "[staking][kelly]") {
  Portfolio portfolio;
  portfolio.matches = {BackedMatch({.2911660614918, 8.178272298655e-5, .7087521555589, 2.2623e-10},
                                   {25.2193758975648, 1.0001273423998, 1.4150943040645, 1.107276}),
                       BackedMatch({2.69e-6, .92805, .07194731}, {1.0075744, 1.1541268, 1.00223})};
  portfolio.matches[1].candidates.push_back(
      {.payoff = LayPayoff(0, 3, Prices({1.0123981768})[0], 0.0).value()});
  const auto stakes = JointKelly(portfolio);
  REQUIRE(stakes.ok());
  CHECK(stakes->gap < 1e-8);
}

TEST_CASE("forty times the same bet is one bet, staked at the first book with room",
          "[staking][kelly]") {
  Portfolio alone, repeated;
  alone.matches = {BackedMatch({.5, .5}, {2.1})};
  repeated.matches = alone.matches;
  repeated.matches[0].candidates.assign(40, alone.matches[0].candidates[0]);
  const double kelly = JointKelly(alone)->fractions[0][0];
  CHECK(kelly == Approx(.05 / 1.1));
  const auto first = JointKelly(repeated);
  REQUIRE(first.ok());
  CHECK(first->fractions[0][0] == kelly);
  for (std::size_t k = 1; k < 40; ++k) CHECK(first->fractions[0][k] == 0.0);

  for (CandidateBet& bet : repeated.matches[0].candidates) bet.max_fraction = .02;
  const auto capped = JointKelly(repeated);
  REQUIRE(capped.ok());
  CHECK(capped->fractions[0][0] == Approx(.02));
  CHECK(capped->fractions[0][1] == Approx(.02));
  CHECK(capped->fractions[0][2] == Approx(kelly - .04).epsilon(1e-6));
  CHECK(capped->fractions[0][3] == 0.0);
}

TEST_CASE("a worse price of the same outcome is staked only when the better one is at its cap",
          "[staking][kelly]") {
  Portfolio portfolio;
  portfolio.matches = {BackedMatch({.6, .4}, {2.0})};
  portfolio.matches[0].candidates.push_back({.payoff = BackPayoff(0, 2, Prices({1.95})[0])});
  const auto uncapped = JointKelly(portfolio);
  CHECK(uncapped->fractions[0][0] == Approx(.2));
  CHECK(uncapped->fractions[0][1] == 0.0);
  portfolio.matches[0].candidates[0].max_fraction = .05;
  const auto stakes = JointKelly(portfolio);
  CHECK(stakes->fractions[0][0] == Approx(.05).epsilon(1e-6));
  CHECK(stakes->fractions[0][1] > .05);
}

TEST_CASE("what is not worth staking gets nothing at all", "[staking][kelly]") {
  Portfolio portfolio;
  for (int m = 0; m < 4; ++m) {
    portfolio.matches.push_back(BackedMatch({.5, .3, .2}, {2.2, 2.8, 3.8}));
  }
  const auto stakes = JointKelly(portfolio);
  for (const auto& match : stakes->fractions) {
    CHECK(match[0] > .01);
    CHECK(match[1] == 0.0);
    CHECK(match[2] == 0.0);
  }
}

TEST_CASE("a hundred matches are staked within a proven 1e-8 of the best", "[staking][kelly]") {
  Portfolio portfolio;
  for (int m = 0; m < 100; ++m) {
    const double home = .2 + .005 * m;
    const double draw = .25;
    const double away = 1.0 - home - draw;
    portfolio.matches.push_back(BackedMatch(
        {home, draw, away}, {1.06 / home, (m % 3 == 0 ? 1.02 : .95) / draw, 1.03 / away}));
  }
  portfolio.max_per_day = .5;
  const auto stakes = JointKelly(portfolio);
  REQUIRE(stakes.ok());
  CHECK(stakes->gap < 1e-8);
  const std::vector<double> flat = Flat(stakes->fractions);
  CHECK(std::accumulate(flat.begin(), flat.end(), 0.0) == Approx(.5).epsilon(1e-6));
}

}  // namespace
}  // namespace fairline::staking
