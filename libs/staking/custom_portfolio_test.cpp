#include "libs/staking/custom_portfolio.hpp"

#include "libs/staking/kelly.hpp"
#include "libs/staking/tests/portfolios.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using testing::AnyBook;
using testing::AnyForecast;
using testing::Prices;
using testing::Probabilities;

UserMatch Own(std::initializer_list<double> probabilities, std::initializer_list<double> odds) {
  UserMatch match{.probabilities = Probabilities(probabilities)};
  for (const double price : odds) {
    match.back.push_back(price > 0.0 ? std::optional(DecimalOdds::Make(price).value())
                                     : std::nullopt);
  }
  return match;
}

TEST_CASE("a portfolio of one match at full Kelly is the closed form", "[staking][portfolio]") {
  const auto p = Probabilities({.2, .3, .5});
  const auto closed = ExclusiveKelly(p, Prices({2, 3, 5})).value();
  const auto staked =
      StakePortfolio(std::vector{Own({.2, .3, .5}, {2, 3, 5})}, StakingPolicy::Unrestricted(), 1.0);
  REQUIRE(staked.ok());
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(staked->matches[0][i].stake == Approx(closed[i]).margin(1e-6));
    CHECK(staked->matches[0][i].full_kelly == Approx(closed[i]).margin(1e-6));
    CHECK(staked->matches[0][i].caps.empty());
  }
  CHECK(staked->enumerated);
  CHECK(staked->gap < 1e-8);
  CHECK(staked->matches[0][2].edge == Approx(1.5));
}

TEST_CASE("an outcome without a price has no bet, and a lay is a bet of its own",
          "[staking][portfolio]") {
  UserMatch match = Own({.3, .3, .4}, {0, 3.5, 0});
  match.lay = {Prices({2.5})[0], std::nullopt, std::nullopt};
  match.commission = .02;
  const auto staked =
      StakePortfolio(std::vector{match}, StakingPolicy::Unrestricted(), 0.5).value();
  REQUIRE(staked.matches[0].size() == 2);
  CHECK(staked.matches[0][0].outcome == 1);
  CHECK_FALSE(staked.matches[0][0].lay);
  CHECK(staked.matches[0][1].outcome == 0);
  CHECK(staked.matches[0][1].lay);
  CHECK(staked.matches[0][1].odds == 2.5);
  CHECK(staked.matches[0][1].edge == Approx(.7 * .98 / 1.5 - .3));
  CHECK(staked.matches[0][1].stake > 0.0);
}

TEST_CASE("the caps that made a stake smaller are named", "[staking][portfolio]") {
  const auto caps_of = [](const StakingPolicy& caps, double kelly = 1.0) {
    std::vector<UserMatch> matches = {Own({.6, .4}, {2.2, 2.0}), Own({.55, .45}, {2.2, 2.0})};
    return StakePortfolio(matches, caps, kelly).value().matches[0][0].caps;
  };
  StakingPolicy caps = StakingPolicy::Unrestricted();
  CHECK(caps_of(caps).empty());
  caps.max_per_bet = .02;
  CHECK(caps_of(caps) == std::vector{StakeCap::kBet});
  caps = StakingPolicy::Unrestricted();
  caps.max_per_match = .02;
  CHECK(caps_of(caps) == std::vector{StakeCap::kMatch});
  caps = StakingPolicy::Unrestricted();
  caps.max_per_day = .02;
  CHECK(caps_of(caps) == std::vector{StakeCap::kDay});
  caps = StakingPolicy::Unrestricted();
  caps.max_drawdown = .5;
  caps.max_drawdown_chance = .01;
  CHECK(caps_of(caps) == std::vector{StakeCap::kDrawdown});
}

TEST_CASE("open bets leave less of a portfolio's caps, and none when they fill them",
          "[staking][portfolio]") {
  std::vector<UserMatch> matches = {Own({.6, .4}, {2.2, 0})};
  const double alone =
      StakePortfolio(matches, StakingPolicy::Unrestricted(), .5)->matches[0][0].stake;
  matches[0].open = {{BackPayoff(0, 2, Prices({2.2})[0]), alone / 2}};
  const auto beside = StakePortfolio(matches, StakingPolicy::Unrestricted(), .5).value();
  CHECK(beside.matches[0][0].stake == Approx(alone / 2).epsilon(1e-5));
  CHECK(beside.outlook.at_risk == Approx(alone).epsilon(1e-5));
  matches[0].open[0].fraction = .5;
  CHECK(StakePortfolio(matches, StakingPolicy::Unrestricted(), .5)->matches[0][0].stake == 0.0);
}

TEST_CASE("a portfolio's bad numbers are refused by the name of the field",
          "[staking][portfolio]") {
  const auto message = [](const UserMatch& match, double kelly = 1.0) {
    const auto staked = StakePortfolio(std::vector{Own({.5, .5}, {2, 2}), match}, {}, kelly);
    REQUIRE_FALSE(staked.ok());
    return MessageOf(staked.status());
  };
  CHECK(message(Own({.5, .5}, {2, 2}), 0.0).starts_with("kelly_fraction"));
  CHECK(message(Own({.5, .5}, {2, 2}), 1.1).starts_with("kelly_fraction"));
  CHECK(message(Own({.5, .4}, {2, 2})).starts_with("matches[1].probabilities"));
  CHECK(message(Own({.5, .5}, {2})).starts_with("matches[1].odds"));
  UserMatch taxed = Own({.5, .5}, {2, 2});
  taxed.commission = 1.0;
  CHECK(message(taxed).starts_with("matches[1].commission"));
}

TEST_CASE("a portfolio's stakes are within every cap, whatever the prices",
          "[staking][portfolio]") {
  CHECK(rc::check([] {
    std::vector<UserMatch> matches;
    const int count = *rc::gen::inRange(1, 5);
    for (int m = 0; m < count; ++m) {
      const int outcomes = *rc::gen::inRange(2, 6);
      UserMatch match{.probabilities = *AnyForecast(outcomes)};
      for (const DecimalOdds odds : *AnyBook(outcomes)) {
        match.back.push_back(*rc::gen::inRange(0, 4) == 0 ? std::nullopt : std::optional(odds));
      }
      match.day = *rc::gen::inRange(0, 2);
      matches.push_back(match);
    }
    StakingPolicy caps;
    caps.max_per_bet = *rc::gen::element(0.0, .03, 1.0);
    caps.max_per_match = *rc::gen::element(0.0, .05, 1.0);
    caps.max_per_day = *rc::gen::element(0.0, .5, 1.0);
    const double kelly = *rc::gen::element(1e-6, .1, 1.0);
    const auto staked = StakePortfolio(matches, caps, kelly);
    RC_ASSERT(staked.ok());
    double total = 0.0;
    for (const auto& match : staked->matches) {
      double of_match = 0.0;
      for (const UserBet& bet : match) {
        RC_ASSERT(bet.stake >= 0.0 && bet.stake <= caps.max_per_bet);
        RC_ASSERT(bet.full_kelly >= 0.0 && bet.full_kelly <= 1.0);
        of_match += bet.stake;
      }
      RC_ASSERT(of_match <= caps.max_per_match + 1e-9);
      total += of_match;
    }
    RC_ASSERT(total <= kelly + 1e-9);
    RC_ASSERT(std::isfinite(staked->outlook.log_growth));
    RC_ASSERT(staked->gap < 1e-6);
  }));
}

}  // namespace
}  // namespace fairline::staking
