#pragma once
// What a simulation's bets prove, and what they do not.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/backtest/simulation.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::backtest {

// A value with its 95 % bounds; these are NaN where bets fall into fewer than statistics::kMinWeeks
// weeks.
using statistics::Interval;

// The figures that variants are compared by.
struct Summary {
  std::int64_t matches = 0;
  std::int64_t priced = 0;
  std::int64_t bets = 0;
  Money start, end, staked;
  std::string currency;       // of all amounts, as they are written
  Interval yield;             // profit by turnover, as staked
  Interval log_growth;        // natural logarithm of end by start
  double max_drawdown = 0.0;  // deepest fall from a former peak, part of it
  // Closing-line value: odds after commission by the de-vigged closing line's, minus 1; bets with a
  // closing line only.
  std::int64_t closing_bets = 0;
  std::optional<Interval> closing_line_value;
  std::vector<DayOfBets> equity;
};

// From a peak of the bankroll to its lowest point before the peak was reached again.
struct Drawdown {
  double depth = 0.0;       // part of the peak
  std::optional<Day> peak;  // none: the start
  Day trough;
  std::optional<Day> recovered;
  int days = 0;  // from the peak, or the first bet, to recovery, or to the last bet
  std::int64_t bets = 0;
};

// Bets whose claimed edge is in [from, to).
struct EdgeBucket {
  double from = 0.0;
  double to = 0.0;
  std::int64_t bets = 0;
  double claimed = 0.0;                // mean edge by the forecast
  Interval realised;                   // mean profit per unit, the same stake on each
  std::optional<double> closing_edge;  // mean edge by the closing line
};

// Bets whose outcome was given a probability in [from, to).
struct ProbabilityBucket {
  double from = 0.0;
  double to = 0.0;
  std::int64_t bets = 0;
  double claimed = 0.0;  // mean
  Interval happened;
};

// The bets of one season, competition or bookmaker.
struct Slice {
  std::string label;
  std::int64_t bets = 0;
  Money staked, profit;
  Interval yield;
  std::optional<double> closing_line_value;
  std::optional<double> bankroll_return;  // of a season: end by start, minus 1
  double hit_rate = 0.0;
  double average_odds = 0.0;
};

struct Report : Summary {
  Interval flat_yield;  // the same stake on every bet
  double hit_rate = 0.0;
  double expected_hit_rate = 0.0;  // what the forecasts claimed of the same bets
  double average_odds = 0.0;
  Money average_stake, largest_stake;
  double average_bookmakers = 0.0;  // that the price was chosen from; 0: not known
  std::int64_t longest_losing_streak = 0;
  std::int64_t longest_winning_streak = 0;
  std::optional<Drawdown> worst_drawdown;
  // The deepest fall of the same weeks drawn with replacement in random order: mean and 95 % range.
  Interval simulated_max_drawdown;
  std::vector<EdgeBucket> by_edge;
  std::vector<ProbabilityBucket> by_probability;
  std::vector<Slice> by_season, by_competition;  // those with bets, by year, by code
  std::vector<Slice> by_bookmaker;               // of best prices, by staked money
  int seasons_in_profit = 0;
  // The same stakes on outcomes of the same matches drawn at random within the limits on odds: the
  // mean and range of 95 % of draws, and how many draws did at least as well.
  Interval random_yield;
  double random_as_good = 1.0;
  // The same stakes on the favourites of the same matches, and how much better the bets did.
  Interval market_yield;
  Interval better_than_market;
  std::string verdict;  // plain sentences: can the result be told from luck?
  std::string price_note;
  std::vector<std::string> notes;  // what the figures leave out and how they were made
};

// What is known of the forecasts beside the numbers.
struct Provenance {
  // They correct the market line; others stake only when told to.
  bool anchored = true;
  // Parameters of the models were chosen by seasons up to this start year; 0: not known.
  int chosen_by_seasons_to = 0;
  // The chance that the best of as many variants grows as fast by luck; 1 variant: nothing chosen.
  std::size_t variants = 1;
  double by_luck = 0.0;
};

// Intervals are percentiles of a bootstrap over blocks of seven days. Both are deterministic in
// settings.seed. Errors: Internal only.
[[nodiscard]] absl::StatusOr<Summary> Summarise(std::span<const PastMatch> matches,
                                                const Settings& settings,
                                                const Simulation& simulation);
[[nodiscard]] absl::StatusOr<Report> MakeReport(std::span<const PastMatch> matches,
                                                const Settings& settings,
                                                const Simulation& simulation,
                                                const Provenance& provenance = {});

}  // namespace fairline::backtest
