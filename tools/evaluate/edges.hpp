#pragma once
// Whether the edges that forecasts claim are there: what bets at those edges returned, and what the
// closing line says they were worth.
//
// A bet is the outcome of a match with the largest claimed edge (probability times odds minus 1)
// at one price source, staked flat; the guards drop prices that are likely to be mistakes or that
// nobody got, and longshots, where a forecast is least to be trusted.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/match.hpp"
#include "libs/models/matrix.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluate {

struct EdgeGuards {
  double best_to_average = 1.3;  // the best price is less than so many times the average
  double odds = 5.0;             // below this
};

// The matches that bets are placed on, row by row; every list has the same length.
struct BettingMatches {
  std::vector<Day> days;
  std::vector<models::OutcomeIndex> results;
  std::vector<features::Line> best;     // for the guard
  std::vector<features::Line> average;  // for the guard
  models::Forecasts closing{3};         // power-de-vigged closing line, NaN where there is none
  std::vector<bool> pinnacle_closing;   // that line is Pinnacle's, not the average
};

struct BetRecord {
  std::int64_t bets = 0;
  double claimed = 0.0;           // mean edge
  statistics::Interval returned;  // profit per unit staked, by results
  // Mean of odds times de-vigged closing probability minus 1: what the closing line implies for the
  // return, on the bets that have one.
  statistics::Interval closing_value;
  std::int64_t with_closing = 0;
  double pinnacle_share = 0.0;  // of the closing lines

  // The claim lies inside the interval of what was returned.
  [[nodiscard]] bool claim_holds() const { return returned.contains(claimed); }
  // The claim lies inside the interval of what the closing line implies.
  [[nodiscard]] bool closing_agrees() const { return closing_value.contains(claimed); }
};

struct EdgeBucket {
  double from = 0.0;  // claimed edge, from <= edge < to
  double to = 0.0;
  BetRecord record;
};

struct EdgeBoard {
  std::string forecaster;
  std::string price;                // "best", "average", "bet365", "pinnacle"
  std::vector<EdgeBucket> buckets;  // those with a bet
  BetRecord flagged;                // every bet with an edge of at least kFlaggedEdge
};

inline constexpr double kFlaggedEdge = 0.02;
inline constexpr double kNoUpperEdge = std::numeric_limits<double>::infinity();

// `forecasts` row by row as the matches. InvalidArgument when sizes differ.
[[nodiscard]] absl::StatusOr<EdgeBoard> EvaluateEdges(std::string forecaster, std::string price,
                                                      const BettingMatches& matches,
                                                      const models::Forecasts& forecasts,
                                                      const std::vector<features::Line>& prices,
                                                      std::uint64_t seed,
                                                      const EdgeGuards& guards = {});

// Every outcome of every match that passes the guards, whatever a forecast says: what the price
// alone is worth. `claimed` is 0.
[[nodiscard]] absl::StatusOr<BetRecord> BetBlindly(const BettingMatches& matches,
                                                   const std::vector<features::Line>& prices,
                                                   std::uint64_t seed,
                                                   const EdgeGuards& guards = {});

}  // namespace fairline::evaluate
