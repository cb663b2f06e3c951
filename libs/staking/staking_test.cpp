#include "libs/staking/staking.hpp"

#include <limits>

#include "libs/staking/advise.hpp"
#include "libs/staking/kelly.hpp"
#include "libs/testing/odds.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using testing::AnyForecast;
using testing::AnyOdds;
using testing::Probabilities;

// Best prices of ten bookmakers with averages 3 % lower.
std::vector<Offer> Offers(std::initializer_list<double> best) {
  std::vector<Offer> offers;
  for (const double price : best) {
    offers.push_back({DecimalOdds::Make(price).value(),
                      DecimalOdds::Make(1.0 + (price - 1.0) * .97).value(), 10});
  }
  return offers;
}

std::vector<OutcomeAdvice> AdviseOk(const MatchForecast& forecast, const std::vector<Offer>& offers,
                                    const StakingPolicy& policy = {},
                                    RiskLevel risk = RiskLevel::kMedium) {
  const auto advice = Advise(forecast, offers, policy, risk);
  REQUIRE(advice.ok());
  REQUIRE(advice->size() == offers.size());
  return *advice;
}

const MatchForecast kForecast{Probabilities({.5, .27, .23}), true};

TEST_CASE("with caps and guards off each outcome with an edge gets full Kelly", "[staking]") {
  const MatchForecast forecast{Probabilities({.65, .25, .1}), true};
  const auto advice = AdviseOk(forecast, Offers({1.7, 3.5, 2.3}), StakingPolicy::Unrestricted());
  CHECK(advice[0].stake * 250 == Approx(37.50));
  CHECK(advice[0].edge.value() == Approx(.105));
  CHECK(advice[0].fair_odds->value() == Approx(1 / .65));
  CHECK(advice[0].no_bet == NoBetReason::kNone);
  CHECK(advice[1].no_bet == NoBetReason::kNegativeEdge);
  CHECK(advice[2].stake == 0.0);
}

TEST_CASE("the risk level multiplies the stake by a tenth, a quarter or a half", "[staking]") {
  const auto stake = [](RiskLevel risk) {
    return AdviseOk(kForecast, Offers({2.1, 3.5, 4.0}), {}, risk)[0].stake;
  };
  const double full = (.5 * 2.1 - 1) / 1.1;
  CHECK(stake(RiskLevel::kLow) == Approx(.1 * full));
  CHECK(stake(RiskLevel::kMedium) == Approx(.25 * full));
  CHECK(stake(RiskLevel::kHigh) == Approx(.5 * full));
}

TEST_CASE("every reason for no bet is named", "[staking]") {
  SECTION("no odds") {
    auto offers = Offers({2.2, 3.5, 4.0});
    offers[0].best.reset();
    CHECK(AdviseOk(kForecast, offers)[0].no_bet == NoBetReason::kNoOdds);
  }
  SECTION("not anchored") {
    const MatchForecast ratings_only{kForecast.probabilities, false};
    for (const auto& outcome : AdviseOk(ratings_only, Offers({2.5, 3.9, 4.9}))) {
      CHECK(outcome.no_bet == NoBetReason::kNotAnchored);
      CHECK(outcome.stake == 0.0);
    }
  }
  SECTION("negative edge") {
    CHECK(AdviseOk(kForecast, Offers({2.0, 3.5, 4.0}))[0].no_bet == NoBetReason::kNegativeEdge);
  }
  SECTION("below the minimum edge, which is higher at a single bookmaker") {
    StakingPolicy policy;
    policy.min_edge_best_of_many = 0.02;
    auto offers = Offers({2.06, 3.5, 4.0});
    CHECK(AdviseOk(kForecast, offers, policy)[0].no_bet == NoBetReason::kNone);
    offers[0].bookmakers = 1;
    CHECK(AdviseOk(kForecast, offers, policy)[0].no_bet == NoBetReason::kBelowMinimumEdge);
    CHECK(AdviseOk(kForecast, Offers({2.02, 3.5, 4.0}))[0].no_bet ==
          NoBetReason::kBelowMinimumEdge);
  }
  SECTION("no average price") {
    auto offers = Offers({2.2, 3.5, 4.0});
    offers[0].average.reset();
    CHECK(AdviseOk(kForecast, offers)[0].no_bet == NoBetReason::kNoAveragePrice);
  }
  SECTION("price too far from the average") {
    auto offers = Offers({2.8, 3.5, 4.0});
    offers[0].average = DecimalOdds::Make(2.1).value();
    CHECK(AdviseOk(kForecast, offers)[0].no_bet == NoBetReason::kPriceFarFromAverage);
  }
  SECTION("odds too long") {
    CHECK(AdviseOk(kForecast, Offers({2.0, 3.5, 5.0}))[2].no_bet == NoBetReason::kOddsTooLong);
    CHECK(AdviseOk(kForecast, Offers({2.0, 3.5, 4.9}))[2].no_bet == NoBetReason::kNone);
  }
}

