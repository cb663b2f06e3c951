#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/evaluate/html/sections.hpp"
#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

using evaluation::Metric;
using evaluation::MetricReport;
using evaluation::ScoreboardEntry;
using statistics::Interval;

constexpr double kLogLossUnit = 1e-4;
constexpr int kNeutralColour = 4;

struct FigureColumn {
  Metric figure;
  std::string_view title;
  double unit;
  int decimals;
  int better;  // sign of a good difference; 0 for neither
};
constexpr std::array kColumns = {FigureColumn{Metric::kLogLoss, "log loss, e-4", 1e-4, 1, -1},
                                 FigureColumn{Metric::kRps, "RPS, e-5", 1e-5, 1, -1},
                                 FigureColumn{Metric::kBrier, "Brier, e-4", 1e-4, 1, -1},
                                 FigureColumn{Metric::kAccuracy, "accuracy, %", 1e-2, 2, 1},
                                 FigureColumn{Metric::kMacroPrecision, "precision, %", 1e-2, 2, 1},
                                 FigureColumn{Metric::kMacroRecall, "recall, %", 1e-2, 2, 1},
                                 FigureColumn{Metric::kMacroF1, "F1, %", 1e-2, 2, 1},
                                 FigureColumn{Metric::kEce, "ECE, e-4", 1e-4, 1, -1},
                                 FigureColumn{Metric::kSlope, "slope", 1.0, 3, 0}};

const Interval& In(const evaluation::MetricIntervals& figures, Metric figure) {
  return figures[static_cast<std::size_t>(figure)];
}

std::string Signed(const Interval& interval, double unit, int decimals) {
  return fmt::format("{0:+.{3}f}<br><span class=soft>[{1:+.{3}f}, {2:+.{3}f}]</span>",
                     interval.value / unit, interval.lower / unit, interval.upper / unit, decimals);
}

// The gap of log loss to a reference, with the cell's colour.
std::string GapCell(const ScoreboardEntry& entry, std::string_view reference) {
  const auto found = entry.against.find(reference);
  if (found == entry.against.end()) return "";
  const evaluation::PairedDifference& gap = found->second.log_loss;
  const std::string_view style = gap.better() ? "good|" : gap.worse() ? "bad|" : "";
  return std::string(style) + Signed({gap.mean, gap.lower, gap.upper}, kLogLossUnit, 1);
}

std::vector<std::string> ShownInCharts(const Judgement& judgement) {
  std::vector<std::string> names = judgement.served;
  if (names.empty()) {
    for (const ScoreboardEntry& entry : judgement.groups.front().entries) {
      if (!IsReference(entry.forecaster) && names.size() < 3) names.push_back(entry.forecaster);
    }
  }
  return names;
}

std::optional<Interval> GapIn(const Slice& slice, std::string_view name,
                              std::string_view reference) {
  const ScoreboardEntry* const entry = EntryOf(slice, name);
  if (entry == nullptr) return std::nullopt;
  const auto found = entry->against.find(reference);
  if (found == entry->against.end()) return std::nullopt;
  const evaluation::PairedDifference& gap = found->second.log_loss;
  return Interval{gap.mean, gap.lower, gap.upper};
}

}  // namespace

std::string RowClass(const Judgement& judgement, std::string_view forecaster) {
  if (IsReference(forecaster)) return "reference";
  const auto& served = judgement.served;
  return std::find(served.begin(), served.end(), forecaster) == served.end() ? "" : "served";
}

int ColourOf(const Judgement& judgement, std::string_view forecaster) {
  const std::vector<std::string> shown = ShownInCharts(judgement);
  const auto found = std::find(shown.begin(), shown.end(), forecaster);
  if (found != shown.end()) return static_cast<int>(found - shown.begin());
  return forecaster == evaluation::kClosingColumn ? 3 : kNeutralColour;
}

