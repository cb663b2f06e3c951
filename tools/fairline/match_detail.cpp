#include "tools/fairline/match_detail.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "libs/names/name_finder.hpp"
#include "libs/names/pairing.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kAll = 100'000;
constexpr std::size_t kShownContributions = 15;
constexpr std::size_t kShownScores = 6;
constexpr std::size_t kShownHandicaps = 3;

json List(const json& object, const std::string& field) {
  return object.value(field, json::array());
}

std::string Percent(double fraction) { return fmt::format("{:.1f} %", fraction * 100); }

// The teams of the coming matches; the ids are no one's but this answer's.
names::NameFinder TeamsOf(const json& forecasts, std::map<std::string, std::int64_t>& ids) {
  std::vector<names::KnownName> known;
  for (const json& forecast : forecasts) {
    for (const char* side : {"home_team", "away_team"}) {
      const std::string name = Text(forecast, side);
      if (ids.emplace(name, static_cast<std::int64_t>(ids.size())).second) {
        known.push_back({ids.at(name), name, false, true});
      }
    }
  }
  return names::NameFinder(std::move(known));
}

// The service knows more names of a team than the list of coming matches shows: asks it, in each
// competition that has any. Empty when there is no such match.
std::string AskForMatch(Context& context, const json& forecasts, const std::string& home,
                        const std::string& away) {
  std::set<std::string> competitions;
  for (const json& forecast : forecasts) competitions.insert(Text(forecast, "competition_code"));
  for (const std::string& competition : competitions) {
    const auto answer =
        context.api.Post("/v1/predictions",
                         {{"competition", competition}, {"home_team", home}, {"away_team", away}});
    if (!answer.ok()) continue;
    const std::string id = Text(answer->value("forecast", json::object()), "match_id");
    if (!id.empty() && id != "0") return id;
  }
  return "";
}

absl::StatusOr<std::string> FindComing(Context& context, const std::string& home,
                                       const std::string& away) {
  ASSIGN_OR_RETURN(const json forecasts,
                   context.api.GetAll("/v1/forecasts", "forecasts", {{"page_size", "200"}}, kAll));
  std::map<std::string, std::int64_t> ids;
  const names::NameFinder teams = TeamsOf(forecasts, ids);
  const names::FoundName host = teams.Find(home);
  const names::FoundName guest = teams.Find(away);
  for (const json& forecast : forecasts) {
    if (host.id == ids.at(Text(forecast, "home_team")) &&
        guest.id == ids.at(Text(forecast, "away_team"))) {
      return Text(forecast, "match_id");
    }
  }
  std::string id = AskForMatch(context, forecasts, home, away);
  if (!id.empty()) return id;
  std::string reason = fmt::format("{} - {} is not among the coming matches", home, away);
  if (!host.id) reason += "; " + names::NotKnown(home, "", host.nearest);
  if (!guest.id) reason += "; " + names::NotKnown(away, "", guest.nearest);
  return absl::NotFoundError(reason);
}

