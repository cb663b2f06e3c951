#pragma once
// Bets and settlements on their way into the tables, many in one statement. The triggers there book
// their money (migrations/V003).

#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "services/accounts/app/ledger/place_bet.hpp"

namespace fairline::accounts {

// Logs and settles; the bets' ids in their order.
[[nodiscard]] std::vector<std::int64_t> InsertBets(pqxx::work& work, UserId user_id,
                                                   const std::vector<Booking>& bookings);

struct NewSettlement {
  std::int64_t bet_id = 0;
  UserId user_id;
  int sequence = 1;
  SettledResult settled;
};

void InsertSettlements(pqxx::work& work, const std::vector<NewSettlement>& settlements);

// Inserts those of each account together. When the database refuses an account's, they are left out
// of `settlements` and the reason, which names the account, is given; anything else is thrown.
[[nodiscard]] std::vector<std::string> InsertSettlementsByAccount(
    pqxx::work& work, std::vector<NewSettlement>& settlements);

}  // namespace fairline::accounts
