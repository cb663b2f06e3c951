#pragma once
// Bets on many independent matches at once, each match with exclusive states of which one happens.
// Everything is a part of the bankroll, and the bankroll counts open bets at what was paid for
// them.

#include <cstddef>
#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/odds.hpp"

namespace fairline::staking {

// What one unit at risk earns in each state of its match, stake not included: odds - 1 where it
// wins, -1 where it loses, 0 where it is returned, between for half wins. The most that can be lost
// is the unit itself. Of a lay bet the unit at risk is the liability.
using Payoff = std::vector<double>;

// A bet that wins at net `odds` in state `outcome` of `states` and loses in every other.
[[nodiscard]] Payoff BackPayoff(std::size_t outcome, std::size_t states, domain::DecimalOdds odds);
// A bet at risk of its liability in state `outcome`, winning in every other; `odds` as printed.
// Errors: InvalidArgument naming `commission`.
[[nodiscard]] absl::StatusOr<Payoff> LayPayoff(std::size_t outcome, std::size_t states,
                                               domain::DecimalOdds odds, double commission);

struct CandidateBet {
  Payoff payoff;              // one entry per state of the match
  double max_fraction = 1.0;  // its cap
};

struct OpenBet {
  Payoff payoff;
  double fraction = 0.0;  // at risk already
};

struct MatchBets {
  std::vector<domain::Probability> probabilities;  // of the states; they sum to 1
  std::vector<CandidateBet> candidates;
  std::vector<OpenBet> open;  // count against every cap, and their outcome against the bankroll
  double max_fraction = 1.0;  // cap of the match, open bets included
  int day = 0;                // matches of the same number share the cap of the day
};

struct Portfolio {
  std::vector<MatchBets> matches;
  double max_per_day = 1.0;
  double max_total = 1.0;  // at risk at once; never more than the bankroll

  // Errors: InvalidArgument naming the field: probabilities that do not sum to 1, payoffs of the
  // wrong size, not finite or losing more than the unit, caps and open bets outside [0, 1] or not
  // numbers, open bets at risk of the whole bankroll or more.
  [[nodiscard]] absl::Status Validate() const;
  [[nodiscard]] std::size_t CountCandidates() const;
};

}  // namespace fairline::staking
