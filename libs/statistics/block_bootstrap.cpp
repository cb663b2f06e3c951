#include "libs/statistics/block_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

namespace fairline::statistics {

std::int64_t WeekOf(Day day) {
  constexpr Day kMonday = Day(std::chrono::days(4));  // 5 January 1970
  return std::chrono::floor<std::chrono::weeks>(day - kMonday).count();
}

absl::StatusOr<BlockBootstrap> BlockBootstrap::Make(std::span<const Day> match_dates,
                                                    std::uint64_t seed, int resamples) {
  if (match_dates.empty()) return InvalidField("match_dates", "none");
  if (resamples < 40) return InvalidField("resamples", "at least 40 make a 95 % interval");
  BlockBootstrap bootstrap;
  std::map<std::int64_t, std::uint32_t> block_of_week;
  for (const Day day : match_dates) block_of_week.emplace(WeekOf(day), 0);
  std::uint32_t next = 0;
  for (auto& [week, block] : block_of_week) block = next++;
  bootstrap.blocks_ = block_of_week.size();
  bootstrap.block_of_.reserve(match_dates.size());
  for (const Day day : match_dates) {
    bootstrap.block_of_.push_back(block_of_week.find(WeekOf(day))->second);
  }
  // mt19937_64 is the same everywhere; the standard distributions are not.
  std::mt19937_64 random(seed);
  bootstrap.draws_.assign(static_cast<std::size_t>(resamples) * bootstrap.blocks_, 0);
  for (std::size_t first = 0; first < bootstrap.draws_.size(); first += bootstrap.blocks_) {
    for (std::size_t draw = 0; draw < bootstrap.blocks_; ++draw) {
      ++bootstrap.draws_[first + random() % bootstrap.blocks_];
    }
  }
  return bootstrap;
}

std::vector<double> BlockBootstrap::Resample(
    std::span<const double> sums, std::size_t width,
    const std::function<double(std::span<const double>)>& figure) const {
  std::vector<double> figures;
  figures.reserve(resamples());
  std::vector<double> totals(width);
  for (std::size_t first = 0; first < draws_.size(); first += blocks_) {
    std::fill(totals.begin(), totals.end(), 0.0);
    for (std::size_t block = 0; block < blocks_; ++block) {
      const double times = draws_[first + block];
      for (std::size_t k = 0; k < width; ++k) totals[k] += times * sums[block * width + k];
    }
    figures.push_back(figure(totals));
  }
  return figures;
}

Interval BlockBootstrap::Mean(std::span<const double> values,
                              std::span<const double> weights) const {
  std::vector<double> sums(2 * blocks_, 0.0);
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    sums[2 * block_of_[i]] += weight * values[i];
    sums[2 * block_of_[i] + 1] += weight;
    sum += weight * values[i];
    total += weight;
  }
  return PercentileInterval(sum / total, Resample(sums, 2, [](std::span<const double> totals) {
                              return totals[0] / totals[1];
                            }));
}

Interval PercentileInterval(double value, std::vector<double> resampled) {
  std::erase_if(resampled, [](double each) { return std::isnan(each); });
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (resampled.empty()) return {value, kNan, kNan};
  std::sort(resampled.begin(), resampled.end());
  const auto quantile = [&](double q) {
    return resampled[static_cast<std::size_t>(
        std::lround(q * static_cast<double>(resampled.size() - 1)))];
  };
  return {value, quantile(0.025), quantile(0.975)};
}

}  // namespace fairline::statistics
