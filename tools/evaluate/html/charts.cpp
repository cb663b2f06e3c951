#include "tools/evaluate/html/charts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "tools/evaluate/html/svg.hpp"
#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

using statistics::Interval;

// A linear axis with round ticks from data to pixels.
class Axis {
 public:
  Axis(double low, double high, double from, double to) : from_(from), to_(to) {
    if (!(high > low)) high = low + 1.0;
    const double raw = (high - low) / 5.0;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double part = raw / power;
    step_ = power * (part < 1.5 ? 1.0 : part < 3.0 ? 2.0 : part < 7.0 ? 5.0 : 10.0);
    low_ = std::floor(low / step_) * step_;
    high_ = std::ceil(high / step_) * step_;
  }

  [[nodiscard]] double At(double value) const {
    return from_ + (value - low_) / (high_ - low_) * (to_ - from_);
  }
  [[nodiscard]] std::vector<double> Ticks() const {
    std::vector<double> ticks;
    const auto count = static_cast<int>(std::lround((high_ - low_) / step_));
    for (int i = 0; i <= count; ++i) ticks.push_back(low_ + i * step_);
    return ticks;
  }
  [[nodiscard]] std::string Label(double tick) const {
    if (std::abs(tick) < step_ / 1000.0) return "0";
    const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step_) + 1e-9)));
    return fmt::format("{:.{}f}", tick, decimals);
  }

 private:
  double low_ = 0.0;
  double high_ = 1.0;
  double step_ = 1.0;
  double from_;
  double to_;
};

void Stretch(const Interval& interval, double unit, double& low, double& high) {
  for (const double value : {interval.value, interval.lower, interval.upper}) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value / unit);
    high = std::max(high, value / unit);
  }
}

bool HasWidth(const Interval& interval) { return interval.upper > interval.lower; }

std::string Tip(std::string_view label, const Interval& interval, double unit) {
  const std::string value = fmt::format("{}: {:.3g}", label, interval.value / unit);
  if (!HasWidth(interval)) return Escaped(value);
  return Escaped(
      fmt::format("{} [{:.3g}, {:.3g}]", value, interval.lower / unit, interval.upper / unit));
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string ForestChart(const std::vector<ForestRow>& rows, double unit, std::string_view axis) {
  constexpr double kWidth = 860.0;
  constexpr double kRow = 22.0;
  constexpr double kTop = 8.0;
  std::size_t longest = 0;
  double low = 0.0;
  double high = 0.0;
  for (const ForestRow& row : rows) {
    longest = std::max(longest, row.label.size());
    Stretch(row.interval, unit, low, high);
  }
  const double left = 16.0 + 6.6 * static_cast<double>(longest);
  const double right = kWidth - 170.0;
  const double bottom = kTop + kRow * static_cast<double>(rows.size());
  const Axis x(low, high, left, right);
  Svg svg(kWidth, bottom + 40.0, axis);
  for (const double tick : x.Ticks()) {
    svg.Line(x.Label(tick) == "0" ? "zero" : "grid", x.At(tick), kTop, x.At(tick), bottom);
    svg.Text("mid", x.At(tick), bottom + 15.0, x.Label(tick));
  }
  svg.Text("mid", (left + right) / 2.0, bottom + 33.0, axis);
  double y = kTop + kRow / 2.0;
  for (const ForestRow& row : rows) {
    svg.Text("end", left - 8.0, y + 4.0, row.label);
    svg.Add(R"(<g class="s{}"><title>{}</title>)", row.colour % kSeriesColours,
            Tip(row.label, row.interval, unit));
    if (HasWidth(row.interval)) {
      svg.Line("bar", x.At(row.interval.lower / unit), y, x.At(row.interval.upper / unit), y);
    }
    svg.Add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4"/></g>)", x.At(row.interval.value / unit), y);
    svg.Text("start", right + 12.0, y + 4.0,
             HasWidth(row.interval)
                 ? fmt::format("{:+.1f} [{:+.1f}, {:+.1f}]", row.interval.value / unit,
                               row.interval.lower / unit, row.interval.upper / unit)
                 : fmt::format("{:+.1f}", row.interval.value / unit));
    y += kRow;
  }
  return svg.Take();
}

