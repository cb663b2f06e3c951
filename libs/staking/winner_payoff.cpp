#include "libs/staking/winner_payoff.hpp"

#include <array>
#include <cstdlib>
#include <utility>

namespace fairline::staking {
namespace {

using domain::BetResult;
using domain::BetSide;
using domain::DecimalOdds;
using domain::Market;
using domain::Opposite;
using domain::ResultOf;
using domain::Selection;

double Profit(BetResult result, double winnings) {
  switch (result) {
    case BetResult::kWin:
      return winnings;
    case BetResult::kHalfWin:
      return 0.5 * winnings;
    case BetResult::kHalfLoss:
      return -0.5;
    case BetResult::kLoss:
      return -1.0;
    case BetResult::kVoid:
    case BetResult::kCancelled:
      return 0.0;
  }
  return 0.0;
}

}  // namespace

Payoff WinnerPayoff(const Selection& selection, BetSide side, DecimalOdds odds, double commission,
                    std::size_t outcomes) {
  Payoff payoff(outcomes, 0.0);
  if (!domain::DecidedByWinner(selection.market, selection.line_quarters)) return payoff;
  const double gain = odds.value() - 1.0;
  const double winnings = (1.0 - commission) * (side == BetSide::kBack ? gain : 1.0 / gain);
  constexpr std::array<std::pair<int, int>, 3> kScores = {{{1, 0}, {0, 0}, {0, 1}}};
  for (std::size_t s = 0; s < outcomes; ++s) {
    const auto [home, away] = kScores[outcomes == 2 ? 2 * s : s];
    const BetResult result = ResultOf(selection, home, away);
    payoff[s] = Profit(side == BetSide::kBack ? result : Opposite(result), winnings);
  }
  return payoff;
}

}  // namespace fairline::staking
