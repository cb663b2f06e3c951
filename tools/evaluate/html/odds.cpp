#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/evaluate/html/sections.hpp"
#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

using statistics::Interval;

std::string PercentCell(const Interval& interval) {
  if (std::isnan(interval.value)) return "";
  const std::string_view style = interval.lower > 0.0   ? "good|"
                                 : interval.upper < 0.0 ? "bad|"
                                                        : "";
  return fmt::format("{}{:+.1f}<br><span class=soft>[{:+.1f}, {:+.1f}]</span>", style,
                     100.0 * interval.value, 100.0 * interval.lower, 100.0 * interval.upper);
}

std::vector<std::string> RecordRow(std::string label, const BetRecord& record) {
  return {std::move(label),
          Thousands(record.bets),
          fmt::format("{:+.1f}", 100.0 * record.claimed),
          PercentCell(record.returned),
          PercentCell(record.closing_value),
          fmt::format("{:.0f} %", 100.0 * record.pinnacle_share),
          "words|" + Escaped(SentenceOn(record))};
}

std::string EdgeChart(const EdgeBoard& board) {
  std::vector<std::string> labels;
  Series claimed{"claimed", 4, {}};
  Series returned{"returned", 0, {}};
  Series closing{"implied by the closing line", 1, {}};
  for (const EdgeBucket& bucket : board.buckets) {
    labels.push_back(BucketName(bucket));
    const double claim = bucket.record.claimed;
    claimed.points.emplace_back(Interval{claim, claim, claim});
    returned.points.emplace_back(bucket.record.returned);
    closing.points.push_back(
        bucket.record.with_closing > 0 ? std::optional(bucket.record.closing_value) : std::nullopt);
  }
  return SeriesChart(labels, {claimed, returned, closing}, 0.01,
                     "claimed edge; profit in % of stake", false);
}

std::string BoardSection(const EdgeBoard& board) {
  Cells cells = {{"claimed edge", "bets", "claimed, %", "returned, %", "closing value, %",
                  "closing by Pinnacle", "left|in words"}};
  for (const EdgeBucket& bucket : board.buckets) {
    cells.push_back(RecordRow(BucketName(bucket), bucket.record));
  }
  if (board.flagged.bets > 0) cells.push_back(RecordRow("2 % or more", board.flagged));
  return fmt::format("<h3>{} at the {}</h3><p>{}</p>{}{}", Escaped(board.forecaster),
                     Escaped(PriceName(board.price)), Escaped(SentenceOn(board)),
                     Picture("", EdgeChart(board)), Table(cells));
}

}  // namespace

std::string EdgesSection(const Judgement& judgement) {
  const EdgeGuards guards;
  std::string html = fmt::format(
      "<p>Does a claimed edge exist? Of each match the outcome with the largest claimed edge "
      "(probability times odds, less 1) is bet on flat, where odds are below {:.0f} and the best "
      "price below {:.1f} times the average: beyond that lie misprints and prices that nobody got. "
      "<b>Returned</b> is what the results paid. <b>Closing value</b> is the odds taken times the "
      "power-de-vigged closing probability, less 1 (Pinnacle's close where there is one, else the "
      "average close): what the sharpest line says the bets were worth, and a far steadier figure "
      "than the return. All intervals are 95 % over 7-day blocks.</p>"
      "<p><b>Before believing a number here:</b> the best price is the highest of dozens of "
      "bookmakers, some slow, some already gone when it was collected, many closed to whoever "
      "wins; "
      "accounts that beat the close are limited. What one bettor can have lies nearer to the rows "
      "of a single bookmaker. No commission, no stake limits and no price moves are in these "
      "figures.</p>",
      guards.odds, guards.best_to_average);
  for (const BlindBets& blind : judgement.blind) {
    html += fmt::format("<p>{}</p>", Escaped(SentenceOn(blind)));
  }
  std::string others;
  for (const EdgeBoard& board : judgement.edges) {
    const bool main = board.forecaster == judgement.edges.back().forecaster;
    (main ? html : others) += BoardSection(board);
  }
  if (!others.empty()) html += Folded("The other forecasters' edges", others);
  return html;
}