std::string LadderSection(const Judgement& judgement) {
  std::string html =
      "<p>Paired differences of log loss on the same matches, in units of 0.0001; left of 0 is "
      "better. Bars are 95 % intervals over resampled 7-day blocks.</p>";
  for (const Slice& slice : judgement.groups) {
    std::vector<ForestRow> rows;
    for (const ScoreboardEntry& entry : slice.entries) {
      if (entry.forecaster == evaluation::kBaseRateColumn) continue;
      const auto gap = GapIn(slice, entry.forecaster, evaluation::kMarketColumn);
      if (gap) rows.push_back({entry.forecaster, *gap, ColourOf(judgement, entry.forecaster)});
    }
    std::sort(rows.begin(), rows.end(), [](const ForestRow& a, const ForestRow& b) {
      return a.interval.value < b.interval.value;
    });
    if (rows.empty()) continue;
    const std::string_view title =
        slice.label == "M5" ? "the five great leagues alone (M5)" : "all judged matches (ALL)";
    html += Picture(fmt::format("Gap to the average line before the match, {}: {} matches", title,
                                Thousands(slice.matches)),
                    ForestChart(rows, kLogLossUnit, "log loss less the market's, e-4"));
  }
  return html;
}

std::string ScoresSection(const Judgement& judgement) {
  std::string html;
  for (const Slice& slice : judgement.groups) {
    Cells cells = {{"forecaster", "matches", "log loss", "RPS", "Brier", "accuracy", "precision",
                    "recall", "F1", "slope", "intercepts", "ECE"}};
    std::vector<std::string> classes;
    const bool all = &slice == &judgement.groups.front();
    for (const ScoreboardEntry& entry : slice.entries) {
      const evaluation::Evaluation& scores = entry.scores;
      std::string intercepts;
      for (std::size_t k = 0; k < scores.calibration_intercepts.size(); ++k) {
        fmt::format_to(std::back_inserter(intercepts), "{}{:+.3f}", k == 0 ? "" : "<br>",
                       scores.calibration_intercepts[k]);
      }
      std::string slope = fmt::format("{:.3f}", scores.calibration_slope);
      std::string ece = fmt::format("{:.4f}", scores.ece);
      if (all) {
        for (const MetricReport& report : judgement.figures) {
          if (report.forecaster != entry.forecaster) continue;
          const Interval& own = In(report.own, Metric::kSlope);
          slope +=
              fmt::format("<br><span class=soft>[{:.3f}, {:.3f}]</span>", own.lower, own.upper);
        }
        const auto noise = judgement.calibration_noise.find(entry.forecaster);
        if (noise != judgement.calibration_noise.end()) {
          ece += fmt::format("<br><span class=soft>of {:.4f}, {:.4f}</span>", noise->second.mean,
                             noise->second.upper);
        }
      }
      cells.push_back({Escaped(entry.forecaster), Thousands(scores.matches),
                       fmt::format("{:.5f}", scores.log_loss), fmt::format("{:.5f}", scores.rps),
                       fmt::format("{:.4f}", scores.brier),
                       fmt::format("{:.1f} %", 100.0 * scores.accuracy),
                       fmt::format("{:.3f}", scores.macro_precision),
                       fmt::format("{:.3f}", scores.macro_recall),
                       fmt::format("{:.3f}", scores.macro_f1), slope, intercepts, ece});
      classes.push_back(RowClass(judgement, entry.forecaster));
    }
    html += fmt::format("<h3>{}</h3>", all ? "All judged matches" : "The five great leagues (M5)");
    html += Table(cells, classes);
  }
  html +=
      "<p class=soft>Lower is better up to Brier. Precision, recall and F1 are means over the "
      "outcomes of calling the likeliest one; draws are hardly ever the likeliest, which is why "
      "they are low for everybody. Slope 1 is calibrated, below 1 overconfident. Intercepts, for "
      "home / draw / away: what the log-probabilities lack; above 0 the outcome happened more "
      "often "
      "than was said. ECE over 20 bins; beside it what a forecaster whose probabilities are all "
      "true would show by chance, its mean and the value that 95 % stay below.</p>";
  return html;
}