bool IsId(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// The answer that holds `detail` ("markets" or "explanation") beside the forecast; `flag` asks for
// it with a prediction.
absl::StatusOr<json> Read(Context& context, const MatchChoice& choice, const std::string& detail,
                          const std::string& flag) {
  std::string id = choice.match;
  if (!IsId(id)) {
    ASSIGN_OR_RETURN(const auto teams, SplitPairing(choice.match));
    if (!choice.competition.empty()) {
      return context.api.Post("/v1/predictions", {{"competition", choice.competition},
                                                  {"home_team", teams.first},
                                                  {"away_team", teams.second},
                                                  {flag, true}});
    }
    const auto coming = FindComing(context, teams.first, teams.second);
    if (!coming.ok()) return WithHint(coming.status(), "--competition forecasts any pairing");
    id = *coming;
  }
  return context.api.Get(fmt::format("/v1/forecasts/{}/{}", id, detail));
}

void PrintHeading(const json& forecast) {
  fmt::print("{}  {}  {} - {}  ({} version {})\n", Text(forecast, "match_date"),
             Text(forecast, "competition_code"), Text(forecast, "home_team"),
             Text(forecast, "away_team"), Text(forecast, "model"), Text(forecast, "model_version"));
}

void PrintCertainty(const json& forecast, const json& explanation) {
  const json uncertainty = List(forecast, "uncertainty");
  const json base = List(explanation, "base_rate");
  Table table({"outcome", ">start", ">forecast", ">in four cases of five"});
  std::size_t i = 0;
  for (const json& outcome : List(forecast, "outcomes")) {
    table.Add({EnumText(outcome, "outcome", "OUTCOME_"),
               i < base.size() ? Percent(Number(base[i], "probability")) : "",
               Percent(Number(outcome, "probability")),
               i < uncertainty.size()
                   ? fmt::format("{} to {}", Percent(Number(uncertainty[i], "low")),
                                 Percent(Number(uncertainty[i], "high")))
                   : ""});
    ++i;
  }
  fmt::print("{}", table.Render());
}

// Log-odds of the first outcome against the last, and of the draw against both.
std::pair<std::string, std::string> Pulls(const json& log_odds) {
  if (log_odds.size() < 2) return {};
  const double first = log_odds.front().get<double>();
  const double last = log_odds.back().get<double>();
  std::string draw;
  if (log_odds.size() == 3) {
    draw = fmt::format("{:+.3f}", log_odds[1].get<double>() - 0.5 * (first + last));
  }
  return {fmt::format("{:+.3f}", first - last), draw};
}

void PrintContributions(const json& explanation) {
  Table table({"what moved it", ">value", "unit", ">home/away", ">draw"});
  std::size_t shown = 0;
  std::vector<double> rest;
  for (const json& value : List(explanation, "rest_log_odds")) rest.push_back(value.get<double>());
  for (const json& contribution : List(explanation, "contributions")) {
    const json log_odds = List(contribution, "log_odds");
    if (shown == kShownContributions) {
      for (std::size_t k = 0; k < std::min(rest.size(), log_odds.size()); ++k) {
        rest[k] += log_odds[k].get<double>();
      }
      continue;
    }
    ++shown;
    const json feature = contribution.value("feature", json::object());
    const auto [side, draw] = Pulls(log_odds);
    table.Add({Text(feature, "name"),
               feature.contains("value") ? fmt::format("{:.3g}", Number(feature, "value")) : "",
               Text(feature, "unit"), side, draw});
  }
  const auto [side, draw] = Pulls(json(rest));
  table.Add({"everything else", "", "", side, draw});
  fmt::print("\n{}", table.Render());
}

void PrintMembers(const json& forecast) {
  const json members = List(forecast, "members");
  if (members.empty()) return;
  Table table({"model", ">weight", ">home", ">draw", ">away"});
  for (const json& member : members) {
    std::vector<std::string> cells = {Text(member, "name"),
                                      fmt::format("{:.2f}", Number(member, "weight"))};
    const json outcomes = List(member, "outcomes");
    for (const json& outcome : outcomes) cells.push_back(Percent(Number(outcome, "probability")));
    if (outcomes.size() == 2) cells.insert(cells.begin() + 3, "");
    table.Add(std::move(cells));
  }
  fmt::print("\n{}", table.Render());
}

bool IsQuoted(const json& sheet) {
  const json bets = List(sheet, "bets");
  return std::any_of(bets.begin(), bets.end(),
                     [](const json& bet) { return Number(bet, "best_odds") > 0; });
}

// How far the fair odds of a sheet's two bets are apart.
double Imbalance(const json& sheet) {
  const json bets = List(sheet, "bets");
  if (bets.size() != 2) return INFINITY;
  const double ratio = Number(bets[0], "fair_odds") / Number(bets[1], "fair_odds");
  return std::isfinite(ratio) && ratio > 0 ? std::abs(std::log(ratio)) : INFINITY;
}

std::set<std::int64_t> NearestHandicaps(const json& sheets) {
  std::vector<std::pair<double, std::int64_t>> by_imbalance;
  for (const json& sheet : sheets) {
    if (Text(sheet, "market") == "MARKET_ASIAN_HANDICAP") {
      by_imbalance.emplace_back(Imbalance(sheet), Integer(sheet, "line_quarters"));
    }
  }
  std::sort(by_imbalance.begin(), by_imbalance.end());
  std::set<std::int64_t> lines;
  for (const auto& [imbalance, line] : by_imbalance) {
    if (lines.size() < kShownHandicaps) lines.insert(line);
  }
  return lines;
}

bool IsMain(const json& sheet, const std::set<std::int64_t>& handicaps) {
  const std::string market = Text(sheet, "market");
  const std::int64_t line = Integer(sheet, "line_quarters");
  if (IsQuoted(sheet)) return true;
  if (market == "MARKET_ASIAN_HANDICAP") return handicaps.contains(line);
  if (market == "MARKET_TOTAL") return line % 4 == 2 && line <= 18;
  if (market == "MARKET_HOME_TOTAL" || market == "MARKET_AWAY_TOTAL") return line <= 6;
  return true;
}

std::string LineText(const json& sheet) {
  const std::string market = Text(sheet, "market");
  const std::int64_t quarters = Integer(sheet, "line_quarters");
  if (market == "MARKET_ASIAN_HANDICAP") return fmt::format("{:+g}", quarters / 4.0);
  return quarters == 0 ? "" : fmt::format("{:g}", quarters / 4.0);
}

// What of a stake comes back when the bet is neither won nor lost.
std::string Otherwise(const json& bet) {
  std::string text;
  for (const auto& [field, word] :
       {std::pair("half_win", "half won"), std::pair("push", "returned"),
        std::pair("half_loss", "half lost")}) {
    if (Number(bet, field) > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", Percent(Number(bet, field)), word);
    }
  }
  return text;
}

void PrintSheets(const json& sheets, bool all) {
  const std::set<std::int64_t> handicaps = NearestHandicaps(sheets);
  Table table(
      {"market", ">line", "bet", ">won", "otherwise", ">fair odds", ">best odds", "at", ">edge"});
  for (const json& sheet : sheets) {
    if (!all && !IsMain(sheet, handicaps)) continue;
    for (const json& bet : List(sheet, "bets")) {
      const bool quoted = Number(bet, "best_odds") > 0;
      table.Add({EnumText(sheet, "market", "MARKET_"), LineText(sheet),
                 EnumText(bet, "outcome", "OUTCOME_"), Percent(Number(bet, "win")), Otherwise(bet),
                 fmt::format("{:.2f}", Number(bet, "fair_odds")),
                 quoted ? fmt::format("{:.2f}", Number(bet, "best_odds")) : "",
                 Text(bet, "bookmaker_name"), quoted ? Percent(Number(bet, "edge")) : ""});
    }
  }
  fmt::print("{}", table.Render());
}

}  // namespace

