#include "libs/staking/joint_staking.hpp"

#include <numeric>

#include "libs/staking/advise.hpp"
#include "libs/staking/tests/portfolios.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using testing::AnyForecast;
using testing::AnyOdds;
using testing::Prices;
using testing::Probabilities;

std::vector<Offer> Offers(std::initializer_list<double> best) {
  std::vector<Offer> offers;
  for (const double price : best) {
    offers.push_back({.best = DecimalOdds::Make(price).value(),
                      .average = DecimalOdds::Make(1.0 + (price - 1.0) * .97).value(),
                      .bookmakers = 10});
  }
  return offers;
}

MatchToStake Match(std::initializer_list<double> odds) {
  return {.forecast = {Probabilities({.5, .27, .23}), true}, .offers = Offers(odds)};
}

double Total(const StakingPlan& plan) {
  double total = 0.0;
  for (const auto& match : plan.matches) {
    for (const OutcomeAdvice& outcome : match) total += outcome.stake;
  }
  return total;
}

TEST_CASE("one match by itself gets what Advise gives it", "[staking]") {
  const MatchToStake match = Match({2.06, 3.5, 4.5});
  const auto alone = Advise(match.forecast, match.offers, {}, RiskLevel::kMedium).value();
  const auto plan = StakeTogether(std::vector{match}, {}, RiskLevel::kMedium).value();
  for (std::size_t i = 0; i < alone.size(); ++i) {
    CHECK(plan.matches[0][i].stake == Approx(alone[i].stake).margin(1e-7));
    CHECK(plan.matches[0][i].no_bet == alone[i].no_bet);
  }
  CHECK(plan.gap < 1e-9);
}

TEST_CASE("a day of many value bets stays within its cap and favours the better ones",
          "[staking]") {
  std::vector<MatchToStake> matches(30, Match({2.1, 3.5, 4.0}));
  matches[0] = Match({2.3, 3.5, 4.0});
  StakingPolicy policy;
  policy.max_per_day = .2;
  const auto plan = StakeTogether(matches, policy, RiskLevel::kHigh).value();
  CHECK(Total(plan) == Approx(.2).epsilon(1e-4));
  CHECK(Total(plan) <= .2);
  CHECK(plan.matches[0][0].stake > 2.0 * plan.matches[1][0].stake);
  CHECK(plan.matches[1][0].capped);
}

TEST_CASE("open bets count as exposure", "[staking]") {
  const DecimalOdds price = Prices({2.1})[0];
  std::vector<MatchToStake> matches = {Match({2.1, 3.5, 4.0}), Match({2.1, 3.5, 4.0})};
  const double stake = StakeTogether(matches, {}, RiskLevel::kMedium)->matches[0][0].stake;
  matches[0].open = {{BackPayoff(0, 3, price), stake}};
  const auto held = StakeTogether(matches, {}, RiskLevel::kMedium).value();
  CHECK(held.matches[0][0].stake == Approx(0.0).margin(1e-5));
  CHECK(held.matches[1][0].stake == Approx(stake).epsilon(.01));
  StakingPolicy policy;
  policy.max_per_day = .005;
  matches[0].open[0].fraction = .005;
  const auto full = StakeTogether(matches, policy, RiskLevel::kMedium).value();
  CHECK(full.matches[1][0].stake == 0.0);
  CHECK(full.matches[1][0].no_bet == NoBetReason::kNoRoom);
}

TEST_CASE("an open bet makes a bet on another outcome of its match worth more", "[staking]") {
  // Both sides pay; half of the bankroll's share is on the first already, at a better price.
  std::vector<MatchToStake> matches = {
      {.forecast = {Probabilities({.5, .5}), true}, .offers = Offers({1.9, 2.2})}};
  StakingPolicy policy;
  policy.max_per_match = 1.0;
  policy.max_per_bet = 1.0;
  const double alone = StakeTogether(matches, policy, RiskLevel::kHigh)->matches[0][1].stake;
  CHECK(alone == Approx(.5 * .1 / 1.2).epsilon(1e-6));
  const double open = .04;
  matches[0].open = {{BackPayoff(0, 2, Prices({2.4})[0]), open}};
  const double hedge = StakeTogether(matches, policy, RiskLevel::kHigh)->matches[0][1].stake;
  // Half Kelly of (open / .5) on the first: maximise log(1 + 1.4 a - b) + log(1 - a + 1.2 b), so
  // 1.2 (1 + 1.4 a - b) = 1 - a + 1.2 b.
  const double a = open / .5;
  CHECK(hedge == Approx(.5 * (.2 + 2.68 * a) / 2.4).epsilon(1e-6));
  CHECK(hedge > 2 * alone);
}