TEST_CASE("a bet and a refusal read as sentences", "[staking]") {
  const auto offers = Offers({2.02, 3.5, 4.9});
  const auto advice = AdviseOk(kForecast, offers);
  CHECK(Sentence(advice[0], offers[0], {}) ==
        "No bet, because the edge of 1.0 % is below the 4.0 % required.");
  CHECK(Sentence(advice[1], offers[1], {}) ==
        "No bet, because the price pays 5.5 % less than is fair.");
  CHECK(Sentence(advice[2], offers[2], {}) == "Stake 0.81 % of the bankroll.");
  CHECK(NoBetReasonName(advice[0].no_bet) == "below_minimum_edge");
}

TEST_CASE("the cap per bet holds and says so", "[staking]") {
  const auto advice = AdviseOk(kForecast, Offers({2.6, 3.5, 4.0}), {}, RiskLevel::kHigh);
  CHECK(advice[0].full_kelly == Approx((.5 * 2.6 - 1) / 1.6));
  CHECK(advice[0].stake == .03);
  CHECK(advice[0].capped);
}

TEST_CASE("the cap per match shrinks all its bets alike", "[staking]") {
  const auto advice = AdviseOk(kForecast, Offers({2.6, 4.8, 2.0}), {}, RiskLevel::kHigh);
  CHECK(advice[0].stake == Approx(.025));
  CHECK(advice[1].stake == Approx(.025));
  CHECK(advice[1].capped);
}

TEST_CASE("stakes shrink with the uncertainty of the forecast", "[staking]") {
  // Edge .05 at odds 2.1 and a standard deviation of .02: .0025 / (.0025 + (2.1 * .02)^2).
  MatchForecast forecast = kForecast;
  forecast.probability_sd = {.02, .02, .02};
  const auto offers = Offers({2.1, 3.5, 4.0});
  const auto certain = AdviseOk(kForecast, offers)[0];
  const auto uncertain = AdviseOk(forecast, offers)[0];
  const double left = .0025 / (.0025 + .042 * .042);
  CHECK(uncertain.shrinkage == Approx(left));
  CHECK(uncertain.stake == Approx(left * certain.stake));
  CHECK(uncertain.full_kelly == certain.full_kelly);
  forecast.probability_sd = {1e200, 0, 0};
  CHECK(AdviseOk(forecast, offers)[0].no_bet == NoBetReason::kTooUncertain);
  forecast.probability_sd = {0, 0, 0};
  CHECK(AdviseOk(forecast, offers)[0].stake == Approx(certain.stake));
}

TEST_CASE("commission lowers the edge and the stake", "[staking]") {
  auto offers = Offers({2.2, 3.5, 4.0});
  offers[0].commission = .05;
  const auto advice = AdviseOk(kForecast, offers, StakingPolicy::Unrestricted());
  CHECK(advice[0].edge.value() == Approx(.5 * 2.14 - 1));
  CHECK(advice[0].full_kelly == Approx((.5 * 2.14 - 1) / 1.14));
}