absl::StatusOr<std::pair<std::string, std::string>> SplitPairing(const std::string& text) {
  if (const auto teams = names::SplitPairing(text)) return *teams;
  return absl::NotFoundError(
      fmt::format("\"{}\" is neither the id of a match nor \"Home - Away\"", text));
}

absl::StatusOr<std::string> ComingMatchId(Context& context, const std::string& match) {
  if (IsId(match)) return match;
  ASSIGN_OR_RETURN(const auto teams, SplitPairing(match));
  const auto coming = FindComing(context, teams.first, teams.second);
  if (!coming.ok()) return WithHint(coming.status(), "a match that has begun is named by its id");
  return *coming;
}

absl::Status ExplainMatch(Context& context, const MatchChoice& choice) {
  ASSIGN_OR_RETURN(const json answer, Read(context, choice, "explanation", "explain"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json forecast = answer.value("forecast", json::object());
  const json explanation = answer.value("explanation", json::object());
  PrintHeading(forecast);
  PrintCertainty(forecast, explanation);
  PrintContributions(explanation);
  fmt::print("Log-odds: of home against away, and of the draw against both.\n");
  PrintMembers(forecast);
  return absl::OkStatus();
}

absl::Status ShowMarkets(Context& context, const MatchChoice& choice, bool all) {
  ASSIGN_OR_RETURN(const json answer, Read(context, choice, "markets", "markets"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json markets = answer.value("markets", json::object());
  PrintHeading(answer.value("forecast", json::object()));
  fmt::print("{:.2f} - {:.2f} goals on average, from {}\n", Number(markets, "expected_home_goals"),
             Number(markets, "expected_away_goals"), Text(markets, "basis"));
  PrintSheets(List(markets, "markets"), all);
  Table scores({"score", ">probability", ">fair odds"});
  std::size_t shown = 0;
  for (const json& score : List(markets, "correct_scores")) {
    if (!all && shown++ == kShownScores) break;
    scores.Add({fmt::format("{}-{}", Integer(score, "home_goals"), Integer(score, "away_goals")),
                Percent(Number(score, "probability")),
                fmt::format("{:.2f}", Number(score, "fair_odds"))});
  }
  fmt::print("\n{}", scores.Render());
  return absl::OkStatus();
}

}  // namespace fairline::cli
