#pragma once
// Whether bets may be logged, one after another, and what is left after each. Pure: whoever calls
// has locked the account and writes what is decided here.

#include <map>
#include <optional>
#include <vector>

#include "services/accounts/app/identity/account.hpp"
#include "services/accounts/app/ledger/bet.hpp"
#include "services/accounts/app/ledger/limits.hpp"
#include "services/accounts/app/ledger/settlement.hpp"

namespace fairline::accounts {

// An account on its way through several bets: bankroll and limits are kept here meanwhile.
struct Purse {
  Account account;
  std::vector<Limit> limits;
  LimitTimes now;
};

// PermissionDenied while the account is excluded; FailedPrecondition while its currency is unknown.
[[nodiscard]] absl::StatusOr<Purse> OpenPurse(Account account, std::vector<Limit> limits,
                                              const LimitTimes& now);

// A bet that may be logged, settled at once when its match is over.
struct Booking {
  Bet bet;  // without an id
  std::optional<SettledResult> settled;
};

// Takes a bet's money from the purse: NotFound for a match that is not among `matches`, errors of
// CheckOrder, FailedPrecondition over a limit or the bankroll. After an error the purse is of no
// use.
[[nodiscard]] absl::StatusOr<Booking> Reserve(Purse& purse, const NewBet& order,
                                              const std::map<MatchId, BetMatch>& matches);

}  // namespace fairline::accounts