std::string GoalMarketsSection(const Judgement& judgement) {
  std::string html =
      "<p>Where the files hold odds on goals, forecasts are scored against them at the line that "
      "was quoted. A two-way probability is what fair odds on the line imply, leaving out the "
      "stakes that are returned; a match counts by the share of the stake it decided, so a quarter "
      "line's half win or half loss weighs one half and a push nothing. The base rate of a "
      "handicap is one half. A forecast that starts from prices is served on a grid of scores that "
      "agrees with the average price of over 2.5 goals too, so on that line it is the market; "
      "<i>winner_alone</i> is the same without.</p>";
  for (const LineBoard& board : judgement.goal_markets) {
    Cells cells = {{"forecaster", "matches", "log loss", "Brier", "less base rate, e-4",
                    "less market, e-4", "less Pinnacle, e-4", "less closing, e-4",
                    "less winner_alone, e-4"}};
    std::vector<std::string> classes;
    std::string alone;
    for (const LineEntry& entry : board.entries) {
      if (entry.forecaster.ends_with(kWinnerAlone)) alone = entry.forecaster;
    }
    for (const LineEntry& entry : board.entries) {
      const auto gap = [&](std::string_view reference) -> std::string {
        const auto found = entry.against.find(reference);
        if (found == entry.against.end()) return "";
        const Interval& in = found->second;
        return fmt::format("{}{:+.1f}<br><span class=soft>[{:+.1f}, {:+.1f}]</span>",
                           in.upper < 0.0   ? "good|"
                           : in.lower > 0.0 ? "bad|"
                                            : "",
                           1e4 * in.value, 1e4 * in.lower, 1e4 * in.upper);
      };
      cells.push_back({Escaped(entry.forecaster), Thousands(entry.matches),
                       fmt::format("{:.5f}", entry.log_loss.value),
                       fmt::format("{:.5f}", entry.brier.value), gap(evaluation::kBaseRateColumn),
                       gap(evaluation::kMarketColumn), gap(evaluation::kPinnacleColumn),
                       gap(evaluation::kClosingColumn), gap(alone)});
      classes.push_back(RowClass(judgement, entry.forecaster));
    }
    const std::string where = board.line == "closing"        ? "at the line of the close"
                              : board.line == "without odds" ? "for which the files hold no odds"
                                                             : "at the line " + board.line;
    html += fmt::format("<h3>{}, {}</h3>{}", Escaped(board.market), Escaped(where),
                        Table(cells, classes));
  }
  return html;
}

std::string DevigSection(const Judgement& judgement) {
  std::string html =
      "<p>Every line above had its margin taken out by the power method. Which method describes "
      "these matches best, in paired log loss against power (logarithmic is power under another "
      "name):</p>";
  for (const DevigBoard& board : judgement.devig) {
    Cells cells = {{"method", "log loss", "RPS", "ECE", "slope", "less power, e-4"}};
    for (const DevigEntry& entry : board.entries) {
      const Interval& gap = entry.against_power;
      const std::string_view style = gap.upper < 0.0 ? "good|" : gap.lower > 0.0 ? "bad|" : "";
      cells.push_back(
          {entry.method, fmt::format("{:.5f}", entry.log_loss), fmt::format("{:.5f}", entry.rps),
           fmt::format("{:.4f}", entry.ece), fmt::format("{:.3f}", entry.slope),
           entry.method == NameOf(domain::DevigMethod::kPower)
               ? ""
               : fmt::format("{}{:+.2f} <span class=soft>[{:+.2f}, {:+.2f}]</span>", style,
                             1e4 * gap.value, 1e4 * gap.lower, 1e4 * gap.upper)});
    }
    html += fmt::format(
        "<h3>{}</h3>{}<p class=soft>{} books, {} of them ({:.1f} %) at or under 100 %: no margin "
        "is "
        "left to take out, so that by definition every method only scales them.</p>",
        Escaped(board.book), Table(cells), Thousands(board.matches), Thousands(board.underround),
        100.0 * static_cast<double>(board.underround) / static_cast<double>(board.matches));
  }
  return html;
}

}  // namespace fairline::evaluate
