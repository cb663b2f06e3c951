#pragma once
// What a backtest reads of a finished match: a forecast made before it by a model that had not seen
// it, the prices of those days, and how it ended.

#include <array>
#include <cstddef>
#include <limits>
#include <string>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"

namespace fairline::backtest {

inline constexpr std::size_t kMaxOutcomes = 3;
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// By outcome: home, draw, away, or home, away; the rest unused.
using ByOutcome = std::array<double, kMaxOutcomes>;
inline constexpr ByOutcome kAllUnknown = {kUnknown, kUnknown, kUnknown};

struct PastMatch {
  MatchId id;
  Day date;
  int season_start = 0;
  std::string competition;  // its code
  std::size_t outcomes = 3;
  std::size_t result = 0;  // the outcome that happened

  ByOutcome probabilities = {};            // they sum to 1
  ByOutcome probability_sd = kAllUnknown;  // unknown: stakes do not shrink
  // Decimal odds before the match, days or hours, never closing; what is not above 1 is unknown.
  ByOutcome best = kAllUnknown;  // the highest over bookmakers that are known by name
  int bookmakers = 0;            // how many these are
  std::array<std::string, kMaxOutcomes> best_at = {};  // their codes; empty where not known
  ByOutcome maximum = kAllUnknown;  // the highest that a comparison site saw anywhere
  ByOutcome average = kAllUnknown;
  ByOutcome bookmaker = kAllUnknown;  // of the one bookmaker that is looked at
  // The last odds before the match, Pinnacle's or the average: never bet at, only compared with.
  ByOutcome closing = kAllUnknown;
  bool pinnacle_closing = false;  // it is Pinnacle's
};

}  // namespace fairline::backtest
