#pragma once
// What a replay's bets prove, and what they do not.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/backtest/replay.hpp"
#include "libs/models/block_bootstrap.hpp"

namespace fairline::backtest {

using models::Interval;  // a value with its 95 % bounds

// Bets whose claimed edge is in [from, to).
struct EdgeBucket {
  double from = 0.0;
  double to = 0.0;
  std::int64_t bets = 0;
  double claimed = 0.0;                // mean edge by the forecast
  Interval realised;                   // mean profit per unit, the same stake on each
  std::optional<double> closing_edge;  // mean edge by the closing line
};

struct Report {
  std::int64_t matches = 0;
  std::int64_t priced = 0;
  std::int64_t bets = 0;
  Money start, end, staked;
  Interval yield;             // profit by turnover, as staked
  Interval flat_yield;        // the same stake on every bet
  Interval log_growth;        // natural logarithm of end by start
  double max_drawdown = 0.0;  // deepest fall from a former height, part of it
  std::int64_t longest_losing_run = 0;
  double hit_rate = 0.0;
  double expected_hit_rate = 0.0;  // what the forecasts claimed of the same bets
  // Closing-line value: odds after commission by the de-vigged closing line's, minus 1; bets with a
  // closing line only.
  std::int64_t closing_bets = 0;
  std::optional<Interval> closing_line_value;
  std::vector<EdgeBucket> by_edge;
  // The same stakes on outcomes of the same matches drawn at random within the limits on odds: the
  // mean and range of 95 % of draws, and how many draws did at least as well.
  Interval random_yield;
  double random_as_good = 1.0;
  // The same stakes on the favourites of the same matches, and how much better the bets did.
  Interval market_yield;
  Interval better_than_market;
  std::vector<DayOfBets> equity;
  std::string verdict;  // plain sentences: can the result be told from luck?
};

// Intervals are percentiles of a bootstrap over blocks of seven days. Deterministic in
// settings.seed. Errors: Internal only.
[[nodiscard]] absl::StatusOr<Report> MakeReport(std::span<const PastMatch> matches,
                                                const Settings& settings, const Replay& replay);

}  // namespace fairline::backtest
