#pragma once
// How forecasters compare on the same matches: scores of each, and its paired differences to the
// base rate, the market before the match and the closing line.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/evaluation/evaluation.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::evaluation {

// The columns that others are compared with.
inline constexpr std::string_view kBaseRateColumn = "base_rate";
inline constexpr std::string_view kMarketColumn = "market";      // pre-match average line
inline constexpr std::string_view kPinnacleColumn = "pinnacle";  // Pinnacle's pre-match line
inline constexpr std::string_view kClosingColumn = "closing";    // Pinnacle's where known

struct Comparison {
  PairedDifference log_loss;
  PairedDifference rps;
};

struct ScoreboardEntry {
  std::string forecaster;
  Evaluation scores;  // on those of the rows that it has forecast
  // By the name of the reference, on the rows that both have forecast.
  std::map<std::string, Comparison, std::less<>> against;
};

// One entry for each column that forecast any of `rows`, by name. The same seed gives the same
// intervals. InvalidArgument when `rows` is empty.
[[nodiscard]] absl::StatusOr<std::vector<ScoreboardEntry>> MakeScoreboard(
    const models::MatchTable& matches, const models::ForecastColumns& columns,
    const models::Rows& rows, std::uint64_t seed);

}  // namespace fairline::evaluation
