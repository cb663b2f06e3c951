#pragma once
// What the product computes, computed a second time from the words of its documents, in other code:
// scores of forecasts, fair probabilities of prices, settlement of bets.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/months/past_files.hpp"

namespace fairline::testing {

// p = (1 / price) ^ k with the k that makes them sum to 1.
[[nodiscard]] std::vector<double> FairByPower(const std::vector<double>& prices);

struct Scores {
  double log_loss = 0;
  double rps = 0;
  double brier = 0;
  double right = 0;  // 1 when the likeliest outcome happened
};
// `result`: position among home, draw, away.
[[nodiscard]] Scores ScoresOf(const std::vector<double>& probabilities, std::size_t result);
[[nodiscard]] std::size_t ResultOf(int home_goals, int away_goals);

// Enumerators without their prefixes: "TOTAL", "OVER", "BACK".
struct Wager {
  std::string market;
  std::string outcome;
  int line_quarters = 0;
  std::string side = "BACK";
  double odds = 0;
  std::int64_t stake = 0;  // minor units
  int commission_basis_points = 0;
};

struct Ending {
  std::string result;  // "WIN", "HALF_WIN", "VOID", "HALF_LOSS" or "LOSS"
  std::int64_t returned = 0;
};

// The stake of a back, the liability of a lay.
[[nodiscard]] std::int64_t Exposure(const Wager& wager);
[[nodiscard]] Ending Settle(const Wager& wager, int home_goals, int away_goals);
[[nodiscard]] Ending Void(const Wager& wager);

// Fair closing probabilities of the market that the wager is on, Pinnacle's or else the average's;
// empty when the file has none of that line.
[[nodiscard]] std::vector<double> FairClosing(const PastMatch& match, const std::string& market,
                                              int line_quarters);

}  // namespace fairline::testing
