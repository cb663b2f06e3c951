#include "tools/evaluate/report_text.hpp"

#include <array>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

using evaluation::Comparison;
using evaluation::PairedDifference;
using evaluation::ScoreboardEntry;

struct Difference {
  std::string_view title;
  std::string_view reference;
  PairedDifference Comparison::*score;
  double unit;
};

constexpr std::array kDifferences = {
    Difference{"LL-market e-4", evaluation::kMarketColumn, &Comparison::log_loss, 1e-4},
    Difference{"RPS-market e-5", evaluation::kMarketColumn, &Comparison::rps, 1e-5},
    Difference{"LL-pinnacle e-4", evaluation::kPinnacleColumn, &Comparison::log_loss, 1e-4},
    Difference{"LL-closing e-4", evaluation::kClosingColumn, &Comparison::log_loss, 1e-4},
    Difference{"LL-base e-4", evaluation::kBaseRateColumn, &Comparison::log_loss, 1e-4}};

std::string Interval(const ScoreboardEntry& entry, const Difference& column) {
  const auto found = entry.against.find(column.reference);
  if (found == entry.against.end()) return "";
  const PairedDifference& difference = found->second.*column.score;
  return fmt::format("{:+.1f} [{:+.1f},{:+.1f}]", difference.mean / column.unit,
                     difference.lower / column.unit, difference.upper / column.unit);
}

void AppendSlice(const Slice& slice, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}, {} matches\n{:<20} {:>6} {:>8} {:>7} {:>6} {:>5} {:>6} {:>6} ",
                 slice.label, slice.matches, "forecaster", "n", "log loss", "RPS", "Brier", "acc",
                 "ECE", "slope");
  for (const Difference& column : kDifferences) fmt::format_to(out, " {:>24}", column.title);
  text += '\n';
  for (const ScoreboardEntry& entry : slice.entries) {
    const evaluation::Evaluation& scores = entry.scores;
    fmt::format_to(out, "{:<20} {:>6} {:>8.5f} {:>7.5f} {:>6.4f} {:>5.3f} {:>6.4f} {:>6.3f} ",
                   entry.forecaster, scores.matches, scores.log_loss, scores.rps, scores.brier,
                   scores.accuracy, scores.ece, scores.calibration_slope);
    for (const Difference& column : kDifferences) {
      fmt::format_to(out, " {:>24}", Interval(entry, column));
    }
    text += '\n';
  }
  text += '\n';
}

void AppendLines(const LineBoard& board, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}, {}\n{:<20} {:>6} {:>8}  log loss less that of\n", board.market,
                 board.line, "forecaster", "n", "log loss");
  for (const LineEntry& entry : board.entries) {
    fmt::format_to(out, "{:<20} {:>6} {:>8.5f} ", entry.forecaster, entry.matches,
                   entry.log_loss.value);
    for (const auto& [reference, gap] : entry.against) {
      fmt::format_to(out, " {} {:+.1f} [{:+.1f},{:+.1f}]e-4", reference, 1e4 * gap.value,
                     1e4 * gap.lower, 1e4 * gap.upper);
    }
    text += '\n';
  }
  text += '\n';
}

void AppendEdges(const Judgement& judgement, std::string& text) {
  auto out = std::back_inserter(text);
  for (const EdgeBoard& board : judgement.edges) {
    fmt::format_to(out, "Edges claimed by {} at the {}\n", board.forecaster,
                   PriceName(board.price));
    for (const EdgeBucket& bucket : board.buckets) {
      fmt::format_to(out, "  {:>9}: {}\n", BucketName(bucket), SentenceOn(bucket.record));
    }
  }
  for (const BlindBets& blind : judgement.blind) fmt::format_to(out, "{}\n", SentenceOn(blind));
  text += '\n';
}

}  // namespace

std::string ToText(const Judgement& judgement) {
  std::string text;
  for (const auto* slices : {&judgement.groups, &judgement.seasons, &judgement.months}) {
    for (const Slice& slice : *slices) AppendSlice(slice, text);
  }
  for (const LineBoard& board : judgement.goal_markets) AppendLines(board, text);
  AppendEdges(judgement, text);
  for (const Finding& finding : Findings(judgement)) {
    fmt::format_to(std::back_inserter(text), "{}. {}\n", finding.headline, finding.detail);
  }
  for (const evaluation::LeakSuspicion& suspicion : judgement.suspicions) {
    text += fmt::format("LEAK ALARM: {}: {}\n", suspicion.forecaster, suspicion.reason);
  }
  return text;
}

}  // namespace fairline::evaluate
