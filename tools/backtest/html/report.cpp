#include "tools/backtest/html/report.hpp"

#include <cmath>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/backtest/sentences.hpp"
#include "libs/backtest/slices.hpp"
#include "libs/core/money.hpp"
#include "tools/backtest/html/curve.hpp"
#include "tools/evaluate/html/sections.hpp"
#include "tools/evaluate/html/style.hpp"

namespace fairline::backtest_files {
namespace {

using backtest::Interval;
using backtest::Report;
using backtest::SeasonLabel;
using backtest::Slice;
using evaluate::Cells;
using evaluate::Escaped;
using evaluate::ForestRow;
using evaluate::Picture;
using evaluate::Series;
using evaluate::Table;

std::string Percent(double part) { return fmt::format("{:+.2f} %", 100.0 * part); }
std::string Part(double part) { return fmt::format("{:.1f} %", 100.0 * part); }

std::string RangeText(const Interval& interval) {
  if (!std::isfinite(interval.lower)) return Percent(interval.value);
  return fmt::format("{} <span class=soft>[{}, {}]</span>", Percent(interval.value),
                     Percent(interval.lower), Percent(interval.upper));
}

// Coloured when the interval leaves 0.
std::string RangeCell(const Interval& interval) {
  const std::string_view style = interval.lower > 0.0   ? "good|"
                                 : interval.upper < 0.0 ? "bad|"
                                                        : "";
  return std::string(style) + RangeText(interval);
}

Interval Exactly(double value) { return {value, value, value}; }

std::string Seasons(const backtest::Settings& settings) {
  if (settings.first_season == settings.last_season) return SeasonLabel(settings.first_season);
  return SeasonLabel(settings.first_season) + " to " + SeasonLabel(settings.last_season);
}

std::string Head(const backtest::Plan& plan, const backtest::Sweep& sweep) {
  const backtest::Settings& settings = plan.variants[sweep.best];
  const Report& report = sweep.report;
  const bool good = report.bets > 0 && report.yield.lower > 0.0 &&
                    report.verdict.find("more than luck") != std::string::npos;
  std::string html = fmt::format(
      "<h1>Backtest: {}, {}</h1><p class=soft>{} matches forecast, each season by models fitted on "
      "what was played before it; {} of them with prices. Competitions: {}.</p>"
      "<div class='alarm{}'><b>{}</b></div>",
      Escaped(plan.forecaster), Seasons(settings), Thousands(report.matches),
      Thousands(report.priced),
      settings.competitions.empty()
          ? "all"
          : Escaped(fmt::format("{}", fmt::join(settings.competitions, ", "))),
      good ? " calm" : "", Escaped(report.verdict));
  if (!sweep.warning.empty()) html += fmt::format("<p><b>{}</b></p>", Escaped(sweep.warning));
  return html + fmt::format("<p>{}</p>", Escaped(report.price_note));
}

std::string DrawdownText(const Report& report) {
  if (!report.worst_drawdown) return "never below its height";
  const backtest::Drawdown& drawdown = *report.worst_drawdown;
  return fmt::format(
      "{}, from {} to {}, {}; {} days, {} bets", Part(drawdown.depth),
      drawdown.peak ? FormatDay(*drawdown.peak) : "the start", FormatDay(drawdown.trough),
      drawdown.recovered ? "made good by " + FormatDay(*drawdown.recovered) : "not made good",
      drawdown.days, Thousands(drawdown.bets));
}

std::string FiguresSection(const Report& report) {
  Cells cells = {{"", "left|"}};
  const auto add = [&](std::string name, const std::string& value) {
    cells.push_back({std::move(name), "left|" + value});
  };
  add("bankroll", fmt::format("{} &rarr; {}", GroupedMoney(report.start, kFileCurrency),
                              GroupedMoney(report.end, kFileCurrency)));
  add("bets",
      fmt::format("{} at odds of {:.2f} on average", Thousands(report.bets), report.average_odds));
  add("staked", fmt::format("{} in all, {} a bet on average, {} at most",
                            GroupedMoney(report.staked, kFileCurrency),
                            GroupedMoney(report.average_stake, kFileCurrency),
                            GroupedMoney(report.largest_stake, kFileCurrency)));
  add("yield (profit by turnover)", RangeText(report.yield));
  add("the same with equal stakes", RangeText(report.flat_yield));
  add("growth (logarithm of end by start)",
      std::isfinite(report.log_growth.lower)
          ? fmt::format("{:+.3f} [{:+.3f}, {:+.3f}]", report.log_growth.value,
                        report.log_growth.lower, report.log_growth.upper)
          : fmt::format("{:+.3f}", report.log_growth.value));
  add("closing-line value", report.closing_line_value ? RangeText(*report.closing_line_value)
                                                      : std::string("no closing line"));
  add("won", fmt::format("{} (the forecasts claimed {})", Part(report.hit_rate),
                         Part(report.expected_hit_rate)));
  add("longest runs", fmt::format("{} bets lost, {} bets won", report.longest_losing_streak,
                                  report.longest_winning_streak));
  add("deepest fall", DrawdownText(report));
  if (std::isfinite(report.simulated_max_drawdown.value)) {
    add("deepest fall of the same weeks in random order",
        fmt::format(
            "{} on average, {} to {} in 95 % of orders", Part(report.simulated_max_drawdown.value),
            Part(report.simulated_max_drawdown.lower), Part(report.simulated_max_drawdown.upper)));
  }
  add("seasons in profit",
      fmt::format("{} of {}", report.seasons_in_profit, report.by_season.size()));
  return Table(cells);
}

std::string LuckSection(const Report& report) {
  std::vector<ForestRow> rows = {{"the bets, as staked", report.yield, 0},
                                 {"the bets, equal stakes", report.flat_yield, 0}};
  if (report.closing_line_value) {
    rows.push_back({"by the closing line", *report.closing_line_value, 1});
  }
  rows.push_back({"random bets (range of draws)", report.random_yield, 4});
  rows.push_back({"favourites", report.market_yield, 4});
  rows.push_back({"better than favourites by", report.better_than_market, 2});
  return Picture("Yield in % of what was staked, with 95 % intervals",
                 evaluate::ForestChart(rows, 0.01, "yield in % of turnover")) +
         fmt::format("<p>Of 1,000 draws of random bets {:.1f} % did at least as well.</p>",
                     100.0 * report.random_as_good);
}

std::string CalibrationSection(const Report& report) {
  std::vector<std::string> labels;
  Series claimed{"claimed", 4, {}}, realised{"realised, equal stakes", 0, {}},
      closing{"by the closing line", 1, {}};
  Cells edges = {{"claimed edge", "bets", "claimed", "realised", "by the closing line"}};
  for (const backtest::EdgeBucket& bucket : report.by_edge) {
    labels.push_back(bucket.to > 1e6 ? fmt::format("over {:.0f} %", 100.0 * bucket.from)
                                     : fmt::format("{:.0f} to {:.0f} %", 100.0 * bucket.from,
                                                   100.0 * bucket.to));
    claimed.points.emplace_back(Exactly(bucket.claimed));
    realised.points.emplace_back(bucket.realised);
    closing.points.push_back(bucket.closing_edge ? std::optional(Exactly(*bucket.closing_edge))
                                                 : std::nullopt);
    edges.push_back({labels.back(), Thousands(bucket.bets), Percent(bucket.claimed),
                     RangeCell(bucket.realised),
                     bucket.closing_edge ? Percent(*bucket.closing_edge) : ""});
  }
  std::vector<std::string> probabilities;
  Series said{"claimed", 4, {}}, happened{"happened", 0, {}};
  for (const backtest::ProbabilityBucket& bucket : report.by_probability) {
    probabilities.push_back(
        fmt::format("{:.0f} to {:.0f} %", 100.0 * bucket.from, 100.0 * bucket.to));
    said.points.emplace_back(Exactly(bucket.claimed));
    happened.points.emplace_back(bucket.happened);
  }
  return "<p>Of the bets taken: did what was claimed come true?</p>" +
         Picture("By claimed edge",
                 evaluate::SeriesChart(labels, {claimed, realised, closing}, 0.01,
                                       "claimed edge; profit in % of stake", false)) +
         Table(edges) +
         Picture("By claimed probability",
                 evaluate::SeriesChart(probabilities, {said, happened}, 0.01,
                                       "claimed probability; how often it happened, %", false));
}

std::string SliceTable(const std::vector<Slice>& slices, std::string_view heading) {
  Cells cells = {
      {std::string(heading), "bets", "odds", "staked", "profit", "yield", "closing line", "won"}};
  const bool seasons = !slices.empty() && slices.front().bankroll_return.has_value();
  if (seasons) cells.front().emplace_back("made of the bankroll");
  for (const Slice& slice : slices) {
    cells.push_back(
        {Escaped(slice.label), Thousands(slice.bets), fmt::format("{:.2f}", slice.average_odds),
         GroupedMoney(slice.staked, kFileCurrency), GroupedMoney(slice.profit, kFileCurrency),
         RangeCell(slice.yield), slice.closing_line_value ? Percent(*slice.closing_line_value) : "",
         Part(slice.hit_rate)});
    if (seasons) cells.back().push_back(Percent(slice.bankroll_return.value_or(0.0)));
  }
  return Table(cells);
}

std::string SeasonsSection(const Report& report) {
  std::vector<std::string> labels;
  Series yield{"yield", 0, {}}, closing{"by the closing line", 1, {}};
  for (const Slice& slice : report.by_season) {
    labels.push_back(slice.label);
    yield.points.emplace_back(slice.yield);
    closing.points.push_back(slice.closing_line_value
                                 ? std::optional(Exactly(*slice.closing_line_value))
                                 : std::nullopt);
  }
  return Picture("", evaluate::SeriesChart(labels, {yield, closing}, 0.01,
                                           "season; yield in % of turnover", false)) +
         SliceTable(report.by_season, "season");
}

std::string CompetitionsSection(const Report& report) {
  std::vector<ForestRow> rows;
  for (const Slice& slice : report.by_competition) rows.push_back({slice.label, slice.yield, 0});
  return "<p>Among many competitions some do well by luck alone: an interval that leaves 0 in one "
         "of 22 proves little.</p>" +
         Picture("", evaluate::ForestChart(rows, 0.01, "yield in % of turnover")) +
         SliceTable(report.by_competition, "competition");
}

std::string VariantsSection(const backtest::Plan& plan, const backtest::Sweep& sweep) {
  Cells cells = {{"price", "min edge", "Kelly", "max odds", "bets", "end", "yield", "growth",
                  "closing line", "deepest fall"}};
  std::vector<std::string> classes;
  for (std::size_t v = 0; v < plan.variants.size(); ++v) {
    const backtest::Settings& settings = plan.variants[v];
    const backtest::Summary& summary = sweep.variants[v];
    std::string price(backtest::PriceSourceName(settings.price));
    for (char& letter : price) letter = static_cast<char>(letter - 'A' + 'a');
    cells.push_back({price, Part(settings.policy.min_edge_best_of_many),
                     fmt::format("{:.2f}", settings.policy.KellyMultiplier(settings.risk)),
                     fmt::format("{:.2f}", settings.policy.max_odds), Thousands(summary.bets),
                     GroupedMoney(summary.end, kFileCurrency), RangeCell(summary.yield),
                     fmt::format("{:+.3f}", summary.log_growth.value),
                     summary.closing_line_value ? Percent(summary.closing_line_value->value) : "",
                     Part(summary.max_drawdown)});
    classes.emplace_back(v == sweep.best ? "served" : "");
  }
  return "<p>The figures of this page are of the variant set in bold, the one that grew most.</p>" +
         Table(cells, classes);
}

std::string NotesSection(const Report& report) {
  std::string html = "<ul>";
  for (const std::string& note : report.notes) html += fmt::format("<li>{}</li>", Escaped(note));
  return html + "</ul>";
}

}  // namespace

std::string ToHtml(const backtest::Plan& plan, const backtest::Sweep& sweep) {
  const Report& report = sweep.report;
  std::string html = fmt::format(
      "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport "
      "content='width=device-width, initial-scale=1'><title>Fairline backtest: {}, {}</title>"
      "<style>{}</style></head><body>{}",
      Escaped(plan.forecaster), Seasons(plan.variants[sweep.best]), evaluate::kStyle,
      Head(plan, sweep));
  const auto add = [&](std::string_view id, std::string_view title, const std::string& section) {
    fmt::format_to(std::back_inserter(html), "<h2 id={}>{}</h2>{}", id, title, section);
  };
  if (report.bets > 0) {
    add("course", "How the bankroll went",
        Picture("", EquityCurve(report.start, report.equity)) + FiguresSection(report));
    add("luck", "Luck", LuckSection(report));
    add("calibration", "Calibration of the bets", CalibrationSection(report));
    add("seasons", "Season by season", SeasonsSection(report));
    add("competitions", "Competition by competition", CompetitionsSection(report));
    if (!report.by_bookmaker.empty()) {
      add("bookmakers", "Bookmaker by bookmaker", SliceTable(report.by_bookmaker, "bookmaker"));
    }
  }
  if (plan.variants.size() > 1) add("variants", "Variants", VariantsSection(plan, sweep));
  add("method", "Before believing it", NotesSection(report));
  return html + "</body></html>\n";
}

}  // namespace fairline::backtest_files
