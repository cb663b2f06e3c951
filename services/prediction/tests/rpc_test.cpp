// Over real gRPC: conversion, access rules, error codes, the stream.
#include "libs/testing/rpc.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "services/prediction/app/policy_fields.hpp"
#include "services/prediction/rpc/prediction_service.hpp"
#include "services/prediction/rpc/value_conversion.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

using Stub = v1::PredictionService::Stub;
const rpc::Caller kFree = testing::UserCaller(1, 0);
const rpc::Caller kPremium = testing::UserCaller(2, 1);

struct RunningService {
  RunningService() {
    REQUIRE(world.keeper.Refresh().ok());
    host.host().Register(service);
    host.Start();
    stub = v1::PredictionService::NewStub(host.channel());
  }

  template <typename Method, typename Request, typename Response>
  grpc::Status Call(const rpc::Caller& caller, Method method, const Request& request,
                    Response& response) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    response.Clear();
    return ((*stub).*method)(&context, request, &response);
  }

  SmallInstallation world;
  FakeForecastLog log;
  Predictor predictor{world.keeper};
  FakeRecordStore record;
  Sealer sealer{world.keeper, log, record};
  testing::TestHost host{"prediction", kNow};
  PredictionService service{predictor, sealer, world.policies,
                            host.host().EndpointFor(kServiceName)};
  std::unique_ptr<Stub> stub;
};

v1::PredictMatchRequest ArsenalChelsea() {
  v1::PredictMatchRequest request;
  request.set_competition("E0");
  request.set_home_team("Arsenal");
  request.set_away_team("Chelsea");
  request.set_bankroll_minor_units(100'000);
  request.set_risk(sports::v1::RISK_MEDIUM);
  return request;
}

}  // namespace

TEST_CASE("a forecast is complete and names its version", "[prediction][rpc]") {
  RunningService running;
  v1::PredictMatchResponse response;
  REQUIRE(running.Call(kFree, &Stub::PredictMatch, ArsenalChelsea(), response).ok());
  const v1::Forecast& forecast = response.forecast();
  CHECK(forecast.match_id() == 100);
  CHECK(forecast.competition_code() == "E0");
  CHECK(forecast.competition_name() == "English Premier League");
  CHECK(forecast.match_date() == "2026-01-30");
  CHECK(forecast.kickoff_time().seconds() == 1769803200);
  CHECK(forecast.home_team() == "Arsenal");
  CHECK(forecast.away_team_id() == 11);
  CHECK(forecast.market() == sports::v1::MARKET_MATCH_RESULT);
  REQUIRE(forecast.outcomes_size() == 3);
  CHECK(forecast.outcomes(1).outcome() == sports::v1::OUTCOME_DRAW);
  double sum = 0.0;
  for (const auto& outcome : forecast.outcomes()) {
    sum += outcome.probability();
    CHECK(outcome.fair_odds() == Approx(1.0 / outcome.probability()));
  }
  CHECK(sum == Approx(1.0));
  CHECK(forecast.model() == "with_odds");
  CHECK(forecast.model_version() == 1);
  CHECK(forecast.market_outcomes_size() == 3);
  CHECK(forecast.average_odds_size() == 3);
  CHECK(forecast.as_of_time().seconds() == 1769763600);
  CHECK_FALSE(response.has_advice());
  CHECK_FALSE(response.has_markets());
  REQUIRE(forecast.uncertainty_size() == 3);
  CHECK(forecast.uncertainty(2).outcome() == sports::v1::OUTCOME_AWAY);
  CHECK(forecast.uncertainty(2).standard_deviation() == 0.02);
  CHECK(forecast.uncertainty(2).low() < forecast.outcomes(2).probability());
  CHECK(forecast.uncertainty(2).high() > forecast.outcomes(2).probability());
  REQUIRE(forecast.members_size() == 2);
  CHECK(forecast.members(0).name() == "bold");
  CHECK(forecast.members(0).outcomes_size() == 3);
}

