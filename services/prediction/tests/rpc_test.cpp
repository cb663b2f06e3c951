// Forecasts and what is known of them over real gRPC: conversion, access rules, error codes, the
// stream.
#include <cmath>

#include "services/prediction/tests/running_service.hpp"

namespace fairline::prediction {

TEST_CASE("the protos name the markets and outcomes of the domain's table", "[prediction][rpc]") {
  const auto same = [](std::string_view name, std::string_view prefix, std::string_view in_proto) {
    std::string text(prefix);
    for (const char c : name) {
      text += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return text == in_proto;
  };
  CHECK(sports::v1::Market_descriptor()->value_count() ==
        static_cast<int>(domain::Markets().size()) + 1);  // and "unspecified"
  for (const domain::MarketRow& row : domain::Markets()) {
    CAPTURE(row.name);
    CHECK(same(row.name, "MARKET_",
               sports::v1::Market_Name(static_cast<sports::v1::Market>(row.market))));
  }
  CHECK(sports::v1::Outcome_descriptor()->value_count() ==
        static_cast<int>(domain::Outcomes().size()) + 1);
  for (const domain::OutcomeRow& row : domain::Outcomes()) {
    CAPTURE(row.name);
    CHECK(same(row.name, "OUTCOME_",
               sports::v1::Outcome_Name(static_cast<sports::v1::Outcome>(row.outcome))));
  }
}

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
  running.world.data.Ingest([](SeasonDataRows& rows) {
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
  advice_request.set_bankroll_minor_units(100'000);
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
