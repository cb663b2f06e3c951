#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "fairline/prediction/v1/prediction.pb.h"

#include "libs/core/date.hpp"
#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/old_api/parameters.hpp"

namespace fairline::auth_gateway {
namespace {

using nlohmann::ordered_json;
using prediction::v1::Forecast;
using prediction::v1::MatchAdvice;
using prediction::v1::OutcomeAdvice;

constexpr int kPageSize = 500;

// "2026-01-30" as "30/01/2026"; null for a pairing that is not planned.
ordered_json OldDate(const std::string& match_date) {
  if (!ParseDay(match_date).ok()) return nullptr;
  return match_date.substr(8, 2) + "/" + match_date.substr(5, 2) + "/" + match_date.substr(0, 4);
}

double ProbabilityOf(const Forecast& forecast, sports::v1::Outcome outcome) {
  for (const auto& one : forecast.outcomes()) {
    if (one.outcome() == outcome) return one.probability();
  }
  return 0;
}

void PutProbabilities(const Forecast& forecast, ordered_json& entry) {
  entry["pred_home"] = ProbabilityOf(forecast, sports::v1::OUTCOME_HOME);
  entry["pred_draw"] = ProbabilityOf(forecast, sports::v1::OUTCOME_DRAW);
  entry["pred_away"] = ProbabilityOf(forecast, sports::v1::OUTCOME_AWAY);
}

// The old API knows one bet a match: the outcome with the largest stake. `advice` may be null.
void PutBet(const MatchAdvice* advice, const std::string& currency, ordered_json& entry) {
  const OutcomeAdvice* best = nullptr;
  for (int i = 0; advice != nullptr && i < advice->outcomes_size(); ++i) {
    const OutcomeAdvice& outcome = advice->outcomes(i);
    if (outcome.stake_minor_units() <= 0) continue;
    if (best == nullptr || outcome.stake_minor_units() > best->stake_minor_units()) {
      best = &outcome;
    }
  }
  entry["bet_advise"] =
      best == nullptr ? 0.0 : Money{best->stake_minor_units()}.MajorUnits(currency);
  entry["bet_outcome"] = nullptr;
  if (best == nullptr) return;
  switch (best->outcome()) {
    case sports::v1::OUTCOME_HOME:
      entry["bet_outcome"] = "home";
      break;
    case sports::v1::OUTCOME_DRAW:
      entry["bet_outcome"] = "draw";
      break;
    case sports::v1::OUTCOME_AWAY:
      entry["bet_outcome"] = "away";
      break;
    default:
      break;
  }
}

ordered_json AverageOdds(const Forecast& forecast, int position) {
  if (forecast.average_odds_size() != 3) return nullptr;
  return forecast.average_odds(position);
}

// What a request for stakes takes from the account.
template <typename StakesRequest>
void FillStakes(const Purse& purse, StakesRequest& request) {
  request.set_bankroll_minor_units(purse.Stakeable().minor_units);
  request.set_risk(static_cast<sports::v1::Risk>(purse.risk));
  request.set_open_exposure_minor_units(purse.open_exposure.minor_units);
  *request.mutable_open_bets() = purse.open_bets;
}

}  // namespace

absl::Status OldApi::ShowStatus(Request& request) {
  request.exchange.Json(200, ordered_json{{"status", "OK"}, {"version", "1"}}.dump());
  return absl::OkStatus();
}

absl::Status OldApi::AvailableChampionships(Request& request) {
  ASSIGN_OR_RETURN(const auto championships, championships_.Get(Outgoing(request)));
  std::string season;
  auto names = ordered_json::array();
  auto teams = ordered_json::object();
  for (const Championship& championship : *championships) {
    season = std::max(season, championship.current_season);
    names.push_back(championship.name);
    teams[championship.name] = championship.teams;
  }
  request.exchange.Json(200, ordered_json{{"Current Season", season},
                                          {"Available Championships", names},
                                          {"Available Teams", teams}}
                                 .dump());
  return absl::OkStatus();
}

absl::Status OldApi::Calendar(Request& request) {
  const Member& member = request.signed_in->member;
  const Purse& purse = *request.signed_in->purse;
  if (!member.Premium()) {
    request.exchange.Fail(Problem{402, "the calendar is for premium accounts", {}});
    return absl::OkStatus();
  }
  const rpc::Outgoing outgoing = Outgoing(request);
  ASSIGN_OR_RETURN(const auto championships, championships_.Get(outgoing));
  ASSIGN_OR_RETURN(const Championship* championship,
                   FindChampionship(*championships, request.name));

  std::map<std::int64_t, MatchAdvice> advice;
  prediction::v1::ListAdviceRequest advice_request;
  advice_request.set_competition(championship->code);
  advice_request.set_page_size(kPageSize);
  FillStakes(purse, advice_request);
  // Who has excluded themselves get the calendar without a bet.
  const bool advised = !member.Excluded();
  while (advised) {
    ASSIGN_OR_RETURN(auto page, AskPrediction<prediction::v1::ListAdviceResponse>(
                                    request, "ListAdvice", advice_request, outgoing));
    for (auto& one : *page.mutable_advice()) {
      const std::int64_t match_id = one.forecast().match_id();
      advice.emplace(match_id, std::move(one));
    }
    if (page.next_page_token().empty()) break;
    advice_request.set_page_token(page.next_page_token());
  }

  auto calendar = ordered_json::array();
  prediction::v1::ListForecastsRequest forecast_request;
  forecast_request.set_competition(championship->code);
  forecast_request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const auto page, AskPrediction<prediction::v1::ListForecastsResponse>(
                                          request, "ListForecasts", forecast_request, outgoing));
    for (const Forecast& forecast : page.forecasts()) {
      ordered_json entry{
          {"Date", OldDate(forecast.match_date())}, {"HomeTeam", forecast.home_team()},
          {"AwayTeam", forecast.away_team()},       {"Avg_H", AverageOdds(forecast, 0)},
          {"Avg_D", AverageOdds(forecast, 1)},      {"Avg_A", AverageOdds(forecast, 2)}};
      PutProbabilities(forecast, entry);
      const auto found = advice.find(forecast.match_id());
      PutBet(found == advice.end() ? nullptr : &found->second, purse.currency, entry);
      calendar.push_back(std::move(entry));
    }
    forecast_request.set_page_token(page.next_page_token());
  } while (!forecast_request.page_token().empty());
  request.exchange.Json(200, calendar.dump());
  return absl::OkStatus();
}

