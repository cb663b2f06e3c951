#include "libs/backtest/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace fairline::backtest {
namespace {

struct Week {
  Day day;                     // any of it
  std::vector<double> growth;  // log growth of each variant, 0 without bets
};

std::map<std::int64_t, Week> WeeklyGrowth(const std::vector<Summary>& reports) {
  std::map<std::int64_t, Week> weeks;
  for (std::size_t v = 0; v < reports.size(); ++v) {
    double before = static_cast<double>(reports[v].start.minor_units);
    for (const DayOfBets& day : reports[v].equity) {
      const double after = std::max(0.5, static_cast<double>(day.bankroll.minor_units));
      Week& week = weeks
                       .try_emplace(statistics::WeekOf(day.date),
                                    Week{day.date, std::vector<double>(reports.size(), 0.0)})
                       .first->second;
      week.growth[v] += std::log(after / before);
      before = after;
    }
  }
  return weeks;
}

absl::StatusOr<double> RealityCheck(const std::vector<Summary>& reports, std::uint64_t seed) {
  const auto weeks = WeeklyGrowth(reports);
  if (weeks.empty()) return 1.0;
  const std::size_t variants = reports.size();
  std::vector<double> sums;
  std::vector<double> totals(variants, 0.0);
  std::vector<Day> dates;
  for (const auto& [number, week] : weeks) {
    sums.insert(sums.end(), week.growth.begin(), week.growth.end());
    dates.push_back(week.day);
    for (std::size_t v = 0; v < variants; ++v) totals[v] += week.growth[v];
  }
  ASSIGN_OR_RETURN(const statistics::BlockBootstrap bootstrap,
                   statistics::BlockBootstrap::Make(dates, seed));
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

// The variants, each on one thread. The first error stops all of them.
class Variants {
 public:
  Variants(std::span<const PastMatch> matches, std::span<const Settings> settings,
           const SimulationProgress& progress)
      : matches_(matches), settings_(settings), progress_(progress), summaries_(settings.size()) {}

  absl::StatusOr<std::vector<Summary>> Run(int threads) {
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t) others.emplace_back([this] { Work(); });
    Work();
    for (std::thread& thread : others) thread.join();
    RETURN_IF_ERROR(status_);
    return std::move(summaries_);
  }

 private:
  void Work() {
    while (!stop_) {
      const std::size_t v = next_++;
      if (v >= settings_.size()) return;
      auto summary = SummaryOf(settings_[v]);
      if (summary.ok()) {
        summaries_[v] = *std::move(summary);
        continue;
      }
      const std::lock_guard lock(mutex_);
      status_.Update(summary.status());
      stop_ = true;
    }
  }

  absl::StatusOr<Summary> SummaryOf(const Settings& settings) {
    const auto count_days = [&](std::int64_t, std::int64_t total) {
      const std::int64_t done = ++days_;
      return !stop_ &&
             (!progress_ || progress_(done, total * static_cast<std::int64_t>(settings_.size())));
    };
    ASSIGN_OR_RETURN(const Simulation simulation, Simulate(matches_, settings, 1, count_days));
    return Summarise(matches_, settings, simulation);
  }

  std::span<const PastMatch> matches_;
  std::span<const Settings> settings_;
  const SimulationProgress& progress_;
  std::vector<Summary> summaries_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::int64_t> days_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  absl::Status status_;
};

std::string Warning(std::size_t variants, double by_luck) {
  return fmt::format(
      "The best of {} variants was picked after the fact, and its figures flatter. Among so many "
      "without any edge the luckiest would grow as fast with a chance of {:.1f} % (White's reality "
      "check){}",
      variants, 100.0 * by_luck,
      by_luck < 0.05 ? ": luck in choosing does not explain it." : ": do not expect it to repeat.");
}

}  // namespace

absl::StatusOr<Sweep> RunSweep(std::span<const PastMatch> matches,
                               std::span<const Settings> variants, int threads,
                               const SimulationProgress& progress, const Provenance& provenance) {
  if (variants.empty() || variants.size() > kMaxVariants) {
    return InvalidField("variants", fmt::format("from 1 to {}", kMaxVariants));
  }
  Sweep sweep;
  if (variants.size() == 1) {
    ASSIGN_OR_RETURN(sweep.simulation, Simulate(matches, variants.front(), threads, progress));
    ASSIGN_OR_RETURN(Summary summary, Summarise(matches, variants.front(), sweep.simulation));
    sweep.variants.push_back(std::move(summary));
  } else {
    ASSIGN_OR_RETURN(sweep.variants, Variants(matches, variants, progress).Run(threads));
    const auto slower = [](const Summary& a, const Summary& b) {
      return a.log_growth.value < b.log_growth.value;
    };
    sweep.best = static_cast<std::size_t>(
        std::max_element(sweep.variants.begin(), sweep.variants.end(), slower) -
        sweep.variants.begin());
    ASSIGN_OR_RETURN(sweep.simulation, Simulate(matches, variants[sweep.best], threads));
  }
  ASSIGN_OR_RETURN(sweep.by_luck, RealityCheck(sweep.variants, variants.front().seed));
  if (variants.size() > 1) sweep.warning = Warning(variants.size(), sweep.by_luck);
  Provenance of_best = provenance;
  of_best.variants = variants.size();
  of_best.by_luck = sweep.by_luck;
  ASSIGN_OR_RETURN(sweep.report,
                   MakeReport(matches, variants[sweep.best], sweep.simulation, of_best));
  return sweep;
}

}  // namespace fairline::backtest
