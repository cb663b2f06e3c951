#pragma once
// How a bet ends: by the score, void, cancelled, and anew when its result is corrected. Pure;
// storage/pg_bet_store.cpp finds the bets that have something to settle and writes what is said
// here. The arithmetic of money and lines is libs/domain/settlement.hpp.

#include <chrono>
#include <optional>
#include <string>

#include "services/accounts/app/ledger/bet.hpp"

namespace fairline::accounts {

// How a bet ended, and what came back.
struct SettledResult {
  domain::BetResult result = domain::BetResult::kVoid;
  Money returned;
  std::optional<int> home_score;
  std::optional<int> away_score;
  std::string reason;
  Instant effective_time;
  bool by_hand = false;
};

// What the owner of a bet says of it: a result, or the score that it goes by, and why.
struct ByHand {
  std::optional<domain::BetResult> result = {};
  std::optional<int> home_score = {}, away_score = {};
  std::string reason = {};
};

// A match that is played more than this many days from the day the bet was made for voids it; so
// does one that is postponed for longer.
inline constexpr std::chrono::days kMaxMove{3};
// Without any result for so long the bet is void. A result that comes later settles it anew.
inline constexpr std::chrono::days kMaxSilence{14};

// What to settle `bet` as at as-of `now`, given its match (absent: it is no longer listed). Nothing
// while it is open or when the newest settlement already says so or is by hand.
//   finished, corrected, awarded: by the score of the pitch; void when none was ever known
//   abandoned, taken back:        void, since bookmakers pay what was played to its end
//   moved, postponed:             void by kMaxMove
[[nodiscard]] std::optional<SettledResult> SettleBet(const Bet& bet,
                                                     const std::optional<BetMatch>& match,
                                                     Instant now);

// How a bet is settled by its owner at as-of `now`, for the first time or otherwise than before;
// nothing when the newest settlement is by hand and says the same. InvalidArgument names `result`,
// `home_score` or `reason` unless there is a reason and either a result other than "cancelled" or a
// score; FailedPrecondition for a bet that was cancelled.
[[nodiscard]] absl::StatusOr<std::optional<SettledResult>> SettledByHand(const Bet& bet,
                                                                         const ByHand& said,
                                                                         Instant now);

// How a bet is taken back at as-of `now`, given its match (absent: it is no longer listed); nothing
// when it is cancelled already. FailedPrecondition once it is settled or the match has begun.
[[nodiscard]] absl::StatusOr<std::optional<SettledResult>> CancelledBet(
    const Bet& bet, const std::optional<BetMatch>& match, Instant now);

}  // namespace fairline::accounts