absl::Status OldApi::Predict(Request& request) {
  const Member& member = request.signed_in->member;
  ASSIGN_OR_RETURN(const auto parameters, OldParameters::Read(request.exchange));
  prediction::v1::PredictMatchRequest pairing;
  ASSIGN_OR_RETURN(*pairing.mutable_competition(), parameters.Text("championship"));
  ASSIGN_OR_RETURN(*pairing.mutable_home_team(), parameters.Text("home_team"));
  ASSIGN_OR_RETURN(*pairing.mutable_away_team(), parameters.Text("away_team"));
  FillStakes(*request.signed_in->purse, pairing);

  const auto predicted = AskPrediction<prediction::v1::PredictMatchResponse>(
      request, "PredictMatch", pairing, Outgoing(request));
  const absl::Status& status = predicted.status();
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) {
    // The old API says 400 for whatever it does not know.
    request.exchange.Fail(Problem{400, MessageOf(status), {}});
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(status);

  const Forecast& forecast = predicted->forecast();
  ordered_json entry{{"Date", OldDate(forecast.match_date())},
                     {"HomeTeam", forecast.home_team()},
                     {"AwayTeam", forecast.away_team()}};
  PutProbabilities(forecast, entry);
  const bool advised = member.Premium() && !member.Excluded();
  if (advised && predicted->has_advice())
    PutBet(&predicted->advice(), request.signed_in->purse->currency, entry);
  request.exchange.Json(200, ordered_json::array({entry}).dump());
  return absl::OkStatus();
}

}  // namespace fairline::auth_gateway
