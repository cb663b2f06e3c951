#include "tools/evaluate/html/report.hpp"

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/core/money.hpp"
#include "tools/evaluate/html/sections.hpp"
#include "tools/evaluate/html/style.hpp"
#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

std::string Head(const Judgement& judgement) {
  const std::string seasons =
      judgement.first_season == judgement.last_season
          ? SeasonLabel(judgement.first_season)
          : SeasonLabel(judgement.first_season) + " to " + SeasonLabel(judgement.last_season);
  std::string html = fmt::format(
      "<h1>How good the {} forecasts are, {}</h1><p class=soft>{} matches of {} competitions from "
      "{} "
      "to {}, each season forecast by models that were fitted on what was played before it ({} "
      "matches before the last one). Models: {}. Competitions: {}.</p>",
      Escaped(judgement.sport), seasons, Thousands(judgement.groups.front().matches),
      judgement.competitions.size(), FormatDay(judgement.first_day), FormatDay(judgement.last_day),
      Thousands(judgement.known_matches), Escaped(judgement.recipe),
      Escaped(fmt::format("{}", fmt::join(judgement.competitions, ", "))));
  html += "<ul class=findings>";
  for (const Finding& finding : Findings(judgement)) {
    html += fmt::format("<li class={}><b>{}.</b> {}</li>",
                        finding.verdict == Verdict::kBeaten  ? "beaten"
                        : finding.verdict == Verdict::kWorse ? "worse"
                                                             : "even",
                        Escaped(finding.headline), Escaped(finding.detail));
  }
  html +=
      "</ul><p class=soft>Log loss is compared on the same matches, with 95 % intervals; lower is "
      "better. The closing line is the best forecast there is and comes too late to bet on: it "
      "is here to measure by.</p>";
  return html;
}

std::string Alarm(const Judgement& judgement) {
  if (judgement.suspicions.empty()) {
    return "<div class='alarm calm'><b>Leak alarm: silent.</b> No forecaster is better than the "
           "closing line by its whole interval, nor better or better calibrated than any honest "
           "forecaster can be.</div>";
  }
  std::string html =
      "<div class=alarm><b>Leak alarm.</b> These are too good to be true until somebody proves "
      "otherwise; the run has failed.<ul>";
  for (const evaluation::LeakSuspicion& each : judgement.suspicions) {
    html += fmt::format("<li>{}: {}</li>", Escaped(each.forecaster), Escaped(each.reason));
  }
  return html + "</ul></div>";
}

constexpr std::string_view kMethod =
    "<p>Walk-forward by season: nothing learned from a match played on or after the first day of "
    "the season that is forecast; features are replayed day by day and know nothing of their own "
    "day. Scores: log loss in nats; ranked probability score divided by (outcomes - 1); Brier "
    "summed over the outcomes, for two outcomes (1 - p)²; expected calibration error over 20 "
    "equal-width bins with all outcomes pooled. Intervals: percentiles of 2,000 resamples of "
    "7-day blocks, the same resamples for both sides of a comparison. Lines are power-de-vigged; "
    "the closing line is Pinnacle's where it is known, else the average. Only matches with an "
    "average line before the match are judged. The slope's interval takes one Newton step from the "
    "fit on each resample.</p>";

}  // namespace

std::string Table(const Cells& cells, const std::vector<std::string>& row_classes) {
  std::string html = "<div class=wide><table>";
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const bool head = r == 0;
    const std::string_view style = head || row_classes.empty() ? "" : row_classes[r - 1];
    html += style.empty() ? "<tr>" : fmt::format("<tr class={}>", style);
    for (const std::string& cell : cells[r]) {
      const std::size_t bar = cell.find('|');
      const std::string_view text =
          std::string_view(cell).substr(bar == std::string::npos ? 0 : bar + 1);
      const std::string name = bar == std::string::npos ? "" : " class=" + cell.substr(0, bar);
      html += fmt::format("<{0}{1}>{2}</{0}>", head ? "th" : "td", name, text);
    }
    html += "</tr>";
  }
  return html + "</table></div>";
}

std::string Picture(std::string_view caption, std::string_view picture) {
  return fmt::format(
      "<figure>{}{}</figure>",
      caption.empty() ? "" : fmt::format("<figcaption>{}</figcaption>", Escaped(caption)), picture);
}

std::string Folded(std::string_view summary, std::string_view content) {
  return fmt::format("<details><summary>{}</summary>{}</details>", Escaped(summary), content);
}

std::string ToHtml(const Judgement& judgement) {
  struct Section {
    std::string_view id;
    std::string_view title;
    std::string html;
  };
  std::vector<Section> sections = {
      {"market", "Where everybody stands against the market", LadderSection(judgement)},
      {"scores", "Scores", ScoresSection(judgement)},
      {"differences", "Paired differences", DifferencesSection(judgement)},
      {"reliability", "Reliability", ReliabilitySection(judgement)},
      {"calls", "Calls", CallsSection(judgement)},
      {"seasons", "Season by season", SlicesSection(judgement, judgement.seasons, "season")},
      {"competitions", "Competition by competition",
       SlicesSection(judgement, judgement.competition_slices, "competition")}};
  if (!judgement.months.empty()) {
    sections.push_back(
        {"months", "Month by month", SlicesSection(judgement, judgement.months, "month")});
  }
  sections.push_back({"pools", "What the pools are made of", PoolsSection(judgement)});
  if (!judgement.edges.empty()) {
    sections.push_back({"edges", "Honesty of edges", EdgesSection(judgement)});
  }
  if (!judgement.goal_markets.empty()) {
    sections.push_back({"goals", "Markets on goals", GoalMarketsSection(judgement)});
  }
  sections.push_back({"devig", "Taking the margin out", DevigSection(judgement)});
  sections.push_back({"method", "How it was judged", std::string(kMethod)});

  std::string html = fmt::format(
      "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport "
      "content='width=device-width, initial-scale=1'><title>Fairline evaluation: {}, {}</title>"
      "<style>{}</style></head><body>{}{}<nav>",
      Escaped(judgement.sport), SeasonLabel(judgement.last_season), kStyle, Head(judgement),
      Alarm(judgement));
  for (const Section& section : sections) {
    fmt::format_to(std::back_inserter(html), "<a href='#{}'>{}</a>", section.id, section.title);
  }
  html += "</nav>";
  for (const Section& section : sections) {
    fmt::format_to(std::back_inserter(html), "<h2 id={}>{}</h2>{}", section.id, section.title,
                   section.html);
  }
  return html + "</body></html>\n";
}

}  // namespace fairline::evaluate
