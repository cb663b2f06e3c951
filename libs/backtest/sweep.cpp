#include "libs/backtest/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace fairline::backtest {
namespace {

// Log growth by week of each variant, 0 in weeks without bets.
std::map<std::int64_t, std::vector<double>> WeeklyGrowth(const std::vector<Report>& reports) {
  std::map<std::int64_t, std::vector<double>> weeks;
  for (std::size_t v = 0; v < reports.size(); ++v) {
    double before = static_cast<double>(reports[v].start.minor_units);
    for (const DayOfBets& day : reports[v].equity) {
      const auto week = std::chrono::floor<std::chrono::weeks>(day.date.time_since_epoch()).count();
      const double after = std::max(0.5, static_cast<double>(day.bankroll.minor_units));
      auto& growth =
          weeks.try_emplace(week, std::vector<double>(reports.size(), 0.0)).first->second;
      growth[v] += std::log(after / before);
      before = after;
    }
  }
  return weeks;
}

absl::StatusOr<double> RealityCheck(const std::vector<Report>& reports, std::uint64_t seed) {
  const auto weeks = WeeklyGrowth(reports);
  if (weeks.empty()) return 1.0;
  const std::size_t variants = reports.size();
  std::vector<double> sums;
  std::vector<double> totals(variants, 0.0);
  std::vector<Day> dates;
  for (const auto& [week, growth] : weeks) {
    sums.insert(sums.end(), growth.begin(), growth.end());
    dates.push_back(Day(std::chrono::days(7 * week + 4)));
    for (std::size_t v = 0; v < variants; ++v) totals[v] += growth[v];
  }
  ASSIGN_OR_RETURN(const models::BlockBootstrap bootstrap,
                   models::BlockBootstrap::Make(dates, seed));
  const double best = *std::max_element(totals.begin(), totals.end());
  const std::vector<double> by_luck =
      bootstrap.Resample(sums, variants, [&](std::span<const double> resampled) {
        double most = 0.0;
        for (std::size_t v = 0; v < variants; ++v) {
          const double centred = resampled[v] - totals[v];
          most = v == 0 ? centred : std::max(most, centred);
        }
        return most;
      });
  const auto as_good =
      std::count_if(by_luck.begin(), by_luck.end(), [&](double growth) { return growth >= best; });
  return (1.0 + static_cast<double>(as_good)) / (1.0 + static_cast<double>(by_luck.size()));
}

}  // namespace

absl::StatusOr<Sweep> RunSweep(std::span<const PastMatch> matches,
                               std::span<const Settings> variants, int threads,
                               const ReplayProgress& progress) {
  if (variants.empty() || variants.size() > kMostVariants) {
    return InvalidField("variants", fmt::format("from 1 to {}", kMostVariants));
  }
  Sweep sweep;
  for (std::size_t v = 0; v < variants.size(); ++v) {
    ReplayProgress of_variant;
    if (progress) {
      of_variant = [&, v](std::int64_t done, std::int64_t total) {
        return progress(static_cast<std::int64_t>(v) * total + done,
                        static_cast<std::int64_t>(variants.size()) * total);
      };
    }
    ASSIGN_OR_RETURN(const Replay replay, RunReplay(matches, variants[v], threads, of_variant));
    ASSIGN_OR_RETURN(Report report, MakeReport(matches, variants[v], replay));
    sweep.reports.push_back(std::move(report));
    if (sweep.reports[v].log_growth.value > sweep.reports[sweep.best].log_growth.value) {
      sweep.best = v;
    }
  }
  ASSIGN_OR_RETURN(sweep.by_luck, RealityCheck(sweep.reports, variants.front().seed));
  if (variants.size() > 1) {
    sweep.warning = fmt::format(
        "The best of {} variants was picked after the fact. Among so many without any edge the "
        "luckiest would grow as fast with a chance of {:.0f} % (White's reality check){}",
        variants.size(), 100.0 * sweep.by_luck,
        sweep.by_luck < 0.05 ? "." : ": do not expect it to repeat.");
  }
  return sweep;
}

}  // namespace fairline::backtest
