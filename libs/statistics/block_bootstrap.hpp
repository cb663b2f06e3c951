#pragma once
// How uncertain a figure over many matches is: matches are resampled by 7-day blocks, since those
// of one round share what was not foreseen (Hall, Horowitz, Jing 1995 on blocks; percentile
// intervals as in Efron and Tibshirani 1993, ch. 13).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::statistics {

// Fewer weeks than these make no interval: the bootstrap of so few is narrower than the truth.
inline constexpr int kMinWeeks = 8;

// The week of a day, counted from a fixed Monday.
[[nodiscard]] std::int64_t WeekOf(Day day);

// A figure with its 95 % interval.
struct Interval {
  double value = 0.0;
  double lower = 0.0;
  double upper = 0.0;

  [[nodiscard]] bool contains(double other) const { return lower <= other && other <= upper; }
};

// The resamples of one list of matches. Whatever is computed on the same resamples is paired.
// Blocks are weeks (WeekOf), so that the same match falls into the same block in every
// comparison; the same days and seed give the same resamples on every machine.
class BlockBootstrap {
 public:
  // InvalidArgument when there are no matches, or fewer than 40 resamples.
  [[nodiscard]] static absl::StatusOr<BlockBootstrap> Make(std::span<const Day> match_dates,
                                                           std::uint64_t seed,
                                                           int resamples = 2000);

  [[nodiscard]] std::size_t matches() const { return block_of_.size(); }
  [[nodiscard]] std::size_t blocks() const { return blocks_; }
  [[nodiscard]] std::size_t resamples() const { return draws_.size() / blocks_; }

  // The mean of one value per match, weighted where weights are given. The weights must not all be
  // 0; a resample in which they are is left out.
  [[nodiscard]] Interval Mean(std::span<const double> values,
                              std::span<const double> weights = {}) const;

  // A figure made from sums over matches, on every resample: `sums` holds `width` numbers for each
  // block, and `figure` gets their totals.
  [[nodiscard]] std::vector<double> Resample(
      std::span<const double> sums, std::size_t width,
      const std::function<double(std::span<const double>)>& figure) const;

  [[nodiscard]] std::size_t block_of(std::size_t match) const { return block_of_[match]; }
  // How often a match is drawn in a resample.
  [[nodiscard]] int TimesDrawn(std::size_t resample, std::size_t match) const {
    return draws_[resample * blocks_ + block_of_[match]];
  }

 private:
  BlockBootstrap() = default;

  std::size_t blocks_ = 0;
  std::vector<std::uint32_t> block_of_;  // by match
  std::vector<std::uint16_t> draws_;     // resamples x blocks: how often it was drawn
};

// `value` with the 2.5 % and 97.5 % quantiles of its `resampled` values; those that are NaN are
// left out. The order of `resampled` does not matter.
[[nodiscard]] Interval PercentileInterval(double value, std::vector<double> resampled);

}  // namespace fairline::statistics
