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

#include "libs/models/block_bootstrap.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::models {

enum class Figure : std::uint8_t {
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
inline constexpr std::size_t kFigures = 9;

[[nodiscard]] std::string_view NameOf(Figure figure);  // "log_loss", "macro_f1", ...

using FigureIntervals = std::array<Interval, kFigures>;
// A difference (forecaster - reference) on the matches that both have forecast.
struct FigureDifferences {
  FigureIntervals figures;
  std::int64_t matches = 0;
};

struct FigureReport {
  std::string forecaster;
  FigureIntervals own;  // on the matches it has forecast
  std::map<std::string, FigureDifferences, std::less<>> against;
};

// One report for each column that forecast any of `rows`, against those of `references` that exist.
// The same seed gives the same intervals. InvalidArgument when `rows` is empty.
[[nodiscard]] absl::StatusOr<std::vector<FigureReport>> CompareFigures(
    const MatchTable& matches, const ForecastColumns& columns, const Rows& rows,
    std::span<const std::string_view> references, std::uint64_t seed);

}  // namespace fairline::models