TEST_CASE("the markets of a match agree with its forecast; prices are for premium accounts",
          "[prediction][rpc]") {
  RunningService running;
  running.world.data.Ingest([](AlmanacRows& rows) {
    rows.coming[1].goal_markets.push_back(
        {domain::Market::kTotal,
         10,
         {Book("bet365", BookKind::kBookmaker, {1.9F, 2.0F, features::kMissing})}});
  });
  REQUIRE(running.world.keeper.Refresh().ok());
  v1::GetMarketsRequest request;
  request.set_match_id(100);
  request.add_total_line_quarters(11);
  v1::GetMarketsResponse response;
  REQUIRE(running.Call(kFree, &Stub::GetMarkets, request, response).ok());
  CHECK(response.forecast().match_id() == 100);
  const v1::Markets& markets = response.markets();
  const v1::MarketPrices& winner = markets.markets(0);
  CHECK(winner.market() == sports::v1::MARKET_MATCH_RESULT);
  for (int i = 0; i < 3; ++i) {
    CHECK(winner.bets(i).win() == Approx(response.forecast().outcomes(i).probability()));
    CHECK(winner.bets(i).best_odds() == 0.0);
  }
  CHECK(winner.anchored());
  CHECK(markets.grid().probabilities_size() == 64);
  double shown = markets.grid().beyond();
  for (const double probability : markets.grid().probabilities()) shown += probability;
  CHECK(shown == Approx(1.0));
  CHECK(markets.correct_scores_size() == 10);
  CHECK(markets.correct_scores(0).fair_odds() ==
        Approx(1.0 / markets.correct_scores(0).probability()));
  CHECK(markets.expected_home_goals() > 0.0);
  CHECK_FALSE(markets.basis().empty());
  std::vector<int> totals;
  for (const v1::MarketPrices& sheet : markets.markets()) {
    if (sheet.market() == sports::v1::MARKET_TOTAL) totals.push_back(sheet.line_quarters());
  }
  CHECK(totals == std::vector<int>{10, 11});  // the quoted one and the one asked for

  REQUIRE(running.Call(kPremium, &Stub::GetMarkets, request, response).ok());
  CHECK(response.markets().markets(0).bets(0).best_odds() == Approx(2.2));
  for (const v1::MarketPrices& sheet : response.markets().markets()) {
    if (sheet.market() != sports::v1::MARKET_TOTAL || sheet.line_quarters() != 10) continue;
    const v1::BetPrice& over = sheet.bets(0);
    CHECK(over.bookmaker_code() == "bet365");
    CHECK(over.edge() == Approx(over.win() * 1.9 - 1.0).margin(1e-6));
    CHECK(over.fair_odds() == Approx(1.0 / over.win()));
    CHECK(sheet.no_stake_explanation().starts_with("No stake, because"));
  }

  request.set_match_id(7);
  CHECK(running.Call(kFree, &Stub::GetMarkets, request, response).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  v1::PredictMatchRequest pairing = ArsenalChelsea();
  pairing.set_markets(true);
  pairing.set_home_team("Chelsea");
  pairing.set_away_team("Arsenal");
  v1::PredictMatchResponse predicted;
  REQUIRE(running.Call(kFree, &Stub::PredictMatch, pairing, predicted).ok());
  CHECK(predicted.markets().markets(0).bets(0).win() ==
        Approx(predicted.forecast().outcomes(0).probability()));
}

TEST_CASE("an explanation leads from the base rate through what moved the forecast",
          "[prediction][rpc]") {
  RunningService running;
  v1::GetExplanationRequest request;
  request.set_match_id(100);
  request.set_max_contributions(2);
  v1::GetExplanationResponse response;
  REQUIRE(running.Call(kFree, &Stub::GetExplanation, request, response).ok());
  CHECK(response.forecast().match_id() == 100);
  CHECK(response.forecast().members_size() == 2);
  const v1::Explanation& explanation = response.explanation();
  CHECK(explanation.base_rate_size() == 3);
  REQUIRE(explanation.contributions_size() == 2);
  const v1::Contribution& market = explanation.contributions(1);
  CHECK(market.feature().name() == "market");
  CHECK_FALSE(market.feature().has_value());
  REQUIRE(market.log_odds_size() == 3);
  CHECK(market.log_odds(0) - market.log_odds(1) == Approx(0.2));
  CHECK(explanation.rest_log_odds_size() == 3);
  REQUIRE(explanation.features_size() > 0);
  CHECK_FALSE(explanation.features(0).meaning().empty());
  CHECK(explanation.features(0).block() == "rating");

  request.set_max_contributions(-1);
  CHECK(running.Call(kFree, &Stub::GetExplanation, request, response).error_message() ==
        "max_contributions: must not be negative");
  request.set_match_id(7);
  CHECK(running.Call(kFree, &Stub::GetExplanation, request, response).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  v1::PredictMatchRequest pairing = ArsenalChelsea();
  pairing.set_explain(true);
  v1::PredictMatchResponse predicted;
  REQUIRE(running.Call(kFree, &Stub::PredictMatch, pairing, predicted).ok());
  CHECK(predicted.explanation().contributions_size() == 3);
}

TEST_CASE("advice on a pairing is for premium accounts and for coming quoted matches",
          "[prediction][rpc]") {
  RunningService running;
  v1::PredictMatchResponse response;
  REQUIRE(running.Call(kPremium, &Stub::PredictMatch, ArsenalChelsea(), response).ok());
  REQUIRE(response.has_advice());
  CHECK(response.advice().has_bet());
  const v1::OutcomeAdvice& home = response.advice().outcomes(0);
  CHECK(home.outcome() == sports::v1::OUTCOME_HOME);
  CHECK(home.bookmaker_code() == "bet365");
  CHECK(home.best_odds() == Approx(2.20).margin(1e-6));
  CHECK(home.edge() == Approx(home.probability() * home.best_odds() - 1.0));
  CHECK(home.stake_minor_units() > 0);
  CHECK(home.stake_minor_units() == static_cast<std::int64_t>(home.stake_fraction() * 100'000));
  CHECK(home.capture_time().seconds() == 1769760000);
  CHECK(home.no_bet_reason() == v1::NO_BET_REASON_UNSPECIFIED);
  const v1::OutcomeAdvice& draw = response.advice().outcomes(1);
  CHECK(draw.no_bet_reason() == v1::NO_BET_REASON_NO_EDGE);
  CHECK(draw.explanation().starts_with("No bet, because"));
  CHECK(draw.stake_minor_units() == 0);

  v1::PredictMatchRequest turned = ArsenalChelsea();
  turned.set_home_team("Chelsea");
  turned.set_away_team("Arsenal");
  REQUIRE(running.Call(kPremium, &Stub::PredictMatch, turned, response).ok());
  CHECK_FALSE(response.has_advice());
  CHECK(response.forecast().match_id() == 0);
  CHECK(response.forecast().match_date().empty());
  CHECK_FALSE(response.forecast().has_kickoff_time());
  CHECK(response.forecast().model() == "no_odds");
}

TEST_CASE("access follows the declared rules", "[prediction][rpc]") {
  RunningService running;
  const rpc::Caller anonymous;
  v1::ListTodaysForecastsResponse today;
  REQUIRE(
      running.Call(anonymous, &Stub::ListTodaysForecasts, v1::ListTodaysForecastsRequest(), today)
          .ok());
  CHECK(today.forecasts_size() == 1);
  v1::ListForecastsResponse forecasts;
  CHECK(running.Call(anonymous, &Stub::ListForecasts, v1::ListForecastsRequest(), forecasts)
            .error_code() == grpc::StatusCode::UNAUTHENTICATED);
  v1::ListAdviceRequest advice_request;
  advice_request.set_risk(sports::v1::RISK_LOW);
  v1::ListAdviceResponse advice;
  CHECK(running.Call(kFree, &Stub::ListAdvice, advice_request, advice).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  REQUIRE(running.Call(kPremium, &Stub::ListAdvice, advice_request, advice).ok());
  CHECK(advice.advice_size() == 2);
  CHECK(advice.advice(0).staking_policy_version() == 0);
  CHECK(advice.days_size() == 1);
  CHECK(advice.days(0).log_growth() > 0.0);
  CHECK(advice.days(0).log_growth_standard_deviation() > 0.0);
  CHECK(advice.days(0).drawdowns_size() == 3);
  CHECK(advice.days(0).summary().starts_with("2026-01-30: 1 bet, "));
  grpc::ClientContext context;
  testing::CallAs(context, testing::UserCaller(3, 9));
  auto stream = running.stub->SealForecasts(&context, v1::SealForecastsRequest());
  CHECK(stream->Finish().error_code() == grpc::StatusCode::PERMISSION_DENIED);
}

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
  CHECK(refused.error_message().find("open_bets.bets[0]: odds") != std::string::npos);
}

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
          r.mutable_matches(0)->add_open()->set_outcome(2);
        }).starts_with("matches[0].open[0].outcome: "));
  CHECK(refused([](Request& r) {
          auto& open = *r.mutable_matches(1)->add_open();
          open.set_odds(2.0);
          open.set_fraction(1.5);
        }).starts_with("matches[1].open[0].fraction: "));
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

TEST_CASE("lists are paged over gRPC", "[prediction][rpc]") {
  RunningService running;
  v1::ListForecastsRequest request;
  request.set_page_size(2);
  v1::ListForecastsResponse page;
  REQUIRE(running.Call(kFree, &Stub::ListForecasts, request, page).ok());
  CHECK(page.forecasts_size() == 2);
  request.set_page_token(page.next_page_token());
  REQUIRE(running.Call(kFree, &Stub::ListForecasts, request, page).ok());
  REQUIRE(page.forecasts_size() == 1);
  CHECK(page.forecasts(0).match_id() == 102);
  CHECK(page.next_page_token().empty());
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
  CHECK(message_of() == "policy.kelly_high: must be from 0 to 1");
  request.mutable_policy()->clear_kelly_high();
  CHECK(message_of() == "policy.kelly_high: must be given");
  request.mutable_policy()->set_kelly_high(0.5);
  request.clear_reason();
  CHECK(message_of() == "reason: must not be empty");
}

TEST_CASE("every field of a staking policy is in its message", "[prediction][rpc]") {
  v1::StakingPolicy message;
  domain::StakingPolicy policy;
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
  running.world.data.Ingest([](AlmanacRows& rows) {
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

TEST_CASE("bad requests name the field", "[prediction][rpc]") {
  RunningService running;
  v1::PredictMatchRequest request = ArsenalChelsea();
  request.set_home_team("Nobody");
  v1::PredictMatchResponse response;
  const grpc::Status unknown = running.Call(kFree, &Stub::PredictMatch, request, response);
  CHECK(unknown.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(unknown.error_message() == "home_team: \"Nobody\" is not known in English Premier League");

  v1::ComputeStakeRequest stake;
  stake.add_probabilities(0.5);
  stake.add_probabilities(0.5);
  stake.add_odds(2.5);
  stake.add_odds(1.5);
  v1::ComputeStakeResponse stakes;
  CHECK(running.Call(kFree, &Stub::ComputeStake, stake, stakes).error_message() ==
        "risk: one of RISK_LOW, RISK_MEDIUM, RISK_HIGH");
  stake.set_risk(sports::v1::RISK_HIGH);
  stake.set_bankroll_minor_units(-1);
  CHECK(running.Call(kFree, &Stub::ComputeStake, stake, stakes).error_message() ==
        "bankroll_minor_units: must not be negative");
  stake.set_bankroll_minor_units(10'000);
  REQUIRE(running.Call(kFree, &Stub::ComputeStake, stake, stakes).ok());
  REQUIRE(stakes.outcomes_size() == 2);
  CHECK(stakes.outcomes(0).full_kelly_fraction() == Approx(0.25 / 1.5));
  CHECK(stakes.outcomes(0).stake_minor_units() == 300);
  CHECK(stakes.outcomes(1).stake_minor_units() == 0);
}

TEST_CASE("sealing streams progress and ends with the summary", "[prediction][rpc]") {
  RunningService running;
  grpc::ClientContext context;
  testing::CallAs(context, testing::ServiceCaller("pipeline"));
  auto stream = running.stub->SealForecasts(&context, v1::SealForecastsRequest());
  v1::SealForecastsResponse message;
  std::vector<v1::SealForecastsResponse> messages;
  while (stream->Read(&message)) messages.push_back(message);
  REQUIRE(stream->Finish().ok());
  REQUIRE(messages.size() >= 2);
  CHECK_FALSE(messages.front().has_summary());
  CHECK(messages.front().progress().total() == 3);
  CHECK(messages.back().summary().forecasts_sealed() == 3);
  CHECK(messages.back().summary().model_version() == 1);
  CHECK(running.log.records.size() == 3);
}

TEST_CASE("the serving model says why a newer version is not serving", "[prediction][rpc]") {
  RunningService running;
  running.world.loader.broken = {2};
  running.world.registry.production = 2;
  CHECK_FALSE(running.world.keeper.Refresh().ok());
  v1::GetServingModelResponse serving;
  REQUIRE(running.Call(kFree, &Stub::GetServingModel, v1::GetServingModelRequest(), serving).ok());
  CHECK(serving.model() == "football");
  CHECK(serving.version() == 1);
  CHECK(serving.data_version() == 7);
  CHECK(serving.load_time().seconds() > 0);
  CHECK(serving.last_load_error() == "the bundle's hash is wrong");
}

}  // namespace fairline::prediction
