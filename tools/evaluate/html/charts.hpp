#pragma once
// Pictures of intervals as inline SVG. Colours are the page's CSS variables --series-0 and on, so
// that the pictures follow its light and dark looks.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/evaluation/evaluation.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluate {

inline constexpr int kSeriesColours = 6;

// `text` with the characters that mean something in HTML replaced.
[[nodiscard]] std::string Escaped(std::string_view text);

struct ForestRow {
  std::string label;
  statistics::Interval interval;
  int colour = 0;
};
// One interval a line around a common zero. Values are shown divided by `unit`.
[[nodiscard]] std::string ForestChart(const std::vector<ForestRow>& rows, double unit,
                                      std::string_view axis);

struct Series {
  std::string name;
  int colour = 0;
  // One a label; nothing where the series has no value. An interval without width has no bar.
  std::vector<std::optional<statistics::Interval>> points;
};
// Points with their intervals over labels, side by side; `joined` draws lines between them.
[[nodiscard]] std::string SeriesChart(const std::vector<std::string>& labels,
                                      const std::vector<Series>& series, double unit,
                                      std::string_view axis, bool joined);

// Observed frequency over forecast probability with 95 % Wilson intervals (Wilson 1927), and how
// many forecasts each bin holds.
[[nodiscard]] std::string ReliabilityChart(
    const std::array<evaluation::ReliabilityBin, evaluation::kReliabilityBins>& bins, int colour);

}  // namespace fairline::evaluate
