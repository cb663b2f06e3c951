#pragma once
// The probability of every final score, and what follows from it for each market on goals.

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/odds.hpp"

namespace fairline::domain {

enum class Side { kHome, kAway };

// How one unit staked on one side of a line may end; the five sum to 1. On a quarter line half the
// stake goes on each neighbouring line, so that half of it can win or lose while the other half is
// returned.
struct SettlementProbabilities {
  double win = 0.0;
  double half_win = 0.0;
  double push = 0.0;  // the stake is returned
  double half_loss = 0.0;
  double loss = 0.0;

  // Expected profit per unit staked at `odds`.
  [[nodiscard]] double Edge(DecimalOdds odds) const;
  // The odds at which Edge is 0; none when nothing can be won or nothing lost.
  [[nodiscard]] std::optional<DecimalOdds> FairOdds() const;
};

// Over `line` goals together is worth what a bet that wins with `over` and loses with 1 - `over`
// is: at odds of 1 / `over` it is fair.
struct FairTotal {
  double line = 0.0;  // goals, a whole number of quarters
  double over = 0.0;  // in (0, 1)
};

// Immutable. Scores above kMaxGoals a side are left out and the rest scaled to sum to 1; at 3
// expected goals they are one in 10^11, at the greatest rate allowed one in 600.
class ScoreGrid {
 public:
  static constexpr int kMaxGoals = 20;
  static constexpr double kMaxRate = 10.0;

  // Two Poisson counts of these means, the scores 0-0, 1-0, 0-1 and 1-1 corrected by `rho` (Dixon
  // and Coles 1997, eq. 4.2; rho 0 is independence, below 0 more draws). rho is held where no score
  // has a negative probability. InvalidArgument when a rate is not in (0, kMaxRate] or rho is not
  // in [-1, 1]. Some two microseconds.
  [[nodiscard]] static absl::StatusOr<ScoreGrid> DixonColes(double home_rate, double away_rate,
                                                            double rho);

  // Correct score: 0 beyond kMaxGoals or below 0.
  [[nodiscard]] double Score(int home, int away) const;

  // Home, draw, away.
  [[nodiscard]] std::array<double, 3> Result() const;
  // The grid nearest to this one (least Kullback-Leibler divergence from it) whose Result is
  // `result`: home wins, draws and away wins each scaled by one factor, which is the I-projection
  // (Csiszar 1975) since the three do not overlap. So the odds of two scores with the same winner
  // stay what they were, and no market contradicts a better forecast of the winner.
  // InvalidArgument when `result` is not three probabilities that sum to 1, or gives weight to a
  // result that no score of this grid has.
  [[nodiscard]] absl::StatusOr<ScoreGrid> WithResult(const std::array<double, 3>& result) const;
  // The nearest grid likewise that agrees with `total` too: within each winner the scores are
  // tilted by exp(t x profit of the bet on over at its fair odds), with the one t that makes that
  // bet fair. InvalidArgument as above, and naming `total` when no such grid exists.
  [[nodiscard]] absl::StatusOr<ScoreGrid> WithResultAndTotal(const std::array<double, 3>& result,
                                                             const FairTotal& total) const;
  // The mean number of goals of `side`.
  [[nodiscard]] double ExpectedGoals(Side side) const;
  // Home or draw, home or away, draw or away.
  [[nodiscard]] std::array<double, 3> DoubleChance() const;
  // A bet on `side` whose stake is returned on a draw.
  [[nodiscard]] SettlementProbabilities DrawNoBet(Side side) const;
  [[nodiscard]] double BothToScore() const;
  // A bet on `side` when `line` goals are given to the home side. Like the other lines a whole
  // number of quarters within +-kMaxGoals * 2; InvalidArgument for any other.
  [[nodiscard]] absl::StatusOr<SettlementProbabilities> AsianHandicap(Side side, double line) const;
  // Bets that both sides together, or `side` alone, score more than `line` goals; the bet on fewer
  // is its mirror, see Opposite.
  [[nodiscard]] absl::StatusOr<SettlementProbabilities> Over(double line) const;
  [[nodiscard]] absl::StatusOr<SettlementProbabilities> TeamOver(Side side, double line) const;

 private:
  ScoreGrid() : probabilities_((kMaxGoals + 1) * (kMaxGoals + 1), 0.0) {}

  [[nodiscard]] double& At(int home, int away) {
    return probabilities_[static_cast<std::size_t>(home * (kMaxGoals + 1) + away)];
  }
  template <typename Goals>
  [[nodiscard]] absl::StatusOr<SettlementProbabilities> Settle(double line, Goals&& goals) const;
  // The power of the tilt; InvalidArgument naming `total`.
  [[nodiscard]] absl::StatusOr<double> TiltToTotal(const std::array<double, 3>& result,
                                                   const FairTotal& total) const;

  std::vector<double> probabilities_;
};

// The same line seen from who took the other side of it.
[[nodiscard]] inline SettlementProbabilities Opposite(const SettlementProbabilities& bet) {
  return {bet.loss, bet.half_loss, bet.push, bet.half_win, bet.win};
}

}  // namespace fairline::domain
