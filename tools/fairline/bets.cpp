#include "tools/fairline/bets.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "libs/csv/reader.hpp"
#include "libs/domain/odds.hpp"
#include "tools/command_line/files.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/match_detail.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

std::string Selection(const json& bet) {
  std::string text = EnumText(bet, "outcome", "OUTCOME_");
  const std::int64_t quarters = Integer(bet, "line_quarters");
  if (quarters != 0) text += fmt::format(" {:g}", static_cast<double>(quarters) / 4.0);
  return bet.value("side", "") == "BET_SIDE_LAY" ? "lay " + text : text;
}

std::string ClosingLineValue(const json& bet) {
  if (!bet.contains("closing_line_value")) return "";
  return fmt::format("{:+.1f} %", 100.0 * Number(bet, "closing_line_value"));
}

void AddRecord(Table& table, const std::string& label, const json& record,
               const std::string& currency) {
  const std::string interval =
      record.contains("yield_low")
          ? fmt::format("{:+.1f} to {:+.1f}", 100 * Number(record, "yield_low"),
                        100 * Number(record, "yield_high"))
          : "";
  const bool settled = Integer(record, "turnover_minor_units") > 0;
  table.Add({label, Text(record, "won"), Text(record, "lost"), Text(record, "voided"),
             FormatMoney({Integer(record, "turnover_minor_units")}, currency),
             FormatMoney({Integer(record, "profit_minor_units")}, currency),
             settled ? fmt::format("{:+.1f}", 100 * Number(record, "yield")) : "", interval,
             settled ? fmt::format("{:.1f}", 100 * Number(record, "hit_rate")) : "",
             Integer(record, "closing_line_bets") > 0
                 ? fmt::format("{:+.1f}", 100 * Number(record, "mean_closing_line_value"))
                 : ""});
}

// A line is typed as it is printed, 2.25 or -0.75, and sent in quarters.
absl::StatusOr<std::int64_t> LineQuarters(double line) {
  const double quarters = line * 4.0;
  if (!(std::abs(quarters) < 1e6) || quarters != std::round(quarters)) {
    return InvalidField("line", "must be a whole number of quarters, like 2.5 or -0.75");
  }
  return std::llround(quarters);
}

absl::StatusOr<std::int64_t> BasisPoints(double percent) {
  const double points = percent * 100.0;
  if (!(std::abs(points) < 1e6) || std::abs(points - std::round(points)) > 1e-6) {
    return InvalidField("commission", "must be a percentage with at most two decimals, like 2.5");
  }
  return std::llround(points);
}

// What to do next about a bet that is not there.
absl::Status ExplainLookup(const absl::Status& status) {
  return absl::IsNotFound(status) ? WithHint(status, "fairline bets list shows yours") : status;
}

absl::Status ExplainPlacing(const absl::Status& status) {
  if (absl::IsNotFound(status)) {
    return WithHint(status, "fairline forecasts --json lists matches with their match_id");
  }
  if (status.message().find("placed_time") != absl::string_view::npos) {
    return WithHint(status, "that is the option --placed, like 2026-01-31T10:00:00Z");
  }
  return status;
}

std::string StreakText(const json& record, const std::string& field, const std::string& currency) {
  const json streak = record.value(field, json::object());
  return fmt::format("{} ({})", Text(streak, "bets"),
                     FormatMoney({Integer(streak, "profit_minor_units")}, currency));
}

}  // namespace

absl::Status PlaceBet(Context& context, const BetOptions& options) {
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  ASSIGN_OR_RETURN(const Money stake, ExactMoney("stake", options.stake, currency));
  ASSIGN_OR_RETURN(const domain::DecimalOdds odds, domain::ParseOdds(options.odds, "odds"));
  ASSIGN_OR_RETURN(const std::int64_t line_quarters, LineQuarters(options.line));
  ASSIGN_OR_RETURN(const std::int64_t commission, BasisPoints(options.commission_percent));
  ASSIGN_OR_RETURN(const std::string match_id, ComingMatchId(context, options.match));
  json body{{"match_id", match_id},
            {"market", "MARKET_" + UpperCase(options.market)},
            {"outcome", "OUTCOME_" + UpperCase(options.outcome)},
            {"line_quarters", line_quarters},
            {"side", options.lay ? "BET_SIDE_LAY" : "BET_SIDE_BACK"},
            {"odds", odds.value()},
            {"stake_minor_units", std::to_string(stake.minor_units)},
            {"commission_basis_points", commission},
            {"bookmaker", options.bookmaker},
            {"note", options.note},
            {"request_id", options.key.empty() ? NewRequestId() : options.key}};
  if (!options.placed_time.empty()) body["placed_time"] = options.placed_time;
  const auto sent = PostOnce(context, "/v1/bets", body);
  if (!sent.ok()) return ExplainPlacing(sent.status());
  const json& answer = *sent;
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json bet = answer.value("bet", json::object());
  fmt::print("Bet {}: {} at {:g} for {} on {} - {}, {}.\n", Text(bet, "bet_id"), Selection(bet),
             Number(bet, "odds"), FormatMoney({Integer(bet, "stake_minor_units")}, currency),
             Text(bet, "home_team"), Text(bet, "away_team"), Text(bet, "match_date"));
  const std::string bankroll = FormatMoney({Integer(answer, "bankroll_minor_units")}, currency);
  const std::string result = EnumText(bet, "result", "BET_RESULT_");
  if (result == "unspecified") {
    fmt::print("It can lose {}; the bankroll is {}.\n",
               FormatMoney({Integer(bet, "exposure_minor_units")}, currency), bankroll);
  } else {
    fmt::print("The match is over: {}, {} came back; the bankroll is {}.\n", result,
               FormatMoney({Integer(bet, "returned_minor_units")}, currency), bankroll);
  }
  if (const std::string notice = Text(answer, "notice"); !notice.empty()) {
    fmt::print("{}\n", notice);
  }
  return absl::OkStatus();
}

