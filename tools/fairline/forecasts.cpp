#include "tools/fairline/forecasts.hpp"

#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/fairline/account.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kAll = 100'000;

json List(const json& object, const std::string& field) {
  return object.value(field, json::array());
}

std::string Percent(double fraction) { return fmt::format("{:.1f} %", fraction * 100); }

std::string MatchName(const json& forecast) {
  return fmt::format("{} - {}", Text(forecast, "home_team"), Text(forecast, "away_team"));
}

std::string Outcome(const json& item) { return EnumText(item, "outcome", "OUTCOME_"); }

// "47.1 %" of the outcome at `index` in the market's order, or nothing.
std::string ProbabilityAt(const json& forecast, std::size_t index) {
  const json outcomes = List(forecast, "outcomes");
  return index < outcomes.size() ? Percent(Number(outcomes[index], "probability")) : "";
}

void PrintForecasts(const json& forecasts) {
  Table table({"date", "league", "match", ">home", ">draw", ">away", "model"});
  for (const json& forecast : forecasts) {
    table.Add({Text(forecast, "match_date"), Text(forecast, "competition_code"),
               MatchName(forecast), ProbabilityAt(forecast, 0), ProbabilityAt(forecast, 1),
               ProbabilityAt(forecast, 2), Text(forecast, "model")});
  }
  fmt::print("{}", table.Render());
}

void PrintAdvice(const json& advice, const std::string& currency) {
  const json forecast = advice.value("forecast", json::object());
  fmt::print("{}  {}  {}\n  {}\n", Text(forecast, "match_date"), Text(forecast, "competition_code"),
             MatchName(forecast), Text(advice, "summary"));
  if (!advice.value("has_bet", false)) return;
  Table table({"  outcome", ">probability", ">best odds", "at", ">edge", ">stake"});
  for (const json& outcome : List(advice, "outcomes")) {
    table.Add({"  " + Outcome(outcome), Percent(Number(outcome, "probability")),
               fmt::format("{:.2f}", Number(outcome, "best_odds")), Text(outcome, "bookmaker_name"),
               Percent(Number(outcome, "edge")),
               FormatMoney({Integer(outcome, "stake_minor_units")}, currency)});
  }
  fmt::print("{}", table.Render());
}

void PrintTags(Table& table, const json& version) {
  std::string tags, aliases;
  for (const json& tag : List(version, "tags")) {
    tags += fmt::format("{}{}={}", tags.empty() ? "" : " ", Text(tag, "key"), Text(tag, "value"));
  }
  for (const json& alias : List(version, "aliases")) {
    aliases += (aliases.empty() ? "" : " ") + alias.get<std::string>();
  }
  table.Add({Text(version, "version"), aliases, tags, Text(version, "create_time"),
             Text(version, "bundle_sha256").substr(0, 12)});
}

// At most so many code points.
std::string Shortened(const std::string& text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t points = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && ++points > most) break;
  }
  return text.substr(0, end);
}

}  // namespace

json EachCellOnce(const json& rejected, std::size_t most) {
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::size_t> newest;
  for (std::size_t i = 0; i < rejected.size(); ++i) {
    const json& row = rejected[i];
    newest[{Text(row, "file"), Integer(row, "line"), Text(row, "column")}] = i;
  }
  std::set<std::size_t> kept;
  for (const auto& [cell, at] : newest) kept.insert(at);
  json rows = json::array();
  for (auto at = kept.rbegin(); at != kept.rend() && rows.size() < most; ++at) {
    rows.push_back(rejected[*at]);
  }
  return rows;
}

absl::Status PredictMatch(Context& context, const std::string& competition, const std::string& home,
                          const std::string& away) {
  ASSIGN_OR_RETURN(
      const json answer,
      context.api.Post("/v1/predictions",
                       {{"competition", competition}, {"home_team", home}, {"away_team", away}}));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json forecast = answer.value("forecast", json::object());
  fmt::print("{}  {}  ({} version {})\n", Text(forecast, "competition_name"), MatchName(forecast),
             Text(forecast, "model"), Text(forecast, "model_version"));
  Table table({"outcome", ">probability", ">fair odds"});
  for (const json& outcome : List(forecast, "outcomes")) {
    table.Add({Outcome(outcome), Percent(Number(outcome, "probability")),
               fmt::format("{:.2f}", Number(outcome, "fair_odds"))});
  }
  fmt::print("{}", table.Render());
  if (answer.contains("advice") && answer["advice"].is_object()) {
    ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
    PrintAdvice(answer["advice"], currency);
  }
  return absl::OkStatus();
}

absl::Status ListForecasts(Context& context, const std::string& competition) {
  ASSIGN_OR_RETURN(const json forecasts,
                   context.api.GetAll("/v1/forecasts", "forecasts",
                                      {{"page_size", "200"}, {"competition", competition}}, kAll));
  if (context.json) {
    PrintJson(forecasts);
  } else {
    PrintForecasts(forecasts);
    fmt::print("{} coming matches\n", forecasts.size());
  }
  return absl::OkStatus();
}

