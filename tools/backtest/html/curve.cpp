#include "tools/backtest/html/curve.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "libs/backtest/sentences.hpp"
#include "libs/core/money.hpp"
#include "tools/evaluate/html/svg.hpp"

namespace fairline::backtest_files {
namespace {

using backtest::DayOfBets;

constexpr double kWidth = 1000.0;
constexpr double kHeight = 380.0;
constexpr double kLeft = 84.0;
constexpr double kRight = kWidth - 16.0;
constexpr double kTop = 12.0;
constexpr double kBottom = kHeight - 44.0;
constexpr std::size_t kMaxPoints = 900;

struct Point {
  Day day;
  double bankroll = 0.0;  // major units
  double height = 0.0;    // the most until then
};

// Evenly spread days, those of the deepest falls between them included.
std::vector<Point> PointsOf(Money start, std::span<const DayOfBets> days) {
  std::vector<Point> all = {{days.front().date - std::chrono::days(1),
                             start.MajorUnits(kFileCurrency), start.MajorUnits(kFileCurrency)}};
  for (const DayOfBets& day : days) {
    // A ruined bankroll has no logarithm.
    const double bankroll = std::max(0.005, day.bankroll.MajorUnits(kFileCurrency));
    all.push_back({day.date, bankroll, std::max(all.back().height, bankroll)});
  }
  const std::size_t stride = (all.size() + kMaxPoints - 1) / kMaxPoints;
  std::vector<Point> points;
  for (std::size_t first = 0; first < all.size(); first += stride) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end =
        all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), first + stride));
    points.push_back(*std::max_element(begin, end, [](const Point& a, const Point& b) {
      return a.height / a.bankroll < b.height / b.bankroll;
    }));
  }
  if (points.back().day != all.back().day) points.push_back(all.back());
  return points;
}

// Round amounts between two: 1, 2 and 5 times powers of ten, finer where these are too few.
std::vector<double> RoundAmounts(double low, double high) {
  for (const std::vector<double>& steps :
       {std::vector{1.0},
        {1.0, 2.0, 5.0},
        {1.0, 1.5, 2.0, 3.0, 5.0, 7.0},
        {1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0}}) {
    std::vector<double> amounts;
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10.0) {
      for (const double step : steps) {
        if (power * step >= low && power * step <= high) amounts.push_back(power * step);
      }
    }
    if (amounts.size() >= 4) return amounts;
  }
  return {low, high};
}

}  // namespace

std::string EquityCurve(Money start, std::span<const DayOfBets> days) {
  const std::vector<Point> points = PointsOf(start, days);
  double low = points.front().bankroll;
  double high = low;
  for (const Point& point : points) {
    low = std::min(low, point.bankroll);
    high = std::max(high, point.height);
  }
  low /= 1.05;
  high *= 1.05;
  const auto span = static_cast<double>((points.back().day - points.front().day).count());
  const auto x = [&](Day day) {
    return kLeft + (kRight - kLeft) * static_cast<double>((day - points.front().day).count()) /
                       std::max(1.0, span);
  };
  const auto y = [&](double amount) {
    return kBottom - (kBottom - kTop) * std::log(amount / low) / std::log(high / low);
  };

  evaluate::Svg svg(kWidth, kHeight, "Bankroll by day, on a logarithmic scale");
  for (const double amount : RoundAmounts(low, high)) {
    svg.Line("grid", kLeft, y(amount), kRight, y(amount));
    svg.Text("end", kLeft - 6.0, y(amount) + 4.0,
             GroupedMoney({std::llround(100.0 * amount)}, kFileCurrency));
  }
  svg.Line("zero", kLeft, y(start.MajorUnits(kFileCurrency)), kRight,
           y(start.MajorUnits(kFileCurrency)));
  const std::chrono::year_month_day last(points.back().day);
  for (std::chrono::year year = std::chrono::year_month_day(points.front().day).year();
       year <= last.year(); ++year) {
    const Day day = std::chrono::sys_days(year / 7 / 1);
    if (day < points.front().day || day > points.back().day) continue;
    svg.Line("grid", x(day), kTop, x(day), kBottom);
    svg.Text("mid", x(day), kBottom + 16.0, FormatDay(day).substr(0, 7));
  }
  svg.Text("mid", (kLeft + kRight) / 2.0, kBottom + 38.0,
           "bankroll at the end of each day with bets, logarithmic; shaded: below its height");

  std::string curve;
  std::string shade;
  for (const Point& point : points) {
    curve +=
        fmt::format("{}{:.1f} {:.1f}", curve.empty() ? "M" : "L", x(point.day), y(point.bankroll));
    shade +=
        fmt::format("{}{:.1f} {:.1f}", shade.empty() ? "M" : "L", x(point.day), y(point.height));
  }
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    shade += fmt::format("L{:.1f} {:.1f}", x(point->day), y(point->bankroll));
  }
  svg.Add(R"(<g class="s1"><path fill="currentColor" opacity=".28" d="{}Z"/></g>)", shade);
  svg.Add(R"(<g class="s0"><path class="line" d="{}"/></g>)", curve);
  return svg.Take();
}

}  // namespace fairline::backtest_files