TEST_CASE("old prices and short odds are not bet on", "[staking]") {
  auto offers = Offers({2.2, 3.5, 4.0});
  offers[0].age_minutes = 90;
  CHECK(AdviseOk(kForecast, offers)[0].no_bet == NoBetReason::kNone);
  offers[0].max_age_minutes = 60;
  CHECK(AdviseOk(kForecast, offers)[0].no_bet == NoBetReason::kPriceTooOld);
  StakingPolicy policy;
  policy.max_price_age_minutes = 60;
  offers[0].max_age_minutes = 120;
  CHECK(AdviseOk(kForecast, offers, policy)[0].no_bet == NoBetReason::kNone);
  policy.min_odds = 2.5;
  CHECK(AdviseOk(kForecast, offers, policy)[0].no_bet == NoBetReason::kOddsTooShort);
}

TEST_CASE("the compatibility multipliers are off by default", "[staking]") {
  StakingPolicy policy;
  CHECK(policy.KellyMultiplier(RiskLevel::kHigh) == .5);
  policy.compatibility_multipliers = true;
  CHECK(policy.KellyMultiplier(RiskLevel::kLow) == .5);
  CHECK(policy.KellyMultiplier(RiskLevel::kMedium) == 1.0);
  CHECK(policy.KellyMultiplier(RiskLevel::kHigh) == 1.5);
}

