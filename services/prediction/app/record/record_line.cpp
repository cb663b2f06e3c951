#include "services/prediction/app/record/record_line.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/prediction/app/forecast/match_forecast.hpp"

namespace fairline::prediction {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLineVersion = 1;

// The match winner alone is recorded.
std::string_view OutcomeName(domain::Outcome outcome) {
  if (outcome == domain::Outcome::kHome) return "home";
  return outcome == domain::Outcome::kDraw ? "draw" : "away";
}

std::string_view MarketName(domain::Market market) {
  return market == domain::Market::kMatchResult ? "1x2" : "moneyline";
}

Json OrNull(const std::optional<Instant>& instant) {
  return instant ? Json(FormatInstant(*instant)) : Json(nullptr);
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json AdviceJson(const SealedAdvice& advice) {
  return Json{{"outcome", OutcomeName(advice.outcome)},
              {"probability", advice.probability},
              {"bookmaker", advice.bookmaker_code},
              {"price", OrNull(advice.best_odds)},
              {"price_time", OrNull(advice.captured_at)},
              {"edge", OrNull(advice.edge)},
              {"full_kelly", advice.full_kelly},
              {"stakes", advice.stakes},
              {"no_bet", advice.no_bet_reason}};
}

absl::StatusOr<RecordedForecast> Read(const Json& json) {
  RecordedForecast read;
  read.match = {json.at("match_id").get<std::int64_t>()};
  ASSIGN_OR_RETURN(read.match_date, ParseDay(json.at("match_date").get<std::string>()));
  if (!json.at("kickoff_time").is_null()) {
    ASSIGN_OR_RETURN(read.kickoff, ParseInstant(json.at("kickoff_time").get<std::string>()));
  }
  read.competition_code = json.at("competition").get<std::string>();
  read.home_team = json.at("home").get<std::string>();
  read.away_team = json.at("away").get<std::string>();
  read.model_version = json.at("model_version").get<std::int32_t>();
  read.information = json.at("information").get<std::string>();
  read.probabilities = json.at("probabilities").get<std::vector<double>>();
  read.market_probabilities = json.at("market_probabilities").get<std::vector<double>>();
  ASSIGN_OR_RETURN(read.as_of, ParseInstant(json.at("as_of").get<std::string>()));
  ASSIGN_OR_RETURN(read.sealed_at, ParseInstant(json.at("sealed_at").get<std::string>()));
  read.policy_json = json.at("policy").dump();
  const Json& advice = json.at("advice");
  read.advised = !advice.empty();
  for (std::size_t i = 0; i < advice.size(); ++i) {
    if (!advice[i].at("no_bet").get<std::string>().empty()) continue;
    read.bets.push_back({.outcome = i,
                         .bookmaker_code = advice[i].at("bookmaker").get<std::string>(),
                         .price = advice[i].at("price").get<double>(),
                         .edge = advice[i].at("edge").get<double>(),
                         .stakes = advice[i].at("stakes").get<std::array<double, kRiskLevels>>()});
  }
  return read;
}

}  // namespace

std::string_view WithdrawalReasonName(WithdrawalReason reason) {
  switch (reason) {
    case WithdrawalReason::kMatchMoved:
      return "match_moved";
    case WithdrawalReason::kMatchNotComing:
      return "match_not_coming";
    case WithdrawalReason::kPriceGone:
      return "price_gone";
    case WithdrawalReason::kPolicyChanged:
      return "policy_changed";
  }
  return "";
}

std::string ForecastLine(const SealedForecast& forecast, const std::string& policy_json,
                         Instant sealed_at) {
  Json advice = Json::array();
  for (const SealedAdvice& outcome : forecast.advice) advice.push_back(AdviceJson(outcome));
  return Json{{"version", kLineVersion},
              {"kind", "forecast"},
              {"sealed_at", FormatInstant(sealed_at)},
              {"as_of", FormatInstant(forecast.as_of)},
              {"match_id", forecast.match.value},
              {"competition", forecast.competition_code},
              {"home", forecast.home_team},
              {"away", forecast.away_team},
              {"match_date", FormatDay(forecast.match_date)},
              {"kickoff_time", OrNull(forecast.kickoff)},
              {"model", forecast.model},
              {"model_version", forecast.model_version},
              {"bundle_sha256", forecast.bundle_sha256},
              {"information", forecast.information},
              {"market", MarketName(forecast.market)},
              {"probabilities", forecast.probabilities},
              {"market_probabilities", forecast.market_probabilities},
              {"average_odds", forecast.average_odds},
              {"odds_hash", forecast.odds_hash},
              {"features_hash", forecast.features_hash},
              {"advice", std::move(advice)},
              {"policy", Json::parse(policy_json)}}
      .dump();
}

std::string WithdrawalLine(MatchId match, std::string_view withdrawn_sha256,
                           WithdrawalReason reason, Instant sealed_at) {
  return Json{{"version", kLineVersion},
              {"kind", "withdrawal"},
              {"sealed_at", FormatInstant(sealed_at)},
              {"match_id", match.value},
              {"withdraws", withdrawn_sha256},
              {"reason", WithdrawalReasonName(reason)}}
      .dump();
}

bool SayTheSame(std::string_view line, std::string_view other) {
  const auto words = [](std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_object()) {
      for (const char* circumstance : {"sealed_at", "as_of", "features_hash"}) {
        json.erase(circumstance);
      }
      if (!json.contains("advice") || json["advice"].empty()) {
        json.erase("policy");
      } else if (json.contains("policy") && json["policy"].is_object()) {
        json["policy"].erase("version");
      }
    }
    return json;
  };
  return words(line) == words(other);
}

absl::StatusOr<RecordedForecast> ParseForecastLine(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    if (json.at("kind") == "forecast" && json.at("version") == kLineVersion) return Read(json);
  } catch (const Json::exception& error) {
    return absl::DataLossError(fmt::format("a line of the record: {}", error.what()));
  }
  return absl::DataLossError("a line of the record: not a forecast of a known version");
}

}  // namespace fairline::prediction
