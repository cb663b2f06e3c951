#pragma once
// A portfolio as the solver of the joint Kelly takes it: without the bets that cannot be staked or
// that others make superfluous. Internal to the joint Kelly.

#include <cstddef>
#include <vector>

#include <Eigen/Dense>

#include "libs/staking/portfolio.hpp"

namespace fairline::staking {

// A cap or a room up to it is none.
inline constexpr double kNoStake = 1e-12;

// Candidates of one match that earn the same in every possible state, staked as one bet.
struct JointBet {
  std::size_t match = 0;
  std::vector<std::size_t> candidates;
};

// The sum of some stakes may not pass a limit. Groups of one portfolio are nested: bets in
// matches, matches in days, days in the total.
struct StakeGroup {
  std::vector<Eigen::Index> bets;
  double limit = 0.0;
};

struct JointProblem {
  // Of a valid portfolio. Left out are
  // - bets of a match without any edge and without open bets: whatever else is staked is
  //   independent of them, so by Jensen's inequality leaving them out grows faster;
  // - bets that win in no possible state;
  // - bets beside another of the same match that earns at least as much in every possible state
  //   and whose own cap does not bind;
  // - bets without room under the caps.
  [[nodiscard]] static JointProblem Of(const Portfolio& portfolio);

  Portfolio reduced;           // its candidates are `bets`, in that order
  std::vector<JointBet> bets;  // by match
  Eigen::VectorXd cap;         // of each bet
  std::vector<StakeGroup> groups;

  [[nodiscard]] Eigen::Index size() const { return cap.size(); }

  // The largest first-order gain over all stakes within the caps. The caps are nested sums, so the
  // greedy choice by gradient is the best one (Edmonds 1970).
  [[nodiscard]] double FirstOrderGap(const Eigen::VectorXd& stakes,
                                     const Eigen::VectorXd& gradient) const;

  // By match and candidate of `portfolio`, the one that this problem was made of: what is staked on
  // several alike goes to the first up to its cap, then to the next.
  [[nodiscard]] std::vector<std::vector<double>> Spread(const Portfolio& portfolio,
                                                        const Eigen::VectorXd& stakes) const;
};

}  // namespace fairline::staking
