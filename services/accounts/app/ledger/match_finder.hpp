#pragma once
// Matches as sports.v1_matches shows them, and how their markets closed. Thread-safe.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/accounts/app/ledger/bet.hpp"

namespace fairline::accounts {

// The closing line of a bet: the probability that its selection had.
struct ClosingLine {
  double probability = 0.0;
  std::string source;  // "pinnacle" or "average"
};

// A match named by the words of a file.
struct MatchName {
  Day match_date;
  std::string competition;  // code or name
  std::string home_team;    // names or aliases
  std::string away_team;
};

class MatchFinder {
 public:
  virtual ~MatchFinder() = default;

  // By bet id; bets without a closing line are left out.
  [[nodiscard]] virtual absl::StatusOr<std::map<std::int64_t, ClosingLine>> ClosingLines(
      const std::vector<Bet>& bets, Instant now) = 0;
  // In the order given; absent where no match has that name.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::optional<BetMatch>>> FindMatches(
      const std::vector<MatchName>& names, Instant now) = 0;
};

}  // namespace fairline::accounts
