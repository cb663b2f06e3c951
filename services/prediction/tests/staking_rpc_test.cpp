// Stakes, portfolios, the staking policy and value over real gRPC.
#include <cmath>

#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/rpc/value_conversion.hpp"
#include "services/prediction/tests/running_service.hpp"

namespace fairline::prediction {

TEST_CASE("open bets come with the request and change the advice on their match alone",
          "[prediction][rpc]") {
  RunningService running;
  v1::PredictMatchRequest request = ArsenalChelsea();
  v1::PredictMatchResponse response;
  REQUIRE(running.Call(kPremium, &Stub::PredictMatch, request, response).ok());
  const double alone = response.advice().outcomes(0).stake_fraction();
  REQUIRE(alone > 0.0);
  const std::int64_t exposure = static_cast<std::int64_t>(alone * 100'000) / 2;
  request.set_bankroll_minor_units(100'000 - exposure);
  request.set_open_exposure_minor_units(exposure);
  sports::v1::OpenBet& bet = *request.mutable_open_bets()->add_bets();
  bet.set_match_id(100);
  bet.set_match_date("2026-01-30");
  bet.set_market(sports::v1::MARKET_MATCH_RESULT);
  bet.set_outcome(sports::v1::OUTCOME_HOME);
  bet.set_odds(2.2);
  bet.set_exposure_minor_units(exposure);
  REQUIRE(running.Call(kPremium, &Stub::PredictMatch, request, response).ok());
  CHECK(response.advice().outcomes(0).stake_fraction() == Approx(alone / 2).epsilon(.03));
  CHECK(response.advice().outcomes(0).explanation().find("without open bets") != std::string::npos);
  bet.set_odds(1.0);
  const grpc::Status refused = running.Call(kPremium, &Stub::PredictMatch, request, response);
  CHECK(refused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(refused.error_message().find("open_bets.bets[0].odds") != std::string::npos);
}

namespace {

v1::ComputePortfolioRequest TwoCoins() {
  v1::ComputePortfolioRequest request;
  request.set_bankroll_minor_units(100'000);
  request.set_risk(sports::v1::RISK_HIGH);
  for (int i = 0; i < 2; ++i) {
    v1::PortfolioMatch& match = *request.add_matches();
    for (const double p : {.6, .4}) match.add_probabilities(p);
    for (const double odds : {2.0, 0.0}) match.add_odds(odds);
  }
  return request;
}

}  // namespace

TEST_CASE("a portfolio of own matches is staked jointly", "[prediction][rpc]") {
  RunningService running;
  v1::ComputePortfolioRequest request = TwoCoins();
  request.set_kelly_fraction(1.0);
  for (const auto& unlimited : {&v1::ComputePortfolioRequest::set_max_per_bet,
                                &v1::ComputePortfolioRequest::set_max_per_day,
                                &v1::ComputePortfolioRequest::set_max_per_match,
                                &v1::ComputePortfolioRequest::set_max_drawdown_chance}) {
    (request.*unlimited)(1.0);
  }
  v1::ComputePortfolioResponse response;
  REQUIRE(running.Call(kFree, &Stub::ComputePortfolio, request, response).ok());
  REQUIRE(response.matches_size() == 2);
  REQUIRE(response.matches(0).stakes_size() == 1);
  const v1::PortfolioStake& stake = response.matches(1).stakes(0);
  CHECK(stake.stake_fraction() == Approx(.2 / 1.04).epsilon(1e-6));
  CHECK(stake.full_kelly_fraction() == Approx(stake.stake_fraction()).epsilon(1e-6));
  CHECK(stake.stake_minor_units() == static_cast<int>(100'000 * .2 / 1.04));
  CHECK(stake.edge() == Approx(.2));
  CHECK(stake.caps().empty());
  CHECK(response.method() == v1::GROWTH_METHOD_ENUMERATION);
  CHECK(response.growth_gap() < 1e-8);
  CHECK(response.drawdowns_size() == 3);
  CHECK(response.log_growth() > 0.0);
  CHECK(response.kelly_fraction() == 1.0);

  // By default the account's risk level and the policy's caps hold.
  REQUIRE(running.Call(kFree, &Stub::ComputePortfolio, TwoCoins(), response).ok());
  CHECK(response.kelly_fraction() == .5);
  CHECK(response.matches(0).stakes(0).stake_fraction() == Approx(.03).epsilon(1e-6));
  REQUIRE(response.matches(0).stakes(0).caps_size() == 1);
  CHECK(response.matches(0).stakes(0).caps(0) == v1::STAKE_CAP_BET);
  request = TwoCoins();
  request.set_own_bankroll_minor_units(10'000);
  request.set_stake_step_minor_units(200);
  REQUIRE(running.Call(kFree, &Stub::ComputePortfolio, request, response).ok());
  CHECK(response.matches(0).stakes(0).stake_minor_units() == 200);
  CHECK(response.bankroll_minor_units() == 10'000);
}

TEST_CASE("a portfolio's errors name the field with its place", "[prediction][rpc]") {
  RunningService running;
  const auto refused = [&](const std::function<void(v1::ComputePortfolioRequest&)>& spoil) {
    v1::ComputePortfolioRequest request = TwoCoins();
    spoil(request);
    v1::ComputePortfolioResponse response;
    const grpc::Status status = running.Call(kFree, &Stub::ComputePortfolio, request, response);
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    return status.error_message();
  };
  using Request = v1::ComputePortfolioRequest;
  const double nan = std::nan("");
  CHECK(refused([](Request& r) {
          r.mutable_matches(1)->set_odds(0, 1.0);
        }).starts_with("matches[1].odds[0]: "));
  CHECK(refused([&](Request& r) {
          r.mutable_matches(0)->set_odds(1, nan);
        }).starts_with("matches[0].odds[1]: "));
  CHECK(refused([](Request& r) {
          r.mutable_matches(1)->add_lay_odds(2.0);
        }).starts_with("matches[1].lay_odds: "));
  CHECK(refused([](Request& r) {
          r.mutable_matches(0)->set_probabilities(1, -.4);
        }).starts_with("matches[0].probabilities[1]: "));
  CHECK(refused([](Request& r) {
          r.mutable_matches(0)->set_probabilities(1, .399);
        }).starts_with("matches[0].probabilities: "));
  CHECK(refused([](Request& r) {
          r.mutable_matches(0)->set_commission(1.0);
        }).starts_with("matches[0].commission: "));
  CHECK(refused([](Request& r) {
          auto& open = *r.mutable_matches(0)->add_open();
          open.set_outcome(2);
          open.set_odds(2.0);
          open.set_fraction(0.1);
        }).starts_with("matches[0].open[0].outcome: "));
  CHECK(refused([](Request& r) {
          auto& open = *r.mutable_matches(1)->add_open();
          open.set_outcome(0);
          open.set_odds(2.0);
          open.set_fraction(1.5);
        }).starts_with("matches[1].open[0].fraction: "));
  CHECK(refused([](Request& r) {
          r.mutable_matches(1)->set_odds(0, 120.0);
          r.mutable_matches(1)->set_odds(1, 150.0);
        }).starts_with("matches[1].odds: "));
  CHECK(refused([](Request& r) { r.clear_matches(); }).starts_with("matches: "));
  CHECK(refused([](Request& r) {
          for (int i = 0; i < 200; ++i) *r.add_matches() = r.matches(0);
        }).starts_with("matches: "));
  CHECK(refused([](Request& r) { r.set_kelly_fraction(0.0); }).starts_with("kelly_fraction: "));
  CHECK(refused([](Request& r) { r.set_kelly_fraction(1.5); }).starts_with("kelly_fraction: "));
  CHECK(refused([&](Request& r) { r.set_max_per_day(nan); }).starts_with("max_per_day: "));
  CHECK(refused([](Request& r) {
          r.set_stake_step_minor_units(0);
        }).starts_with("stake_step_minor_units: "));
  CHECK(refused([](Request& r) { r.add_drawdowns(1.0); }).starts_with("drawdowns: "));
  CHECK(refused([](Request& r) {
          r.set_own_bankroll_minor_units(-1);
        }).starts_with("own_bankroll_minor_units: "));
}

TEST_CASE("an admin changes the staking policy, everybody signed in reads it",
          "[prediction][rpc]") {
  RunningService running;
  const rpc::Caller admin = testing::UserCaller(3, 9);
  v1::GetStakingPolicyResponse before;
  REQUIRE(running.Call(kFree, &Stub::GetStakingPolicy, v1::GetStakingPolicyRequest(), before).ok());
  CHECK(before.policy_version().version() == 0);
  const v1::StakingPolicy defaults = before.policy_version().policy();
  CHECK(defaults.max_per_bet() == 0.03);
  CHECK(defaults.stake_step_minor_units() == 1);
  CHECK_FALSE(defaults.has_max_price_age_minutes());

  v1::SetStakingPolicyRequest request;
  *request.mutable_policy() = defaults;
  request.mutable_policy()->set_max_per_bet(0.01);
  request.mutable_policy()->set_min_stake_minor_units(500);
  request.set_reason("a quieter year");
  request.set_base_version(0);
  v1::SetStakingPolicyResponse changed;
  CHECK(running.Call(kPremium, &Stub::SetStakingPolicy, request, changed).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(running.Call(admin, &Stub::SetStakingPolicy, request, changed).ok());
  CHECK(changed.policy_version().version() == 1);
  CHECK(changed.policy_version().changed_by() == admin.name);
  CHECK(changed.policy_version().reason() == "a quieter year");
  CHECK(changed.policy_version().has_change_time());
  CHECK(running.Call(admin, &Stub::SetStakingPolicy, request, changed).error_code() ==
        grpc::StatusCode::FAILED_PRECONDITION);

  REQUIRE(running.world.keeper.Refresh().ok());
  v1::PredictMatchRequest pairing = ArsenalChelsea();
  pairing.set_risk(sports::v1::RISK_HIGH);
  v1::PredictMatchResponse advised;
  REQUIRE(running.Call(kPremium, &Stub::PredictMatch, pairing, advised).ok());
  CHECK(advised.advice().staking_policy_version() == 1);
  CHECK(advised.advice().outcomes(0).stake_fraction() == Approx(0.01));

  const auto message_of = [&] {
    return running.Call(admin, &Stub::SetStakingPolicy, request, changed).error_message();
  };
  request.clear_base_version();
  request.mutable_policy()->set_kelly_high(1.5);
  CHECK(message_of() == "policy.kelly_high: must be from 0 to 1");
  request.mutable_policy()->set_kelly_high(std::nan(""));
  CHECK(message_of() == "policy.kelly_high: must be a finite number");
  request.mutable_policy()->clear_kelly_high();
  CHECK(message_of() == "policy.kelly_high: must be given");
  request.mutable_policy()->set_kelly_high(0.5);
  request.clear_reason();
  CHECK(message_of() == "reason: must not be empty");
}

TEST_CASE("every field of a staking policy is in its message", "[prediction][rpc]") {
  v1::StakingPolicy message;
  staking::StakingPolicy policy;
  policy.max_price_age_minutes = 60;
  ToProto(policy, message);
  int fields = 0;
  ForEachPolicyField(policy, [&](std::string_view, const auto&) { ++fields; });
  CHECK(fields == message.GetDescriptor()->field_count());
  CHECK(PolicyJson(PolicyOf(message).value()) == PolicyJson(policy));
}

TEST_CASE("value is for premium accounts, with flags, arbitrage and a word of caution",
          "[prediction][rpc]") {
  RunningService running;
  running.world.data.Ingest([](SeasonDataRows& rows) {
    rows.coming[1].goal_markets.push_back(
        {domain::Market::kTotal,
         10,
         {Book("bet365", BookKind::kBookmaker, {2.2F, 1.7F, features::kMissing}),
          Book("pinnacle", BookKind::kBookmaker, {2.0F, 1.95F, features::kMissing})}});
    rows.coming[1].books.push_back(Book("wild", BookKind::kBookmaker, {9.0F, 3.3F, 3.7F}));
  });
  REQUIRE(running.world.keeper.Refresh().ok());
  v1::ListValueRequest request;
  v1::ListValueResponse response;
  CHECK(running.Call(kFree, &Stub::ListValue, request, response).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(running.Call(kPremium, &Stub::ListValue, request, response).ok());
  REQUIRE(response.prices_size() > 2);
  const v1::ValuePrice& wild = response.prices(0);
  CHECK(wild.bookmaker_code() == "wild");
  CHECK(wild.flag() == v1::PRICE_FLAG_SUSPICIOUS);
  CHECK(wild.match().home_team() == "Arsenal");
  CHECK(wild.age_minutes() == Approx(60.0));
  CHECK(wild.edge() == Approx(9.0 / wild.fair_odds() - 1.0));
  CHECK(response.note().find("not advice") != std::string::npos);
  REQUIRE(response.arbitrages_size() == 2);
  const v1::Arbitrage& total = response.arbitrages(1);
  CHECK(total.market() == sports::v1::MARKET_TOTAL);
  CHECK_FALSE(total.suspicious());
  CHECK(total.stakes(0).stake_share() + total.stakes(1).stake_share() == Approx(1.0));
  request.set_only_usable(true);
  request.set_page_size(1);
  REQUIRE(running.Call(kPremium, &Stub::ListValue, request, response).ok());
  CHECK(response.prices_size() == 1);
  CHECK(response.prices(0).flag() == v1::PRICE_FLAG_UNSPECIFIED);
  CHECK_FALSE(response.next_page_token().empty());
  request.set_exchange_commission(-0.1);
  CHECK(running.Call(kPremium, &Stub::ListValue, request, response).error_message() ==
        "exchange_commission: must be from 0 to below 1");
}

}  // namespace fairline::prediction