std::string DifferencesSection(const Judgement& judgement) {
  struct Reference {
    std::string_view column;
    std::string_view title;
  };
  constexpr std::array kShown = {
      Reference{evaluation::kMarketColumn, "against the average line before the match"},
      Reference{evaluation::kPinnacleColumn, "against Pinnacle's line before the match"},
      Reference{evaluation::kClosingColumn, "against the closing line"},
      Reference{evaluation::kBaseRateColumn, "against the base rate"}};
  std::string html =
      "<p>Forecaster less reference on the matches that both have forecast, with 95 % intervals of "
      "the paired bootstrap. Green is better than the reference by the whole interval, red "
      "worse.</p>";
  for (const Reference& reference : kShown) {
    Cells cells = {{"forecaster", "matches"}};
    for (const FigureColumn& column : kColumns) cells[0].emplace_back(column.title);
    std::vector<std::string> classes;
    for (const MetricReport& report : judgement.figures) {
      const auto found = report.against.find(reference.column);
      if (found == report.against.end()) continue;
      std::vector<std::string> row = {Escaped(report.forecaster), Thousands(found->second.matches)};
      for (const FigureColumn& column : kColumns) {
        const Interval& gap = In(found->second.metrics, column.figure);
        const bool better = column.better < 0 ? gap.upper < 0.0 : gap.lower > 0.0;
        const bool worse = column.better < 0 ? gap.lower > 0.0 : gap.upper < 0.0;
        const std::string_view style = column.better == 0 ? ""
                                       : better           ? "good|"
                                       : worse            ? "bad|"
                                                          : "";
        row.push_back(std::string(style) + Signed(gap, column.unit, column.decimals));
      }
      cells.push_back(std::move(row));
      classes.push_back(RowClass(judgement, report.forecaster));
    }
    if (cells.size() > 1) {
      html += fmt::format("<h3>… {}</h3>", reference.title) + Table(cells, classes);
    }
  }
  return html;
}

std::string ReliabilitySection(const Judgement& judgement) {
  std::string html =
      "<p>Every outcome of every match counts once, in 20 bins of forecast probability. On the "
      "diagonal, what was said is what happened. Bars are 95 % Wilson intervals.</p><div "
      "class=row>";
  std::vector<std::string> names = ShownInCharts(judgement);
  names.emplace_back(evaluation::kMarketColumn);
  std::string counts;
  for (const std::string& name : names) {
    const ScoreboardEntry* const entry = EntryOf(judgement.groups.front(), name);
    if (entry == nullptr) continue;
    html += Picture(name, ReliabilityChart(entry->scores.reliability, ColourOf(judgement, name)));
    Cells cells = {{"bin", "forecasts", "mean forecast", "happened", "difference"}};
    for (std::size_t b = 0; b < entry->scores.reliability.size(); ++b) {
      const evaluation::ReliabilityBin& bin = entry->scores.reliability[b];
      if (bin.count == 0) continue;
      cells.push_back({fmt::format("{:.2f} to {:.2f}", 0.05 * static_cast<double>(b),
                                   0.05 * static_cast<double>(b + 1)),
                       Thousands(bin.count), fmt::format("{:.4f}", bin.mean_forecast),
                       fmt::format("{:.4f}", bin.frequency),
                       fmt::format("{:+.4f}", bin.frequency - bin.mean_forecast)});
    }
    counts += fmt::format("<div><h3>{}</h3>{}</div>", Escaped(name), Table(cells));
  }
  return html + "</div>" + Folded("The bins in numbers", "<div class=row>" + counts + "</div>");
}

