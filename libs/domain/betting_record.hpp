#pragma once
// What a list of settled bets says about who placed them: profit and how sure one can be of it.

#include <cstdint>
#include <optional>
#include <span>

#include "libs/core/date.hpp"
#include "libs/core/money.hpp"
#include "libs/domain/settlement.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::domain {

struct RecordedBet {
  Day day;         // of the match
  Money exposure;  // what it could lose
  Money profit;    // what came back minus the exposure
  BetResult result = BetResult::kVoid;
  std::optional<double> clv;  // closing-line value; absent without a closing line
};

// Consecutive bets, in the order given; voids neither lengthen nor end a streak. A half win counts
// as won, a half loss as lost.
struct Streak {
  std::int64_t bets = 0;
  Money profit;  // of the bets in it
};

struct BettingRecord {
  std::int64_t won = 0;   // with half wins
  std::int64_t lost = 0;  // with half losses
  std::int64_t voided = 0;
  Money turnover;  // exposure of the bets won and lost
  Money profit;
  // profit / turnover; 0 without turnover.
  double yield = 0.0;
  // 95 %, over weeks; absent below kMinWeeks weeks with bets: too few to say anything.
  std::optional<statistics::Interval> yield_interval;
  double hit_rate = 0.0;  // won / (won + lost)
  std::int64_t clv_bets = 0;
  double mean_clv = 0.0;  // over clv_bets, each bet counting the same
  Streak longest_winning;
  Streak longest_losing;
  // The streak that the last bets are in.
  bool streak_is_winning = false;
  Streak current;
};

// `bets` in the order in which they were settled, without cancelled ones. Deterministic.
// 10,000 bets take some milliseconds.
[[nodiscard]] BettingRecord RecordOf(std::span<const RecordedBet> bets);

// Odds taken times the closing probability, minus 1, after commission; for a lay what the layer
// has won against the closing line, per unit of the backer's stake: 1 - odds * probability, minus
// the commission on the stake it then wins.
[[nodiscard]] double ClosingLineValue(const BetTerms& terms, double closing_probability);

}  // namespace fairline::domain