absl::Status ListBets(Context& context, const std::string& state, std::size_t limit) {
  const std::string filter = state.empty() ? "" : "BET_STATE_" + UpperCase(state);
  ASSIGN_OR_RETURN(const json bets,
                   context.api.GetAll("/v1/bets", "bets", {{"state", filter}}, limit));
  if (context.json) {
    PrintJson(bets);
    return absl::OkStatus();
  }
  if (bets.empty()) {
    fmt::print("There are no {}bets. To log one: fairline bets place MATCH OUTCOME ODDS STAKE\n",
               state.empty() ? "" : state + " ");
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  Table table({">bet", "date", "match", "market", "on", ">odds", ">stake", "bookmaker", "result",
               ">returned", ">CLV"});
  for (const json& bet : bets) {
    const std::string result = EnumText(bet, "result", "BET_RESULT_");
    const bool open = result == "unspecified";
    table.Add({Text(bet, "bet_id"), Text(bet, "match_date"),
               Text(bet, "home_team") + " - " + Text(bet, "away_team"),
               EnumText(bet, "market", "MARKET_"), Selection(bet),
               fmt::format("{:.3f}", Number(bet, "odds")),
               FormatMoney({Integer(bet, "stake_minor_units")}, currency), Text(bet, "bookmaker"),
               open ? "open" : result,
               open ? "" : FormatMoney({Integer(bet, "returned_minor_units")}, currency),
               ClosingLineValue(bet)});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status ShowBet(Context& context, const std::string& bet_id) {
  const auto found = context.api.Get("/v1/bets/" + PercentEncode(bet_id));
  if (!found.ok()) return ExplainLookup(found.status());
  if (context.json) {
    PrintJson(*found);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  const json bet = found->value("bet", json::object());
  fmt::print("{} - {}, {} ({})\n", Text(bet, "home_team"), Text(bet, "away_team"),
             Text(bet, "match_date"), Text(bet, "competition_name"));
  fmt::print(
      "{}: {} at {:g} for {}{}, placed {}{}\n", EnumText(bet, "market", "MARKET_"), Selection(bet),
      Number(bet, "odds"), FormatMoney({Integer(bet, "stake_minor_units")}, currency),
      Text(bet, "bookmaker").empty() ? "" : " with " + Text(bet, "bookmaker"),
      Text(bet, "placed_time"), bet.value("logged_afterwards", false) ? ", logged afterwards" : "");
  if (const std::string clv = ClosingLineValue(bet); !clv.empty()) {
    fmt::print("Closing-line value {} against fair odds of {:.3f} ({})\n", clv,
               Number(bet, "closing_fair_odds"), Text(bet, "closing_source"));
  }
  const json settlements = found->value("settlements", json::array());
  if (settlements.empty()) {
    fmt::print("It is open and can lose {}.\n",
               FormatMoney({Integer(bet, "exposure_minor_units")}, currency));
    return absl::OkStatus();
  }
  Table table({">settled", "result", ">returned", "why", "when"});
  for (const json& one : settlements) {
    table.Add({Text(one, "sequence"), EnumText(one, "result", "BET_RESULT_"),
               FormatMoney({Integer(one, "returned_minor_units")}, currency), Text(one, "reason"),
               Text(one, "create_time")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status CancelBet(Context& context, const std::string& bet_id) {
  const auto sent =
      PostOnce(context, "/v1/bets/" + PercentEncode(bet_id) + ":cancel", json::object());
  if (!sent.ok()) return ExplainLookup(sent.status());
  const json& answer = *sent;
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  fmt::print("Bet {} is cancelled; the bankroll is {}.\n", bet_id,
             FormatMoney({Integer(answer, "bankroll_minor_units")}, currency));
  return absl::OkStatus();
}

absl::Status SettleByHand(Context& context, const ByHandOptions& options) {
  json body{{"reason", options.reason},
            {"request_id", options.key.empty() ? NewRequestId() : options.key}};
  if (!options.result.empty()) body["result"] = "BET_RESULT_" + UpperCase(options.result);
  if (!options.score.empty()) {
    int home = 0;
    int away = 0;
    int read = 0;
    if (std::sscanf(options.score.c_str(), "%3d-%3d%n", &home, &away, &read) != 2 ||
        static_cast<std::size_t>(read) != options.score.size()) {
      return InvalidField("score", "must be like 2-1");
    }
    body["home_score"] = home;
    body["away_score"] = away;
  }
  const auto sent =
      PostOnce(context, "/v1/bets/" + PercentEncode(options.bet_id) + "/settlement", body);
  if (!sent.ok()) return ExplainLookup(sent.status());
  if (context.json) {
    PrintJson(*sent);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  const json bet = sent->value("bet", json::object());
  fmt::print("Bet {} is settled by hand: {}, {} came back; the bankroll is {}.\n", options.bet_id,
             EnumText(bet, "result", "BET_RESULT_"),
             FormatMoney({Integer(bet, "returned_minor_units")}, currency),
             FormatMoney({Integer(*sent, "bankroll_minor_units")}, currency));
  return absl::OkStatus();
}

absl::Status ShowBetStatistics(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/bets/statistics"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
  Table table({"bets", ">won", ">lost", ">void", ">staked", ">profit", ">yield %", ">95 %",
               ">hits %", ">CLV %"});
  const json overall = answer.value("overall", json::object());
  AddRecord(table, "all", overall, currency);
  for (const char* cut : {"by_competition", "by_bookmaker", "by_market", "by_odds", "by_month"}) {
    for (const json& record : answer.value(cut, json::array())) {
      AddRecord(table, "  " + Text(record, "label"), record, currency);
    }
  }
  fmt::print("{}", table.Render());
  fmt::print("Longest winning run {}, longest losing run {}",
             StreakText(overall, "longest_winning_streak", currency),
             StreakText(overall, "longest_losing_streak", currency));
  if (Integer(overall.value("current_streak", json::object()), "bets") > 0) {
    fmt::print("; now {} {}", overall.value("streak_is_winning", false) ? "winning" : "losing",
               StreakText(overall, "current_streak", currency));
  }
  fmt::print(".\nCLV: {}.\n", Text(answer, "closing_line"));
  if (!overall.contains("yield_low")) {
    fmt::print("The interval of the yield is shown from eight weeks with bets on.\n");
  }
  if (const std::int64_t open = Integer(answer, "open_bets"); open > 0) {
    fmt::print("{} bets are open and can lose {}.\n", open,
               FormatMoney({Integer(answer, "open_exposure_minor_units")}, currency));
  }
  if (const std::int64_t afterwards = Integer(answer, "logged_afterwards"); afterwards > 0) {
    fmt::print("{} bets were logged afterwards, which proves nothing about foresight.\n",
               afterwards);
  }
  if (const std::string notice = Text(answer, "notice"); !notice.empty()) {
    fmt::print("{}\n", notice);
  }
  return absl::OkStatus();
}

absl::Status ExportBets(Context& context, const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, context.api.GetText("/v1/bets/export"));
  if (file.empty() || file == "-") {
    if (context.json) {
      PrintJson({{"csv", text}});
    } else {
      fmt::print("{}", text);
    }
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(command_line::WriteFile(file, text));
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (context.json) {
    PrintJson({{"file", file}, {"lines", lines}});
  } else {
    fmt::print("{} lines, the header among them, are in {}.\n", lines, file);
  }
  return absl::OkStatus();
}

absl::Status ImportBets(Context& context, const std::string& file) {
  ASSIGN_OR_RETURN(const std::string bytes, command_line::ReadFile(file));
  RETURN_IF_ERROR(WithContext(csv::Reader::Open(bytes, csv::Dialect::kSpreadsheet).status(), file));
  // Untouched where that is possible: the content is the key by which a file is taken in once.
  std::string storage;
  const std::string content(csv::IsUtf8(bytes) ? bytes : csv::ToUtf8(bytes, storage));
  ASSIGN_OR_RETURN(const json answer, PostOnce(context, "/v1/bets/import", {{"content", content}}));
  if (context.json) {
    PrintJson(answer);
  } else if (answer.value("already_imported", false)) {
    fmt::print("This file was imported before; nothing was added.\n");
  } else {
    ASSIGN_OR_RETURN(const std::string currency, CurrencyOf(context));
    fmt::print("{} bets imported; the bankroll is {}.\n", Text(answer, "bets_added"),
               FormatMoney({Integer(answer, "bankroll_minor_units")}, currency));
    if (const std::int64_t before = Integer(answer, "bets_logged_before"); before > 0) {
      fmt::print("{} of the file were logged before.\n", before);
    }
    for (const json& one : answer.value("contradictions", json::array())) {
      fmt::print("{}\n", one.get<std::string>());
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLedger(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/ledger/violations"));
  const json violations = answer.value("violations", json::array());
  if (context.json) {
    PrintJson({{"violations", violations}});
  } else {
    for (const json& violation : violations) fmt::print("{}\n", violation.get<std::string>());
  }
  if (!violations.empty()) return absl::InternalError("the books do not balance");
  if (!context.json) {
    fmt::print("Every journal sums to its bankroll, and every bet to what came of it.\n");
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
