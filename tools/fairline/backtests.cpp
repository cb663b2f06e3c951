#include "tools/fairline/backtests.hpp"

#include <cctype>
#include <chrono>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "tools/fairline/arguments.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr char kBacktests[] = "/v1/backtests";
constexpr std::chrono::milliseconds kLookEvery(300);

// int64 is text in proto JSON.
std::string AsMinorUnits(double amount) { return std::to_string(std::llround(100.0 * amount)); }

absl::StatusOr<json> SettingsOf(const BacktestOptions& options) {
  json settings = json::object();
  RETURN_IF_ERROR(AddSeasons(options.seasons, settings));
  const auto upper = [](std::string text) {
    for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
    return text;
  };
  if (!options.forecaster.empty()) settings["forecaster"] = options.forecaster;
  if (!options.bookmaker.empty()) {
    settings["bookmaker_code"] = options.bookmaker;
    settings["price_source"] = "PRICE_SOURCE_BOOKMAKER";
  } else if (!options.price.empty()) {
    settings["price_source"] = "PRICE_SOURCE_" + upper(options.price);
  }
  if (!options.risk.empty()) settings["risk"] = "RISK_" + upper(options.risk);
  if (!options.competitions.empty()) settings["competition_codes"] = options.competitions;
  if (options.min_edge) settings["min_edge"] = *options.min_edge;
  if (options.max_odds) settings["max_odds"] = *options.max_odds;
  if (options.kelly) settings["kelly_fraction"] = *options.kelly;
  if (options.commission) settings["commission"] = *options.commission;
  if (options.bankroll) settings["bankroll_minor_units"] = AsMinorUnits(*options.bankroll);
  if (options.max_stake) settings["max_stake_minor_units"] = AsMinorUnits(*options.max_stake);
  if (!options.sweep_min_edges.empty()) settings["sweep_min_edges"] = options.sweep_min_edges;
  if (!options.sweep_kelly.empty()) settings["sweep_kelly_fractions"] = options.sweep_kelly;
  if (!options.sweep_max_odds.empty()) settings["sweep_max_odds"] = options.sweep_max_odds;
  if (options.stake_unanchored) settings["stake_unanchored"] = true;
  return settings;
}

std::string Percent(double value) { return fmt::format("{:+.2f} %", 100.0 * value); }

std::string Range(const json& object, const std::string& field) {
  if (!object.contains(field) || !object[field].is_object()) return "-";
  const json& estimate = object[field];
  return fmt::format("{}  [{}, {}]", Percent(Number(estimate, "value")),
                     Percent(Number(estimate, "low")), Percent(Number(estimate, "high")));
}

void PrintReport(const json& backtest) {
  const json report = backtest.value("report", json::object());
  fmt::print("{}\n", Text(report, "verdict"));
  if (!Text(backtest, "sweep_warning").empty()) {
    fmt::print("{}\n", Text(backtest, "sweep_warning"));
  }
  if (Integer(report, "bets") == 0) return;
  fmt::print("\n  matches            {} ({} with prices)\n", Integer(report, "matches"),
             Integer(report, "priced_matches"));
  fmt::print("  bets               {}\n", Integer(report, "bets"));
  fmt::print("  bankroll           {} -> {}\n", MinorUnits(Integer(report, "start_minor_units")),
             MinorUnits(Integer(report, "end_minor_units")));
  for (const auto& [name, field] :
       {std::pair{"yield", "yield"}, std::pair{"yield, flat", "flat_yield"},
        std::pair{"closing line", "closing_line_value"}, std::pair{"random bets", "random_yield"},
        std::pair{"favourites", "market_yield"}}) {
    fmt::print("  {:<18} {}\n", name, Range(report, field));
  }
  fmt::print("  deepest fall       {:.1f} %\n", 100.0 * Number(report, "max_drawdown"));
  fmt::print("  longest loss       {} bets in a row\n", Integer(report, "longest_losing_run"));
  fmt::print("  won                {:.1f} % ({:.1f} % claimed)\n\n",
             100.0 * Number(report, "hit_rate"), 100.0 * Number(report, "expected_hit_rate"));
  Table buckets({"claimed edge", ">bets", ">claimed", "realised", ">closing"});
  for (const json& bucket : report.value("by_edge", json::array())) {
    const double to = Number(bucket, "to_edge");
    buckets.Add({to > 1e6 ? fmt::format("over {:.0f} %", 100.0 * Number(bucket, "from_edge"))
                          : fmt::format("{:.0f} to {:.0f} %", 100.0 * Number(bucket, "from_edge"),
                                        100.0 * to),
                 std::to_string(Integer(bucket, "bets")), Percent(Number(bucket, "claimed_edge")),
                 Range(bucket, "realised_edge"),
                 bucket.contains("closing_edge") ? Percent(Number(bucket, "closing_edge")) : "-"});
  }
  fmt::print("{}", buckets.Render());
  const json variants = backtest.value("variants", json::array());
  if (variants.empty()) return;
  Table table({">min edge", ">Kelly", ">max odds", ">bets", "yield", "log growth"});
  for (const json& variant : variants) {
    table.Add(
        {Percent(Number(variant, "min_edge")),
         fmt::format("{:.2f}", Number(variant, "kelly_fraction")),
         fmt::format("{:.2f}", Number(variant, "max_odds")),
         std::to_string(Integer(variant, "bets")), Range(variant, "yield"),
         fmt::format("{:+.3f}", Number(variant.value("log_growth", json::object()), "value"))});
  }
  fmt::print("\n{}", table.Render());
}