absl::Status ListAdvice(Context& context, const std::string& competition, bool only_bets) {
  ASSIGN_OR_RETURN(const json advice, context.api.GetAll("/v1/advice", "advice",
                                                         {{"page_size", "200"},
                                                          {"competition", competition},
                                                          {"only_bets", only_bets ? "true" : ""}},
                                                         kAll));
  if (context.json) {
    PrintJson(advice);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  std::size_t bets = 0;
  for (const json& match : advice) {
    PrintAdvice(match, currency);
    bets += match.value("has_bet", false) ? 1 : 0;
  }
  fmt::print("{} matches, {} with a bet\n", advice.size(), bets);
  ASSIGN_OR_RETURN(const json first, context.api.Get("/v1/advice", {{"page_size", "1"}}));
  for (const json& day : List(first, "days")) fmt::print("{}\n", Text(day, "summary"));
  return HintAtEmptyBankroll(context);
}

absl::Status ComputeStake(Context& context, const std::vector<double>& probabilities,
                          const std::vector<double>& odds) {
  ASSIGN_OR_RETURN(
      const json answer,
      context.api.Post("/v1/stakes", {{"probabilities", probabilities}, {"odds", odds}}));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  Table table({">outcome", ">edge", ">full Kelly", ">advised", ">stake", "why"});
  int number = 0;
  for (const json& outcome : List(answer, "outcomes")) {
    table.Add({std::to_string(++number), Percent(Number(outcome, "edge")),
               Percent(Number(outcome, "full_kelly_fraction")),
               Percent(Number(outcome, "stake_fraction")),
               FormatMoney({Integer(outcome, "stake_minor_units")}, currency),
               Text(outcome, "explanation")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status ListModels(Context& context, const std::string& model) {
  const std::string path =
      model.empty() ? "/v1/models" : "/v1/models/" + PercentEncode(model) + "/versions";
  ASSIGN_OR_RETURN(const json items,
                   context.api.GetAll(path, model.empty() ? "models" : "versions", {}, kAll));
  if (context.json) {
    PrintJson(items);
    return absl::OkStatus();
  }
  if (model.empty()) {
    Table table({"model", ">latest", ">production"});
    for (const json& item : items) {
      table.Add(
          {Text(item, "model"), Text(item, "latest_version"), Text(item, "production_version")});
    }
    fmt::print("{}", table.Render());
  } else {
    Table table({">version", "aliases", "tags", "made", "bundle"});
    for (const json& item : items) PrintTags(table, item);
    fmt::print("{}", table.Render());
  }
  return absl::OkStatus();
}

absl::Status ShowVersion(Context& context, const std::string& model, int version) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get(fmt::format("/v1/models/{}/versions/{}",
                                                                  PercentEncode(model), version)));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  Table models({"model", "kind", "serves", "corrects the line", ">inputs", "weights"});
  for (const json& item : List(answer, "models")) {
    std::string weights;
    for (const json& weight : List(item, "weights")) {
      weights += fmt::format("{}{} {:.3f}", weights.empty() ? "" : ", ", Text(weight, "input"),
                             Number(weight, "weight"));
    }
    models.Add({Text(item, "name"), Text(item, "kind"), Text(item, "serves"),
                item.value("anchored", false) ? "yes" : "",
                std::to_string(List(item, "inputs").size()), weights});
  }
  fmt::print("{}", models.Render());
  const json catalogue = answer.value("catalogue", json());
  if (!catalogue.is_object()) return absl::OkStatus();
  fmt::print("\n");
  Table features({"feature", "block", "unit", "meaning", "source"});
  for (const json& item : List(catalogue, "features")) {
    features.Add({Text(item, "name"), Text(item, "block"), Text(item, "unit"),
                  Text(item, "meaning"), Text(item, "source")});
  }
  fmt::print("{}", features.Render());
  return absl::OkStatus();
}

absl::Status PromoteVersion(Context& context, const std::string& model, int version,
                            const std::string& reason) {
  ASSIGN_OR_RETURN(const json answer, context.api.Post("/v1/models/" + PercentEncode(model) +
                                                           "/aliases/production:move",
                                                       {{"version", version}, {"reason", reason}}));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json move = answer.value("move", json::object());
  fmt::print("{}: production moved from version {} to {}\n", model, Text(move, "from_version"),
             Text(move, "to_version"));
  return absl::OkStatus();
}

absl::Status ListUsers(Context& context) {
  ASSIGN_OR_RETURN(const json users, context.api.GetAll("/v1/users", "accounts", {}, kAll));
  if (context.json) {
    PrintJson(users);
    return absl::OkStatus();
  }
  Table table({">id", "username", ">role", "risk", ">bankroll", "currency", "since"});
  for (const json& user : users) {
    table.Add({Text(user, "user_id"), Text(user, "username"), Text(user, "role"),
               EnumText(user, "risk", "RISK_"),
               FormatMoney({Integer(user, "bankroll_minor_units")}, Text(user, "currency")),
               Text(user, "currency"), Text(user, "create_time")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status ListRejectedRows(Context& context, std::size_t limit) {
  ASSIGN_OR_RETURN(const json loads, context.api.GetAll("/v1/ingest/rejected-rows", "rejected_rows",
                                                        {{"page_size", "200"}}, kAll));
  const json rows = EachCellOnce(loads, limit);
  if (context.json) {
    PrintJson(rows);
    return absl::OkStatus();
  }
  Table table({"file", ">line", "column", "reason", "text"});
  for (const json& row : rows) {
    table.Add({Text(row, "file"), Text(row, "line"), Text(row, "column"), Text(row, "reason"),
               Shortened(Text(row, "text"), 60)});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

}  // namespace fairline::cli
