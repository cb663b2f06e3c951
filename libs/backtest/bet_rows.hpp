#pragma once
// A replay's bets as rows of numbers, and figures of their sums with intervals.

#include <limits>
#include <span>
#include <vector>

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

enum Column : std::size_t {
  kStake,
  kProfit,
  kCount,
  kFlat,      // profit of a stake of 1
  kClv,       // closing-line value; 0 without a closing line
  kClvCount,  // 1 with a closing line
  kMarket,    // profit of the stake on the favourite
  kLog,       // growth of the bankroll's logarithm on the day, on the day's last bet
  kColumns
};

struct BetRows {
  std::vector<double> values;  // bets x kColumns
  std::vector<Day> dates;

  [[nodiscard]] double At(std::size_t bet, Column column) const {
    return values[bet * kColumns + column];
  }
  [[nodiscard]] double Sum(Column column) const;
};

[[nodiscard]] BetRows MakeBetRows(std::span<const PastMatch> matches, const Settings& settings,
                                  const Simulation& simulation);

// What comes back of a unit on an outcome, less the unit.
[[nodiscard]] double ProfitPerUnit(const PastMatch& match, const ByOutcome& prices,
                                   std::size_t outcome, double commission);

// Figures of sums over all bets, all on the same resamples of weeks. `rows` must outlive it.
class Metrics {
 public:
  Metrics(const BetRows& rows, const statistics::BlockBootstrap& bootstrap);

  // The sum of `column`, less that of `less`, by that of `by`; kColumns stands for none.
  [[nodiscard]] Interval Of(Column column, Column by, Column less = kColumns) const;

 private:
  const BetRows& rows_;
  const statistics::BlockBootstrap& bootstrap_;
  std::vector<double> sums_;  // blocks x kColumns
};

// `interval` with NaN bounds when there are fewer than statistics::kMinWeeks blocks.
[[nodiscard]] Interval OfEnoughWeeks(Interval interval,
                                     const statistics::BlockBootstrap& bootstrap);

}  // namespace fairline::backtest