std::string CallsSection(const Judgement& judgement) {
  std::string html =
      "<p>What happens when the likeliest outcome is called. Rows are what happened, columns what "
      "was called.</p><div class=row>";
  std::vector<std::string> names = ShownInCharts(judgement);
  names.emplace_back(evaluation::kMarketColumn);
  for (const std::string& name : names) {
    const ScoreboardEntry* const entry = EntryOf(judgement.groups.front(), name);
    if (entry == nullptr) continue;
    const evaluation::Evaluation& scores = entry->scores;
    Cells cells = {{"happened / called"}};
    for (const std::string& outcome : judgement.outcomes) cells[0].push_back(outcome);
    for (const std::string_view title : {"precision", "recall", "F1"}) {
      cells[0].emplace_back(title);
    }
    for (std::size_t k = 0; k < scores.confusion.size(); ++k) {
      std::vector<std::string> row = {judgement.outcomes[k]};
      for (const std::int64_t count : scores.confusion[k]) row.push_back(Thousands(count));
      for (const double value :
           {scores.classes[k].precision, scores.classes[k].recall, scores.classes[k].f1}) {
        row.push_back(fmt::format("{:.3f}", value));
      }
      cells.push_back(std::move(row));
    }
    html += fmt::format("<div><h3>{}</h3>{}</div>", Escaped(name), Table(cells));
  }
  return html + "</div>";
}

std::string SlicesSection(const Judgement& judgement, const std::vector<Slice>& slices,
                          std::string_view axis) {
  std::vector<std::string> labels;
  for (const Slice& slice : slices) labels.push_back(slice.label);
  std::vector<std::string> names = ShownInCharts(judgement);
  names.emplace_back(evaluation::kClosingColumn);
  std::vector<Series> series;
  for (const std::string& name : names) {
    Series each{.name = name, .colour = ColourOf(judgement, name), .points = {}};
    for (const Slice& slice : slices) {
      each.points.push_back(GapIn(slice, name, evaluation::kMarketColumn));
    }
    series.push_back(std::move(each));
  }
  Cells cells = {{std::string(axis), "matches", "market's log loss"}};
  for (const std::string& name : names) cells[0].push_back(Escaped(name) + " less market, e-4");
  for (const std::string& name : names) cells[0].push_back(Escaped(name) + " RPS");
  for (const Slice& slice : slices) {
    const ScoreboardEntry* const market = EntryOf(slice, evaluation::kMarketColumn);
    std::vector<std::string> row = {
        Escaped(slice.label), Thousands(slice.matches),
        market == nullptr ? "" : fmt::format("{:.5f}", market->scores.log_loss)};
    for (const std::string& name : names) {
      const ScoreboardEntry* const entry = EntryOf(slice, name);
      row.push_back(entry == nullptr ? "" : GapCell(*entry, evaluation::kMarketColumn));
    }
    for (const std::string& name : names) {
      const ScoreboardEntry* const entry = EntryOf(slice, name);
      row.push_back(entry == nullptr ? "" : fmt::format("{:.5f}", entry->scores.rps));
    }
    cells.push_back(std::move(row));
  }
  return Picture("Gap of log loss to the average line before the match, e-4; below 0 is better",
                 SeriesChart(labels, series, kLogLossUnit, axis, false)) +
         Folded("In numbers", Table(cells));
}

std::string PoolsSection(const Judgement& judgement) {
  std::set<std::string> pools;
  for (const PoolWeights& each : judgement.pool_weights) pools.insert(each.pool);
  if (pools.empty()) return "<p>None of the judged models is a pool.</p>";
  std::string html =
      "<p>The exponents of a logarithmic pool: how strongly each member speaks, fitted before each "
      "season on what the members had forecast until then.</p>";
  for (const std::string& pool : pools) {
    std::vector<std::string> labels;
    std::vector<Series> series;
    for (const PoolWeights& each : judgement.pool_weights) {
      if (each.pool != pool) continue;
      labels.push_back(SeasonLabel(each.season));
      for (const auto& [member, weight] : each.weights) {
        auto found = std::find_if(series.begin(), series.end(),
                                  [&, name = member](const Series& s) { return s.name == name; });
        if (found == series.end()) {
          series.push_back({member, static_cast<int>(series.size()), {}});
          found = series.end() - 1;
        }
        found->points.resize(labels.size() - 1);
        found->points.emplace_back(Interval{weight, weight, weight});
      }
    }
    html += Picture(pool, SeriesChart(labels, series, 1.0, "season", true));
  }
  return html;
}

}  // namespace fairline::evaluate
