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
  std::string competition;  // code or name, as people write it
  std::string home_team;    // likewise, name or alias
  std::string away_team;
};

struct FoundMatch {
  std::optional<BetMatch> match;
  // Where there is none: what of the name does not fit, and the nearest that would.
  std::string field = {};  // of MatchName
  std::string reason = {};
};

class MatchFinder {
 public:
  virtual ~MatchFinder() = default;

  // By bet id; bets without a closing line are left out.
  [[nodiscard]] virtual absl::StatusOr<std::map<std::int64_t, ClosingLine>> ClosingLines(
      const std::vector<Bet>& bets, Instant now) = 0;
  // In the order given. The teams are looked for among those that play on that day in that
  // competition (libs/names/name_finder.hpp).
  [[nodiscard]] virtual absl::StatusOr<std::vector<FoundMatch>> FindMatches(
      const std::vector<MatchName>& names, Instant now) = 0;
};

}  // namespace fairline::accounts