std::string SeriesChart(const std::vector<std::string>& labels, const std::vector<Series>& series,
                        double unit, std::string_view axis, bool joined) {
  constexpr double kHeight = 280.0;
  constexpr double kTop = 30.0;
  constexpr double kLeft = 62.0;
  constexpr double kBottom = kHeight - 44.0;
  const double slot =
      std::clamp(900.0 / static_cast<double>(std::max<std::size_t>(labels.size(), 1)), 14.0, 130.0);
  const double right = kLeft + slot * static_cast<double>(labels.size());
  const double width = std::max(right + 12.0, 560.0);
  double low = 0.0;
  double high = 0.0;
  for (const Series& each : series) {
    for (const auto& point : each.points) {
      if (point) Stretch(*point, unit, low, high);
    }
  }
  const Axis y(low, high, kBottom, kTop);
  Svg svg(width, kHeight, axis);
  for (const double tick : y.Ticks()) {
    svg.Line(y.Label(tick) == "0" ? "zero" : "grid", kLeft, y.At(tick), right, y.At(tick));
    svg.Text("end", kLeft - 6.0, y.At(tick) + 4.0, y.Label(tick));
  }
  std::size_t longest = 1;
  for (const std::string& label : labels) longest = std::max(longest, label.size());
  const auto every =
      static_cast<std::size_t>(std::ceil((6.6 * static_cast<double>(longest) + 4.0) / slot));
  for (std::size_t i = 0; i < labels.size(); i += every) {
    svg.Text("mid", kLeft + slot * (static_cast<double>(i) + 0.5), kBottom + 18.0, labels[i]);
  }
  svg.Text("mid", (kLeft + right) / 2.0, kBottom + 38.0, axis);
  double legend = kLeft;
  for (std::size_t s = 0; s < series.size(); ++s) {
    const Series& each = series[s];
    svg.Add(R"(<g class="s{}"><circle cx="{:.1f}" cy="12" r="4"/></g>)",
            each.colour % kSeriesColours, legend + 4.0);
    svg.Text("start", legend + 13.0, 16.0, each.name);
    legend += 32.0 + 6.6 * static_cast<double>(each.name.size());
    const double dodge =
        joined ? 0.0
               : slot * 0.6 *
                     ((static_cast<double>(s) + 0.5) / static_cast<double>(series.size()) - 0.5);
    const auto x = [&](std::size_t i) {
      return kLeft + slot * (static_cast<double>(i) + 0.5) + dodge;
    };
    svg.Add(R"(<g class="s{}">)", each.colour % kSeriesColours);
    std::string path;
    for (std::size_t i = 0; i < each.points.size(); ++i) {
      if (!each.points[i] || !std::isfinite(each.points[i]->value)) continue;
      fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x(i),
                     y.At(each.points[i]->value / unit));
    }
    if (joined) svg.Add(R"(<path class="line" d="{}"/>)", path);
    for (std::size_t i = 0; i < each.points.size(); ++i) {
      if (!each.points[i] || !std::isfinite(each.points[i]->value)) continue;
      const Interval& point = *each.points[i];
      svg.Add("<g><title>{}</title>", Tip(labels[i] + ", " + each.name, point, unit));
      if (HasWidth(point)) {
        svg.Line("bar", x(i), y.At(point.lower / unit), x(i), y.At(point.upper / unit));
      }
      svg.Add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3.5"/></g>)", x(i), y.At(point.value / unit));
    }
    svg.Add("</g>");
  }
  return svg.Take();
}

std::string ReliabilityChart(
    const std::array<evaluation::ReliabilityBin, evaluation::kReliabilityBins>& bins, int colour) {
  constexpr double kWidth = 340.0;
  constexpr double kLeft = 40.0;
  constexpr double kRight = kWidth - 10.0;
  constexpr double kTop = 10.0;
  constexpr double kBottom = 300.0;
  constexpr double kCountsTop = 340.0;
  constexpr double kCountsBottom = 410.0;
  const Axis x(0.0, 1.0, kLeft, kRight);
  const Axis y(0.0, 1.0, kBottom, kTop);
  Svg svg(kWidth, 424.0, "Observed frequency over forecast probability");
  for (const double tick : x.Ticks()) {
    svg.Line("grid", x.At(tick), kTop, x.At(tick), kBottom);
    svg.Line("grid", kLeft, y.At(tick), kRight, y.At(tick));
    svg.Text("mid", x.At(tick), kBottom + 15.0, x.Label(tick));
    svg.Text("end", kLeft - 5.0, y.At(tick) + 4.0, y.Label(tick));
  }
  svg.Line("zero", x.At(0.0), y.At(0.0), x.At(1.0), y.At(1.0));
  std::int64_t most = 1;
  for (const evaluation::ReliabilityBin& bin : bins) most = std::max(most, bin.count);
  svg.Text("start", kLeft, kCountsTop - 8.0,
           fmt::format("forecasts in each bin, tallest {}", Thousands(most)));
  svg.Add(R"(<g class="s{}">)", colour % kSeriesColours);
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const evaluation::ReliabilityBin& bin = bins[b];
    if (bin.count == 0) continue;
    const auto n = static_cast<double>(bin.count);
    constexpr double kZ = 1.959964;
    const double centre = (bin.frequency + kZ * kZ / (2.0 * n)) / (1.0 + kZ * kZ / n);
    const double half =
        kZ / (1.0 + kZ * kZ / n) *
        std::sqrt(bin.frequency * (1.0 - bin.frequency) / n + kZ * kZ / (4.0 * n * n));
    svg.Add(
        "<g><title>{}</title>",
        Escaped(fmt::format("{} forecasts, mean {:.3f}, happened {:.3f} (95 %: {:.3f} to {:.3f})",
                            Thousands(bin.count), bin.mean_forecast, bin.frequency, centre - half,
                            centre + half)));
    svg.Line("bar", x.At(bin.mean_forecast), y.At(centre - half), x.At(bin.mean_forecast),
             y.At(centre + half));
    svg.Add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3.5"/>)", x.At(bin.mean_forecast),
            y.At(bin.frequency));
    const double width = (kRight - kLeft) / static_cast<double>(bins.size());
    const double height = (kCountsBottom - kCountsTop) * n / static_cast<double>(most);
    svg.Add(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/></g>)",
            kLeft + width * static_cast<double>(b) + 1.0, kCountsBottom - height, width - 2.0,
            height);
  }
  svg.Add("</g>");
  svg.Line("zero", kLeft, kCountsBottom, kRight, kCountsBottom);
  return svg.Take();
}

}  // namespace fairline::evaluate
