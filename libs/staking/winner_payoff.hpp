#pragma once
// A bet on any market seen from the match's winner, the only outcome that is staked jointly.

#include <cstddef>

#include "libs/domain/odds.hpp"
#include "libs/domain/settlement.hpp"
#include "libs/staking/portfolio.hpp"

namespace fairline::staking {

// What one unit at risk earns when the match ends in each of `outcomes` (3: home, draw, away; 2:
// home, away). Exact for the winner, draw no bet, double chance, and handicaps of at most half a
// goal; of any other bet nothing is said: it is worth what was paid for it in every outcome.
// `odds` as printed; `commission` in [0, 1) of winnings. `selection` is one that CheckSelection
// takes.
[[nodiscard]] Payoff WinnerPayoff(const domain::Selection& selection, domain::BetSide side,
                                  domain::DecimalOdds odds, double commission,
                                  std::size_t outcomes);

}  // namespace fairline::staking
