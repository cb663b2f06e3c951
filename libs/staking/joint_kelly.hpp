#pragma once
// Stakes on many simultaneous matches that make the bankroll's logarithm grow fastest (Kelly 1956;
// Breiman 1961). The problem is concave with nested caps; it is solved by a primal-dual
// interior-point method (Boyd and Vandenberghe 2004, section 11.7) on the exact objective, and the
// answer carries its own proof: an upper bound on what any other stakes could add. Bets on one
// match that earn the same in every possible state are staked as one, the first of them up to its
// cap.

#include <vector>

#include "libs/core/status.hpp"
#include "libs/staking/portfolio.hpp"

namespace fairline::staking {

struct JointStakes {
  // By match and candidate, each at least 0 and within every cap.
  std::vector<std::vector<double>> fractions;
  // Expected log growth of these and the open bets together, exact to 1e-11.
  double log_growth = 0.0;
  // No stakes within the caps grow faster than log_growth + gap: the largest first-order gain over
  // all of them (Frank and Wolfe 1956; the objective is concave). 1e-9 or so once converged.
  double gap = 0.0;
  bool enumerated = false;  // growth computed over every joint state, not by the integral
  int iterations = 0;
};

// Pure; the same portfolio gives the same stakes. 10 matches of three outcomes take about a
// millisecond, 100 under a tenth of a second (tools/bench/kelly_bench). Matches on which no bet has
// an edge are recognised and left unstaked. The cost grows with the cube of the bets that are worth
// considering: 600 take half a second, 1,500 some three. Errors: InvalidArgument, see
// Portfolio::Validate.
[[nodiscard]] absl::StatusOr<JointStakes> JointKelly(const Portfolio& portfolio);

}  // namespace fairline::staking