absl::Status Print(Context& context, const json& backtest) {
  if (context.json) {
    PrintJson(backtest);
    return absl::OkStatus();
  }
  const std::string state = Text(backtest, "state");
  if (state == "failed")
    return absl::InternalError("the backtest failed: " + Text(backtest, "error"));
  if (state == "done") {
    PrintReport(backtest);
    return absl::OkStatus();
  }
  const json progress = backtest.value("progress", json::object());
  fmt::print("{}: {}/{} days\n", state, Integer(progress, "done"), Integer(progress, "total"));
  return absl::OkStatus();
}

std::string PathOf(const std::string& id) {
  return fmt::format("{}/{}", kBacktests, PercentEncode(id));
}

}  // namespace

absl::Status RunBacktest(Context& context, const BacktestOptions& options) {
  ASSIGN_OR_RETURN(const json settings, SettingsOf(options));
  const json request = {{"request_id", NewRequestId()}, {"settings", settings}};
  ASSIGN_OR_RETURN(const json started, context.api.Post(kBacktests, request));
  const std::string id = Text(started, "backtest_id");
  if (!context.json) fmt::print("backtest {}\n", id);
  while (true) {
    ASSIGN_OR_RETURN(const json answer, context.api.Get(PathOf(id)));
    const json backtest = answer.value("backtest", json::object());
    const std::string state = Text(backtest, "state");
    if (state != "queued" && state != "running") return Print(context, backtest);
    std::this_thread::sleep_for(kLookEvery);
  }
}

absl::Status ShowBacktest(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get(PathOf(id)));
  return Print(context, answer.value("backtest", json::object()));
}

absl::Status ListBacktests(Context& context, std::size_t limit) {
  ASSIGN_OR_RETURN(const json backtests,
                   context.api.GetAll(kBacktests, "backtests", {{"page_size", "50"}}, limit));
  if (context.json) {
    PrintJson(backtests);
    return absl::OkStatus();
  }
  Table table({">id", "state", "forecaster", ">bets", "yield"});
  for (const json& backtest : backtests) {
    const json settings = backtest.value("settings", json::object());
    const json report = backtest.value("report", json::object());
    const std::string forecaster = Text(settings, "forecaster");
    table.Add({Text(backtest, "backtest_id"), Text(backtest, "state"),
               forecaster.empty() ? "with_odds" : forecaster,
               std::to_string(Integer(report, "bets")), Range(report, "yield")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

absl::Status CancelBacktest(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const json answer, context.api.Post(PathOf(id) + ":cancel", json::object()));
  return Print(context, answer.value("backtest", json::object()));
}

absl::Status ExportBacktestBets(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const json answer, context.api.Get(PathOf(id) + "/bets"));
  fmt::print("{}", Text(answer, "csv"));
  return absl::OkStatus();
}

}  // namespace fairline::cli