TEST_CASE("money is rounded down to the step and to nothing below the minimum", "[staking]") {
  StakingPolicy policy;
  CHECK(StakeInMoney(.0123456, {100'000}, policy) == Money{1234});
  policy.stake_step_minor_units = 50;
  CHECK(StakeInMoney(.0123456, {100'000}, policy) == Money{1200});
  policy.min_stake_minor_units = 1201;
  CHECK(StakeInMoney(.0123456, {100'000}, policy) == Money{0});
  CHECK(StakeInMoney(std::numeric_limits<double>::quiet_NaN(), {100'000}, {}) == Money{0});
  CHECK(StakeInMoney(.5, {-10}, {}) == Money{0});
  CHECK(StakeInMoney(7.0, {100}, {}) == Money{100});
}

TEST_CASE("a model weight below 1 pulls the probabilities toward the average line", "[staking]") {
  StakingPolicy policy;
  const auto offers = Offers({2.2, 3.5, 4.0});
  policy.model_weight = 0.5;
  const double half = AdviseOk(kForecast, offers, policy)[0].probability;
  policy.model_weight = 0.0;
  const double market = AdviseOk(kForecast, offers, policy)[0].probability;
  CHECK(market < half);
  CHECK(half < .5);
  policy.model_weight = 0.5;
  auto without = offers;
  without[2].average.reset();
  CHECK(AdviseOk(kForecast, without, policy)[0].no_bet == NoBetReason::kNoAveragePrice);
}

TEST_CASE("a stake of nothing says why", "[staking]") {
  const auto offers = Offers({2.1, 3.5, 4.0});
  const auto reason = [&](const StakingPolicy& policy) {
    const OutcomeAdvice advice = AdviseOk(kForecast, offers, policy)[0];
    CHECK(advice.stake == 0.0);
    return advice.no_bet;
  };
  StakingPolicy policy;
  policy.max_per_bet = 0.0;
  CHECK(reason(policy) == NoBetReason::kNoRoom);
  policy = {};
  policy.max_per_match = 1e-12;
  CHECK(reason(policy) == NoBetReason::kNoRoom);
  policy = {};
  policy.kelly_medium = 0.0;
  CHECK(reason(policy) == NoBetReason::kNoRoom);
  const MatchForecast third{Probabilities({1.0 / 3, 2.0 / 3}), true};
  const auto lost = AdviseOk(third, Offers({3.0000000001, 1.4}), StakingPolicy::Unrestricted());
  CHECK(lost[0].edge.value() > 0.0);
  CHECK(lost[0].stake == 0.0);
  CHECK(lost[0].no_bet == NoBetReason::kNegativeEdge);
}

TEST_CASE("the largest amounts of money are staked to the unit", "[staking]") {
  const Money most{std::numeric_limits<std::int64_t>::max()};
  CHECK(StakeInMoney(1.0, most, {}) == most);
  CHECK(StakeInMoney(0.5, most, {}).minor_units == std::int64_t{1} << 62);
  StakingPolicy policy;
  policy.stake_step_minor_units = most.minor_units;
  CHECK(StakeInMoney(0.5, most, policy).minor_units == 0);
  CHECK(StakeInMoney(std::numeric_limits<double>::quiet_NaN(), most, {}).minor_units == 0);
  CHECK(StakeInMoney(1.0, {-5}, {}).minor_units == 0);
}

TEST_CASE("bad input is refused by the name of its field", "[staking]") {
  const auto message = [](const auto& result) {
    REQUIRE_FALSE(result.ok());
    CHECK(result.status().code() == absl::StatusCode::kInvalidArgument);
    return MessageOf(result.status());
  };
  const auto offers = Offers({2.2, 3.5, 4.0});
  const std::vector<Offer> two(offers.begin(), offers.begin() + 2);
  CHECK(message(Advise(kForecast, two, {}, RiskLevel::kLow)).starts_with("offers"));
  CHECK(message(Advise({Probabilities({.5, .5, .5}), true}, offers, {}, RiskLevel::kLow))
            .starts_with("probabilities"));
  StakingPolicy policy;
  policy.max_per_bet = std::numeric_limits<double>::quiet_NaN();
  CHECK(message(Advise(kForecast, offers, policy, RiskLevel::kLow))
            .starts_with("policy.max_per_bet"));
  policy = {};
  policy.min_odds = 6.0;
  CHECK(message(Advise(kForecast, offers, policy, RiskLevel::kLow)).starts_with("policy.max_odds"));
  auto taxed = Offers({2.2, 1.5, 4.0});
  taxed[1].commission = std::nextafter(1.0, 0.0);
  CHECK(message(Advise(kForecast, taxed, {}, RiskLevel::kLow)).starts_with("offers[1].commission"));
}

TEST_CASE("no stake is ever negative, NaN or above a cap", "[staking]") {
  CHECK(rc::check([] {
    const int outcomes = *rc::gen::inRange(2, 5);
    const MatchForecast forecast{*AnyForecast(outcomes), *rc::gen::arbitrary<bool>()};
    std::vector<Offer> offers;
    for (int i = 0; i < outcomes; ++i) {
      Offer offer;
      if (*rc::gen::inRange(0, 5) > 0) offer.best = *AnyOdds();
      if (*rc::gen::inRange(0, 5) > 0) offer.average = *AnyOdds();
      offer.bookmakers = *rc::gen::inRange(0, 4);
      offers.push_back(offer);
    }
    StakingPolicy policy =
        *rc::gen::arbitrary<bool>() ? StakingPolicy::Unrestricted() : StakingPolicy{};
    policy.model_weight = *rc::gen::inRange(0, 11) / 10.0;
    if (*rc::gen::arbitrary<bool>()) policy.max_per_bet = *rc::gen::element(0.0, 1e-10, .01, 1.0);
    if (*rc::gen::arbitrary<bool>()) policy.kelly_low = *rc::gen::element(0.0, 1e-10, 1.0);
    for (const RiskLevel risk : {RiskLevel::kLow, RiskLevel::kMedium, RiskLevel::kHigh}) {
      const auto advice = Advise(forecast, offers, policy, risk);
      RC_ASSERT(advice.ok());
      double total = 0.0;
      for (const OutcomeAdvice& outcome : *advice) {
        RC_ASSERT(outcome.stake >= 0.0 && outcome.stake <= policy.max_per_bet);
        RC_ASSERT(outcome.full_kelly >= 0.0 && outcome.full_kelly <= 1.0);
        RC_ASSERT((outcome.stake > 0.0) == (outcome.no_bet == NoBetReason::kNone));
        RC_ASSERT(outcome.stake == 0.0 || outcome.stake >= kMinStake);
        RC_ASSERT(outcome.stake == 0.0 || forecast.anchored);
        total += outcome.stake;
      }
      RC_ASSERT(total <= policy.max_per_match + 1e-12);
    }
  }));
}

}  // namespace
}  // namespace fairline::staking
