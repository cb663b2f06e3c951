#pragma once
// Bets and settlements on their way into the tables, many in one statement. The triggers there book
// their money (migrations/V003).

#include <map>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "services/accounts/app/identity/account.hpp"
#include "services/accounts/app/ledger/bet.hpp"
#include "services/accounts/storage/limit_rows.hpp"

namespace fairline::accounts {

// A locked account on its way through several bets: bankroll and limits are kept here meanwhile.
struct Purse {
  Account account;
  std::vector<Limit> limits;
  LimitTimes now;
};

// Locks the account. NotFound; PermissionDenied while excluded.
[[nodiscard]] absl::StatusOr<Purse> OpenPurse(pqxx::work& work, UserId user_id,
                                              const LimitTimes& now);

// A bet that may be logged, settled at once when its match is over.
struct Booking {
  Bet bet;  // without an id
  std::optional<Verdict> verdict;
};

// Takes a bet's money from the purse: NotFound for a match that is not among `matches`, errors of
// CheckOrder, FailedPrecondition over a limit or the bankroll.
[[nodiscard]] absl::StatusOr<Booking> Reserve(Purse& purse, const NewBet& order,
                                              const std::map<MatchId, BetMatch>& matches);

// Logs and settles; the bets' ids in their order.
[[nodiscard]] std::vector<std::int64_t> InsertBets(pqxx::work& work, UserId user_id,
                                                   const std::vector<Booking>& bookings);

struct NewSettlement {
  std::int64_t bet_id = 0;
  UserId user_id;
  int sequence = 1;
  Verdict verdict;
};

void InsertSettlements(pqxx::work& work, const std::vector<NewSettlement>& settlements);

// Inserts those of each account together. When the database refuses an account's, they are left out
// of `settlements` and the reason, which names the account, is given; anything else is thrown.
[[nodiscard]] std::vector<std::string> InsertSettlementsByAccount(
    pqxx::work& work, std::vector<NewSettlement>& settlements);

}  // namespace fairline::accounts