TEST_CASE("the cap of a bet counts what is open on the same outcome", "[staking]") {
  std::vector<MatchToStake> matches = {
      {.forecast = {Probabilities({.8, .2}), true}, .offers = Offers({2.2, 3.0})}};
  CHECK(StakeTogether(matches, {}, RiskLevel::kHigh)->matches[0][0].stake == Approx(.03));
  matches[0].open = {{BackPayoff(0, 2, Prices({2.2})[0]), .02}};
  const auto beside = StakeTogether(matches, {}, RiskLevel::kHigh);
  CHECK(beside->matches[0][0].stake == Approx(.01).epsilon(1e-6));
  CHECK(beside->matches[0][0].capped);
  matches[0].open[0].fraction = .03;
  const auto none = StakeTogether(matches, {}, RiskLevel::kHigh);
  CHECK(none->matches[0][0].stake == 0.0);
  CHECK(none->matches[0][0].no_bet == NoBetReason::kNoRoom);
}

TEST_CASE("open bets that break the drawdown limit leave the stakes that do not make it worse",
          "[staking]") {
  // The open bet loses at its odds; the advised one has growth to spare.
  std::vector<MatchToStake> matches = {
      {.forecast = {Probabilities({.5, .5}), true}, .offers = {{}, {}}},
      {.forecast = {Probabilities({.6, .4}), true}, .offers = Offers({2.1, 2.0})}};
  matches[0].open = {{BackPayoff(0, 2, Prices({1.5})[0]), .02}};
  const auto plan = StakeTogether(matches, {}, RiskLevel::kMedium);
  REQUIRE(plan.ok());
  CHECK(plan->matches[1][0].stake > .01);
}

TEST_CASE("the drawdown limit cuts full Kelly and leaves quarter Kelly alone", "[staking]") {
  StakingPolicy policy = StakingPolicy::Unrestricted();
  const std::vector<MatchToStake> matches(5, Match({2.2, 3.5, 4.0}));
  const auto unlimited = StakeTogether(matches, policy, RiskLevel::kHigh).value();
  policy.max_drawdown = .5;
  policy.max_drawdown_chance = .15;
  const auto limited = StakeTogether(matches, policy, RiskLevel::kHigh).value();
  CHECK(limited.drawdown_scale < .7);
  CHECK(Total(limited) < Total(unlimited));
  const auto outlook = ComputeOutlook(limited.held).value();
  REQUIRE(outlook.drawdowns.size() == 3);
  CHECK(outlook.drawdowns[2].drawdown == .5);
  CHECK(outlook.drawdowns[2].chance == Approx(.15).epsilon(.01));
  policy.kelly_high = .25;
  CHECK(StakeTogether(matches, policy, RiskLevel::kHigh)->drawdown_scale == 1.0);
}

TEST_CASE("the outlook is that of the bets held", "[staking]") {
  // One even bet of .1 on a coin of .6: growth .6 log 1.1 + .4 log .9.
  Portfolio held;
  held.matches = {BackedMatch({.6, .4}, {})};
  held.matches[0].open = {{BackPayoff(0, 2, Prices({2})[0]), .1}};
  const auto outlook = ComputeOutlook(held).value();
  const double mean = .6 * std::log(1.1) + .4 * std::log(.9);
  CHECK(outlook.log_growth == Approx(mean));
  CHECK(outlook.log_growth_sd == Approx(std::sqrt(.6 * .4) * (std::log(1.1) - std::log(.9))));
  CHECK(outlook.at_risk == Approx(.1));
  CHECK(outlook.expected_profit == Approx(.02));
  CHECK(outlook.drawdowns[0].chance > outlook.drawdowns[2].chance);
  held.matches[0].open.clear();
  CHECK(ComputeOutlook(held)->drawdowns[0].chance == 0.0);
  CHECK_FALSE(ComputeOutlook(held, std::vector{1.5}).ok());
}

TEST_CASE("the chance of a drawdown bounds what simulated bankrolls do", "[staking]") {
  Portfolio held;
  held.matches = {BackedMatch({.55, .45}, {})};
  held.matches[0].open = {{BackPayoff(0, 2, Prices({2})[0]), .08}};
  const double bound = ComputeOutlook(held, std::vector{.5})->drawdowns[0].chance;
  std::uint64_t state = 1;
  const auto uniform = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  int fell = 0;
  constexpr int kBankrolls = 4000;
  for (int i = 0; i < kBankrolls; ++i) {
    double wealth = 1.0;
    for (int bet = 0; bet < 3000 && wealth > .5; ++bet) {
      wealth *= uniform() < .55 ? 1.08 : .92;
    }
    if (wealth <= .5) ++fell;
  }
  const double seen = static_cast<double>(fell) / kBankrolls;
  CHECK(seen < bound * 1.08);
  CHECK(seen > bound * .75);
}

