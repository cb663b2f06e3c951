#include "tools/fairline/backtest_text.hpp"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/fairline/context.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

std::string Percent(double value) { return fmt::format("{:+.2f} %", 100.0 * value); }
std::string Part(double value) { return fmt::format("{:.1f} %", 100.0 * value); }

// REST prints what is absent as null.
bool Has(const json& object, const std::string& field) {
  const auto found = object.find(field);
  return found != object.end() && !found->is_null();
}

std::string PercentOf(const json& object, const std::string& field) {
  return Has(object, field) ? Percent(Number(object, field)) : "-";
}

json Items(const json& object, const std::string& field) {
  return object.value(field, json::array());
}

std::string FallText(const json& report) {
  const json fall = report.value("worst_fall", json::object());
  if (fall.empty()) return "never below its height";
  const std::string height = Text(fall, "height_date");
  const std::string recovered = Text(fall, "recovered_date");
  return fmt::format("{} from {} to {}, {} ({} days, {} bets)", Part(Number(fall, "depth")),
                     height.empty() ? "the start" : height, Text(fall, "lowest_date"),
                     recovered.empty() ? "not made good" : "made good by " + recovered,
                     Integer(fall, "days"), Integer(fall, "bets"));
}

std::string FallByChanceText(const json& report) {
  if (!Has(report, "fall_by_chance")) return "-";
  const json& fall = report["fall_by_chance"];
  return fmt::format("{} on average, {} to {} in 95 % (same weeks, random order)",
                     Part(Number(fall, "value")), Part(Number(fall, "low")),
                     Part(Number(fall, "high")));
}

std::string GrowthText(const json& report) {
  const json growth = report.value("log_growth", json::object());
  std::string text = fmt::format("{:+.3f}", Number(growth, "value"));
  if (Has(growth, "low")) {
    text += fmt::format("  [{:+.3f}, {:+.3f}]", Number(growth, "low"), Number(growth, "high"));
  }
  return text + " (logarithm of end by start)";
}

std::string Figures(const json& report, const std::string& currency) {
  const auto seasons = Items(report, "by_season").size();
  const std::pair<std::string, std::string> lines[] = {
      {"matches", fmt::format("{} ({} with prices)", Integer(report, "matches"),
                              Integer(report, "priced_matches"))},
      {"bets", fmt::format("{} at odds of {:.2f} on average", Integer(report, "bets"),
                           Number(report, "average_odds"))},
      {"bankroll",
       fmt::format("{} -> {}", FormatMoney({Integer(report, "start_minor_units")}, currency),
                   FormatMoney({Integer(report, "end_minor_units")}, currency))},
      {"staked",
       fmt::format("{} in all; a bet {} on average, {} at most",
                   FormatMoney({Integer(report, "staked_minor_units")}, currency),
                   FormatMoney({Integer(report, "average_stake_minor_units")}, currency),
                   FormatMoney({Integer(report, "largest_stake_minor_units")}, currency))},
      {"yield", RangeText(report, "yield")},
      {"yield, flat", RangeText(report, "flat_yield")},
      {"growth", GrowthText(report)},
      {"closing line", fmt::format("{} ({} bets)", RangeText(report, "closing_line_value"),
                                   Integer(report, "closing_bets"))},
      {"random bets",
       fmt::format("{}; as good in {:.1f} % of draws", RangeText(report, "random_yield"),
                   100.0 * Number(report, "random_as_good"))},
      {"favourites", RangeText(report, "market_yield")},
      {"  better by", RangeText(report, "better_than_market")},
      {"won", fmt::format("{} ({} claimed)", Part(Number(report, "hit_rate")),
                          Part(Number(report, "expected_hit_rate")))},
      {"runs",
       fmt::format("{} bets lost, {} won in a row at most", Integer(report, "longest_losing_run"),
                   Integer(report, "longest_winning_run"))},
      {"deepest fall", FallText(report)},
      {"  by chance", FallByChanceText(report)},
      {"in profit", fmt::format("{} of {} seasons", Integer(report, "seasons_in_profit"), seasons)},
  };
  std::string text;
  for (const auto& [name, value] : lines) {
    fmt::format_to(std::back_inserter(text), "  {:<13} {}\n", name, value);
  }
  return text;
}

