#pragma once
// What is replayed and how.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::backtest {

enum class PriceSource {
  kBest = 1,       // the best of the bookmakers known by name
  kAverage = 2,    // what a bettor at a random bookmaker gets
  kBookmaker = 3,  // one bookmaker's own
  kMaximum = 4,    // the highest seen anywhere, at nobody knows whom: to compare with, not to get
};

struct Settings {
  PriceSource price = PriceSource::kBest;
  std::string bookmaker = {};  // its code, of kBookmaker
  staking::StakingPolicy policy;
  staking::RiskLevel risk = staking::RiskLevel::kMedium;
  bool anchored = true;  // the forecasts are corrections of the market line; others stake nothing
  Money bankroll{1'000'00};
  std::string currency = {};                   // of all amounts, as they are written; ISO 4217
  double commission = 0.0;                     // of net winnings
  std::optional<Money> max_stake;              // what the bookmaker takes at most, per bet
  std::vector<std::string> competitions = {};  // codes; empty means all
  int first_season = 0;                        // start years, inclusive; 0 means from the first
  int last_season = 0;                         // 0 means to the last
  std::uint64_t seed = 1;                      // of intervals and random bets

  // Errors: InvalidArgument naming the field.
  [[nodiscard]] absl::Status Validate() const;
};

}  // namespace fairline::backtest
