#pragma once
// Every figure of a scoreboard with its interval, and its paired difference to the references:
// also those that are no mean over matches (F1, calibration error), by recomputing them on the same
// resamples for both sides.

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/models/match_table.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluation {

enum class Metric : std::uint8_t {
  kLogLoss,
  kRps,
  kBrier,
  kAccuracy,
  kMacroPrecision,
  kMacroRecall,
  kMacroF1,
  kEce,
  kSlope,  // resampled by one Newton step from its fit
};
inline constexpr std::size_t kMetrics = 9;

[[nodiscard]] std::string_view NameOf(Metric metric);  // "log_loss", "macro_f1", ...

using MetricIntervals = std::array<statistics::Interval, kMetrics>;
// A difference (forecaster - reference) on the matches that both have forecast.
struct MetricDifferences {
  MetricIntervals metrics;
  std::int64_t matches = 0;
};

struct MetricReport {
  std::string forecaster;
  MetricIntervals own;  // on the matches it has forecast
  std::map<std::string, MetricDifferences, std::less<>> against;
};

// One report for each column that forecast any of `rows`, against those of `references` that exist.
// The same seed gives the same intervals. InvalidArgument when `rows` is empty.
[[nodiscard]] absl::StatusOr<std::vector<MetricReport>> CompareMetrics(
    const models::MatchTable& matches, const models::ForecastColumns& columns,
    const models::Rows& rows, std::span<const std::string_view> references, std::uint64_t seed);

}  // namespace fairline::evaluation