TEST_CASE("joint stakes are within every cap, whatever comes", "[staking]") {
  CHECK(rc::check([] {
    std::vector<MatchToStake> matches;
    const int count = *rc::gen::inRange(1, 8);
    for (int m = 0; m < count; ++m) {
      const int outcomes = *rc::gen::inRange(2, 4);
      MatchToStake match{.forecast = {*AnyForecast(outcomes), *rc::gen::inRange(0, 5) > 0},
                         .offers = {}};
      for (int i = 0; i < outcomes; ++i) {
        Offer offer;
        offer.best = *AnyOdds();
        offer.average = *AnyOdds();
        offer.bookmakers = *rc::gen::inRange(0, 4);
        offer.commission = *rc::gen::element(0.0, .02);
        match.offers.push_back(offer);
        match.forecast.probability_sd.push_back(*rc::gen::inRange(0, 100) / 1000.0);
      }
      if (*rc::gen::inRange(0, 3) == 0) {
        match.open.push_back({BackPayoff(0, static_cast<std::size_t>(outcomes), *AnyOdds()),
                              *rc::gen::inRange(0, 40) / 1000.0});
      }
      match.day = *rc::gen::inRange(0, 2);
      matches.push_back(match);
    }
    StakingPolicy policy =
        *rc::gen::arbitrary<bool>() ? StakingPolicy::Unrestricted() : StakingPolicy{};
    if (*rc::gen::arbitrary<bool>()) policy.max_drawdown_chance = .1;
    policy.compatibility_multipliers = *rc::gen::inRange(0, 4) == 0;
    if (*rc::gen::arbitrary<bool>()) policy.max_per_day = *rc::gen::element(0.0, 1e-10, .1, 1.0);
    if (*rc::gen::arbitrary<bool>()) policy.kelly_low = *rc::gen::element(0.0, 1e-10, 1.0);
    for (const RiskLevel risk : {RiskLevel::kLow, RiskLevel::kHigh}) {
      const auto plan = StakeTogether(matches, policy, risk);
      RC_ASSERT(plan.ok());
      double total = 0.0;
      for (std::size_t m = 0; m < matches.size(); ++m) {
        double of_match = 0.0;
        for (const OutcomeAdvice& outcome : plan->matches[m]) {
          RC_ASSERT(outcome.stake >= 0.0 && outcome.stake <= policy.max_per_bet);
          RC_ASSERT((outcome.stake > 0.0) == (outcome.no_bet == NoBetReason::kNone));
          RC_ASSERT(outcome.stake == 0.0 || outcome.stake >= kMinStake);
          RC_ASSERT(outcome.shrinkage >= 0.0 && outcome.shrinkage <= 1.0);
          of_match += outcome.stake;
        }
        RC_ASSERT(of_match <= policy.max_per_match + 1e-12);
        total += of_match;
      }
      RC_ASSERT(total < 1.0 + 1e-12);
      RC_ASSERT(plan->drawdown_scale >= 0.0 && plan->drawdown_scale <= 1.0);
    }
  }));
}

TEST_CASE("bad matches are refused by the name of the field", "[staking]") {
  const auto message = [](const MatchToStake& match) {
    const auto plan = StakeTogether(std::vector{match}, {}, RiskLevel::kLow);
    REQUIRE_FALSE(plan.ok());
    return MessageOf(plan.status());
  };
  MatchToStake match = Match({2, 3, 4});
  match.open = {{BackPayoff(0, 2, Prices({2})[0]), .1}};
  CHECK(message(match).starts_with("matches[0].open.payoff"));
  match.open = {{BackPayoff(0, 3, Prices({2})[0]), -.1}};
  CHECK(message(match).starts_with("matches[0].open.fraction"));
  match = Match({2, 3, 4});
  match.forecast.probability_sd = {.1};
  CHECK(message(match).starts_with("matches[0].probability_sd"));
  match = Match({2, 3, 4});
  match.offers[1].commission = 1.0;
  CHECK(message(match).find("commission") != std::string::npos);
}

}  // namespace
}  // namespace fairline::staking