std::string EdgeTable(const json& report) {
  Table table({"claimed edge", ">bets", ">claimed", "realised, flat", ">by closing line"});
  for (const json& bucket : Items(report, "by_edge")) {
    const double from = 100.0 * Number(bucket, "from_edge");
    const double to = 100.0 * Number(bucket, "to_edge");
    table.Add({to > 1e6 ? fmt::format("over {:.0f} %", from)
                        : fmt::format("{:.0f} to {:.0f} %", from, to),
               Text(bucket, "bets"), Percent(Number(bucket, "claimed_edge")),
               RangeText(bucket, "realised_edge"), PercentOf(bucket, "closing_edge")});
  }
  return table.Render();
}

std::string ProbabilityTable(const json& report) {
  Table table({"probability", ">bets", ">claimed", "happened"});
  for (const json& bucket : Items(report, "by_probability")) {
    table.Add({fmt::format("{:.0f} to {:.0f} %", 100.0 * Number(bucket, "from_probability"),
                           100.0 * Number(bucket, "to_probability")),
               Text(bucket, "bets"), Percent(Number(bucket, "claimed")),
               RangeText(bucket, "happened")});
  }
  return table.Render();
}

std::string SliceTable(const json& report, const std::string& field, const std::string& heading,
                       const std::string& currency) {
  const json slices = Items(report, field);
  if (slices.empty()) return "";
  const bool seasons = field == "by_season";
  std::vector<std::string> headings = {heading,   ">bets", ">odds",        ">staked",
                                       ">profit", "yield", ">closing line"};
  if (seasons) headings.push_back(">bankroll");
  Table table(headings);
  for (const json& slice : slices) {
    table.Add({Text(slice, "label"), Text(slice, "bets"),
               fmt::format("{:.2f}", Number(slice, "average_odds")),
               FormatMoney({Integer(slice, "staked_minor_units")}, currency),
               FormatMoney({Integer(slice, "profit_minor_units")}, currency),
               RangeText(slice, "yield"), PercentOf(slice, "closing_line_value"),
               seasons ? PercentOf(slice, "bankroll_return") : ""});
  }
  return table.Render() + '\n';
}

std::string VariantTable(const json& backtest) {
  const json variants = Items(backtest, "variants");
  if (variants.empty()) return "";
  Table table({"", "price", ">min edge", ">Kelly", ">max odds", ">bets", "yield", ">closing line",
               ">log growth", ">deepest fall"});
  const std::int64_t best = Integer(backtest, "best_variant");
  std::int64_t position = 0;
  for (const json& variant : variants) {
    const double max_odds = Number(variant, "max_odds");
    const json closing = variant.value("closing_line_value", json::object());
    table.Add({position++ == best ? "*" : "", EnumText(variant, "price_source", "PRICE_SOURCE_"),
               Percent(Number(variant, "min_edge")),
               fmt::format("{:.2f}", Number(variant, "kelly_fraction")),
               max_odds > 0.0 ? fmt::format("{:.2f}", max_odds) : "none", Text(variant, "bets"),
               RangeText(variant, "yield"), PercentOf(closing, "value"),
               fmt::format("{:+.3f}", Number(variant.value("log_growth", json::object()), "value")),
               Part(Number(variant, "max_drawdown"))});
  }
  return fmt::format("Variants; * is the one that the figures above are of\n{}", table.Render());
}

}  // namespace

std::string RangeText(const json& object, const std::string& field) {
  if (!Has(object, field)) return "-";
  const json& estimate = object[field];
  std::string text = Percent(Number(estimate, "value"));
  if (!Has(estimate, "low")) return text;
  return text + fmt::format("  [{}, {}]", Percent(Number(estimate, "low")),
                            Percent(Number(estimate, "high")));
}

std::string BacktestText(const json& backtest) {
  const json report = backtest.value("report", json::object());
  std::string text = Text(report, "verdict") + '\n';
  if (const std::string warning = Text(backtest, "sweep_warning"); !warning.empty()) {
    text += warning + '\n';
  }
  text += "\n  " + Text(report, "price_note") + '\n';
  for (const json& note : Items(report, "notes")) text += "  - " + note.get<std::string>() + '\n';
  if (Integer(report, "bets") > 0) {
    const std::string currency = Text(backtest.value("settings", json::object()), "currency");
    text += '\n' + Figures(report, currency) + '\n' + EdgeTable(report) + '\n' +
            ProbabilityTable(report) + '\n' + SliceTable(report, "by_season", "season", currency) +
            SliceTable(report, "by_competition", "competition", currency) +
            SliceTable(report, "by_bookmaker", "bookmaker", currency);
  }
  return text + VariantTable(backtest);
}

}  // namespace fairline::cli
