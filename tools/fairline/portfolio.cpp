#include "tools/fairline/portfolio.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "libs/csv/cells.hpp"
#include "libs/csv/reader.hpp"
#include "tools/command_line/files.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) {
    while (!part.empty() && (part.back() == ' ' || part.back() == '\r')) part.pop_back();
    part.erase(0, part.find_first_not_of(' '));
    parts.push_back(part);
  }
  return parts;
}

absl::StatusOr<double> NumberOf(const std::string& text, const std::string& field) {
  double number = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) {
    return InvalidField(field, fmt::format("\"{}\" is not a number", text));
  }
  return number;
}

absl::StatusOr<json> NumbersOf(const std::string& text, const std::string& field) {
  json numbers = json::array();
  for (const std::string& part : Split(text, ',')) {
    ASSIGN_OR_RETURN(const double number, NumberOf(part, field));
    numbers.push_back(number);
  }
  return numbers;
}

// Odds that are texts, "+120", become numbers.
absl::Status ReadOddsTexts(json& matches) {
  for (json& match : matches) {
    for (const char* field : {"odds", "lay_odds"}) {
      if (!match.is_object() || !match.contains(field) || !match[field].is_array()) continue;
      for (json& price : match[field]) {
        if (!price.is_string()) continue;
        ASSIGN_OR_RETURN(price, OddsOrNone(price.get<std::string>(), field));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<json> ReadRequest(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, command_line::ReadFile(file));
  if (!file.ends_with(".json")) {
    ASSIGN_OR_RETURN(json matches, ParseMatchRows(text));
    return json{{"matches", std::move(matches)}};
  }
  json read = json::parse(text, nullptr, false);
  if (read.is_array()) read = json{{"matches", std::move(read)}};
  if (!read.is_object() || !read.value("matches", json()).is_array()) {
    return InvalidField("file", "must hold a request of /v1/portfolios, or its matches alone");
  }
  RETURN_IF_ERROR(ReadOddsTexts(read["matches"]));
  return read;
}

std::string CapsOf(const json& stake) {
  std::string caps;
  for (const json& cap : stake.value("caps", json::array())) {
    const json named{{"cap", cap}};
    caps += fmt::format("{}{}", caps.empty() ? "" : ", ", EnumText(named, "cap", "STAKE_CAP_"));
  }
  return caps;
}

void Print(const json& answer, const std::string& currency) {
  const auto percent = [](double part) { return fmt::format("{:.2f} %", 100.0 * part); };
  Table table({">match", ">outcome", "side", ">odds", ">edge", ">full Kelly", ">advised", ">stake",
               "cut by"});
  int number = 0;
  for (const json& match : answer.value("matches", json::array())) {
    ++number;
    for (const json& stake : match.value("stakes", json::array())) {
      table.Add(
          {std::to_string(number), std::to_string(Integer(stake, "outcome") + 1),
           stake.value("lay", false) ? "lay" : "back", fmt::format("{:.2f}", Number(stake, "odds")),
           fmt::format("{:+.2f} %", 100.0 * Number(stake, "edge")),
           percent(Number(stake, "full_kelly_fraction")), percent(Number(stake, "stake_fraction")),
           FormatMoney({Integer(stake, "stake_minor_units")}, currency), CapsOf(stake)});
    }
  }
  fmt::print("{}", table.Render());
  fmt::print("{} of Kelly on a bankroll of {}; {} at risk, expected profit {}\n",
             percent(Number(answer, "kelly_fraction")),
             FormatMoney({Integer(answer, "bankroll_minor_units")}, currency),
             percent(Number(answer, "at_risk")), percent(Number(answer, "expected_profit")));
  fmt::print(
      "expected log growth {:.6f}, standard deviation {:.6f}, by {}; at most {:.1e} short of "
      "the best at full Kelly\n",
      Number(answer, "log_growth"), Number(answer, "log_growth_standard_deviation"),
      EnumText(answer, "method", "GROWTH_METHOD_"), Number(answer, "growth_gap"));
  for (const json& fall : answer.value("drawdowns", json::array())) {
    fmt::print(
        "staked like this for ever, the bankroll falls by {:.0f} % with a chance of at most "
        "{:.2f} %\n",
        100.0 * Number(fall, "drawdown"), 100.0 * Number(fall, "chance"));
  }
}

}  // namespace

absl::StatusOr<json> ParseMatch(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos) {
    return InvalidField("match", "write PROBABILITIES@ODDS, for example 0.5,0.3,0.2@2.2,3.4,4.0");
  }
  ASSIGN_OR_RETURN(const json probabilities, NumbersOf(text.substr(0, at), "match"));
  json odds = json::array();
  for (const std::string& part : Split(text.substr(at + 1), ',')) {
    ASSIGN_OR_RETURN(const double price, OddsOrNone(part, "match"));
    odds.push_back(price);
  }
  return json{{"probabilities", probabilities}, {"odds", std::move(odds)}};
}

absl::StatusOr<json> ParseMatchRows(const std::string& text) {
  auto opened = csv::Reader::Open(text, csv::Dialect::kSpreadsheet);
  RETURN_IF_ERROR(Within("file", opened.status()));
  csv::Reader& row = *opened;
  std::map<std::string, std::size_t> columns;
  if (row.Next()) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string name = absl::AsciiStrToLower(std::string(row.Cell(i)));
      if (!columns.emplace(name, i).second && !name.empty()) {
        return InvalidField("file", fmt::format("its first line names {} twice", name));
      }
    }
  }
  for (const char* needed : {"match", "probability", "odds"}) {
    if (!columns.contains(needed)) {
      RETURN_IF_ERROR(Within("file", row.status()));
      return InvalidField("file", "its first line must name match, probability and odds");
    }
  }
  json matches = json::array();
  std::map<std::string, std::size_t> match_of;  // by name
  std::string last;
  while (row.Next()) {
    json outcome = json::object();
    for (const char* name : {"probability", "odds", "lay_odds", "commission", "day"}) {
      const auto column = columns.find(name);
      if (column == columns.end()) continue;
      const std::string cell(row.Cell(column->second));
      const std::string field = fmt::format("line {}, {}", row.line(), name);
      const bool other_notation = cell.find_first_of("+-/") != std::string::npos;
      if (column->first.ends_with("odds") && other_notation) {
        ASSIGN_OR_RETURN(outcome[name], OddsOrNone(cell, field));
        continue;
      }
      const bool percent = cell.ends_with('%') && !column->first.ends_with("odds");
      std::string_view digits = cell;
      if (percent) digits = csv::TrimBlanks(digits.substr(0, digits.size() - 1));
      if (cell.empty() && column->first != "probability") digits = "0";
      const auto number = csv::ReadNumber(digits, row.separator());
      if (!number.ok()) {
        return InvalidField(field, fmt::format("\"{}\" {}", cell, MessageOf(number.status())));
      }
      ASSIGN_OR_RETURN(const double value, NumberOf(*number, name));
      outcome[name] = percent ? value / 100.0 : value;
    }
    // Of cells that were merged only the first holds the name.
    std::string name(row.Cell(columns.at("match")));
    if (name.empty()) name = last;
    if (name.empty()) return InvalidField(fmt::format("line {}, match", row.line()), "is empty");
    last = name;
    const auto [known, added] = match_of.emplace(name, matches.size());
    if (added) matches.push_back(json::object());
    json& match = matches[known->second];
    match["probabilities"].push_back(outcome["probability"]);
    match["odds"].push_back(outcome["odds"]);
    if (outcome.contains("lay_odds")) match["lay_odds"].push_back(outcome["lay_odds"]);
    if (outcome.contains("commission")) match["commission"] = outcome["commission"];
    if (outcome.contains("day")) match["day"] = std::lround(outcome["day"].get<double>());
  }
  RETURN_IF_ERROR(Within("file", row.status()));
  return matches;
}

absl::Status ComputePortfolio(Context& context, const PortfolioOptions& options) {
  json request{{"matches", json::array()}};
  if (!options.file.empty()) {
    ASSIGN_OR_RETURN(request, ReadRequest(options.file));
  }
  for (const std::string& text : options.matches) {
    ASSIGN_OR_RETURN(json match, ParseMatch(text));
    request["matches"].push_back(std::move(match));
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  const auto set = [&](const char* field, const std::optional<double>& value) {
    if (value) request[field] = *value;
  };
  set("kelly_fraction", options.kelly);
  set("max_per_bet", options.max_per_bet);
  set("max_per_match", options.max_per_match);
  set("max_per_day", options.max_per_day);
  if (options.bankroll) {
    ASSIGN_OR_RETURN(const Money bankroll, ExactMoney("bankroll", *options.bankroll, currency));
    request["own_bankroll_minor_units"] = std::to_string(bankroll.minor_units);
  }
  ASSIGN_OR_RETURN(const json answer, context.api.Post("/v1/portfolios", request));
  if (context.json) {
    PrintJson(answer);
  } else {
    Print(answer, currency);
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
