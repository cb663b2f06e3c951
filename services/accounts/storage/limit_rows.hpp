#pragma once
// An account's limits as they hold at a moment. The account's row must be locked, or what is
// counted may change before the commit.

#include <vector>

#include <pqxx/pqxx>

#include "services/accounts/app/identity/account.hpp"
#include "services/accounts/app/ledger/limits.hpp"

namespace fairline::accounts {

// Those that are set or asked for, with what is used of them.
[[nodiscard]] std::vector<Limit> ReadLimits(pqxx::transaction_base& work, UserId user_id,
                                            const LimitTimes& now);

}  // namespace fairline::accounts
