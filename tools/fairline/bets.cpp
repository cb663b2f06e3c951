#include "tools/fairline/bets.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "libs/core/money.hpp"
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

void AddRecord(Table& table, const std::string& label, const json& record) {
  const std::string interval =
      record.contains("yield_low")
          ? fmt::format("{:+.1f} to {:+.1f}", 100 * Number(record, "yield_low"),
                        100 * Number(record, "yield_high"))
          : "";
  table.Add({label, Text(record, "won"), Text(record, "lost"), Text(record, "voided"),
             MinorUnits(Integer(record, "turnover_minor_units")),
             MinorUnits(Integer(record, "profit_minor_units")),
             fmt::format("{:+.1f}", 100 * Number(record, "yield")), interval,
             fmt::format("{:.1f}", 100 * Number(record, "hit_rate")),
             Integer(record, "closing_line_bets") > 0
                 ? fmt::format("{:+.1f}", 100 * Number(record, "mean_closing_line_value"))
                 : ""});
}

std::string StreakText(const json& record, const std::string& field) {
  const json streak = record.value(field, json::object());
  return fmt::format("{} ({})", Text(streak, "bets"),
                     MinorUnits(Integer(streak, "profit_minor_units")));
}

}  // namespace

absl::Status PlaceBet(Context& context, const BetOptions& options) {
  const auto stake = Money::FromMajorUnits(options.stake);
  if (!stake.ok()) return WithContext(stake.status(), "stake");
  json body{{"match_id", options.match_id},
            {"market", "MARKET_" + UpperCase(options.market)},
            {"outcome", "OUTCOME_" + UpperCase(options.outcome)},
            {"line_quarters", std::lround(options.line * 4.0)},
            {"side", options.lay ? "BET_SIDE_LAY" : "BET_SIDE_BACK"},
            {"odds", options.odds},
            {"stake_minor_units", std::to_string(stake->minor_units)},
            {"commission_basis_points", std::lround(options.commission_percent * 100.0)},
            {"bookmaker", options.bookmaker},
            {"note", options.note},
            {"request_id", options.key}};
  if (!options.placed_time.empty()) body["placed_time"] = options.placed_time;
  ASSIGN_OR_RETURN(const json answer, context.api.Post("/v1/bets", body));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json bet = answer.value("bet", json::object());
  fmt::print("Bet {} on {} - {} is logged; the bankroll is {}.\n", Text(bet, "bet_id"),
             Text(bet, "home_team"), Text(bet, "away_team"),
             MinorUnits(Integer(answer, "bankroll_minor_units")));
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
  Table table({">bet", "date", "match", "market", "on", ">odds", ">stake", "bookmaker", "result",
               ">returned", ">CLV"});
  for (const json& bet : bets) {
    const std::string result = EnumText(bet, "result", "BET_RESULT_");
    const bool open = result == "unspecified";
    table.Add({Text(bet, "bet_id"), Text(bet, "match_date"),
               Text(bet, "home_team") + " - " + Text(bet, "away_team"),
               EnumText(bet, "market", "MARKET_"), Selection(bet),
               fmt::format("{:.3f}", Number(bet, "odds")),
               MinorUnits(Integer(bet, "stake_minor_units")), Text(bet, "bookmaker"),
               open ? "open" : result, open ? "" : MinorUnits(Integer(bet, "returned_minor_units")),
               ClosingLineValue(bet)});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status CancelBet(Context& context, const std::string& bet_id) {
  ASSIGN_OR_RETURN(
      const json answer,
      context.api.Post("/v1/bets/" + PercentEncode(bet_id) + ":cancel", json::object()));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  fmt::print("Bet {} is cancelled; the bankroll is {}.\n", bet_id,
             MinorUnits(Integer(answer, "bankroll_minor_units")));
  return absl::OkStatus();
}

absl::Status ShowBetStatistics(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/bets/statistics"));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  Table table({"bets", ">won", ">lost", ">void", ">staked", ">profit", ">yield %", ">95 %",
               ">hits %", ">CLV %"});
  const json overall = answer.value("overall", json::object());
  AddRecord(table, "all", overall);
  for (const char* cut : {"by_competition", "by_bookmaker", "by_market", "by_odds", "by_month"}) {
    for (const json& record : answer.value(cut, json::array())) {
      AddRecord(table, "  " + Text(record, "label"), record);
    }
  }
  fmt::print("{}", table.Render());
  fmt::print("Longest winning run {}, longest losing run {}. CLV: {}.\n",
             StreakText(overall, "longest_winning_streak"),
             StreakText(overall, "longest_losing_streak"), Text(answer, "closing_line"));
  if (const std::string notice = Text(answer, "notice"); !notice.empty()) {
    fmt::print("{}\n", notice);
  }
  return absl::OkStatus();
}

absl::Status ExportBets(Context& context, const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, context.api.GetText("/v1/bets/export"));
  if (file.empty() || file == "-") {
    fmt::print("{}", text);
    return absl::OkStatus();
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return absl::UnavailableError("cannot write " + file);
  return absl::OkStatus();
}

absl::Status ImportBets(Context& context, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError("cannot read " + file);
  std::stringstream content;
  content << in.rdbuf();
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Post("/v1/bets/import", {{"content", content.str()}}));
  if (context.json) {
    PrintJson(answer);
  } else if (answer.value("already_imported", false)) {
    fmt::print("This file was imported before; nothing was added.\n");
  } else {
    fmt::print("{} bets imported; the bankroll is {}.\n", Text(answer, "bets_added"),
               MinorUnits(Integer(answer, "bankroll_minor_units")));
  }
  return absl::OkStatus();
}

absl::Status CheckLedger(Context& context) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get("/v1/ledger/violations"));
  const json violations = answer.value("violations", json::array());
  for (const json& violation : violations) fmt::print("{}\n", violation.get<std::string>());
  if (!violations.empty()) return absl::InternalError("the books do not balance");
  fmt::print("Every journal sums to its bankroll, and every bet to what came of it.\n");
  return absl::OkStatus();
}

}  // namespace fairline::cli
