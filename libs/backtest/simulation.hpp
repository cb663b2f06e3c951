#pragma once
// The advice of every past day, bet and settled as a user's account would have been.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "libs/backtest/past_match.hpp"
#include "libs/backtest/settings.hpp"
#include "libs/core/date.hpp"
#include "libs/core/money.hpp"
#include "libs/core/status.hpp"

namespace fairline::backtest {

struct Bet {
  std::size_t match = 0;  // index into the matches given
  std::size_t outcome = 0;
  double odds = 0.0;         // as printed
  std::string bookmaker;     // its code; empty where the source names none
  double probability = 0.0;  // the forecast's, pooled as the policy says
  double edge = 0.0;         // claimed, after commission
  bool won = false;
  Money stake;
  Money profit;  // below 0 when lost
};

struct DayOfBets {
  Day date;
  Money bankroll;  // at its end
  Money staked;
};

struct Simulation {
  std::vector<Bet> bets;        // in order of day and match
  std::vector<DayOfBets> days;  // those with bets
  std::int64_t matches = 0;     // within the settings, priced or not
  std::int64_t priced = 0;      // with a price for every outcome from the chosen source
};

// Called with the days done and all days, from several threads; false stops the work (Aborted).
using SimulationProgress = std::function<bool(std::int64_t done, std::int64_t total)>;

// The same Advise and joint Kelly as coming matches get: the matches of a day are staked together
// from the bankroll of its morning and settled at its end. Days are worked out on up to `threads`
// threads; the result does not depend on them. Money is whole minor units: stakes are rounded down,
// what comes back to the nearest. Ten seasons of 22 divisions take seconds.
// Errors: InvalidArgument naming the field, or the match whose forecast is none.
[[nodiscard]] absl::StatusOr<Simulation> Simulate(std::span<const PastMatch> matches,
                                                  const Settings& settings, int threads = 1,
                                                  const SimulationProgress& progress = {});

// The odds of the settings' price source; unknown where there is no price above 1.
[[nodiscard]] const ByOutcome& PricesOf(const PastMatch& match, PriceSource source);

// What comes back of `stake` won at `odds` with `commission` on winnings, halves up.
[[nodiscard]] Money ReturnOfWin(Money stake, double odds, double commission);

}  // namespace fairline::backtest
