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

// Half a goal: the margin of a win makes no difference up to there.
constexpr int kMostQuarters = 2;

bool DecidedByWinner(const Selection& selection) {
  switch (selection.market) {
    case Market::kMatchResult:
    case Market::kMoneyline:
    case Market::kDrawNoBet:
    case Market::kDoubleChance:
      return true;
    case Market::kAsianHandicap:
      return std::abs(selection.line_quarters) <= kMostQuarters;
    case Market::kTotal:
    case Market::kBothToScore:
    case Market::kHomeTotal:
    case Market::kAwayTotal:
      return false;
  }
  return false;
}

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
  if (!DecidedByWinner(selection)) return payoff;
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
