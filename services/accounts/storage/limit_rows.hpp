#pragma once
// An account's limits as they hold at a moment, and the check of what is paid in. The account's row
// must be locked, or what is counted may change before the commit.

#include <vector>

#include <pqxx/pqxx>

#include "services/accounts/app/identity/account.hpp"
#include "services/accounts/app/ledger/limits.hpp"

namespace fairline::accounts {

// Real time, by which limits hold and are used, and the as-of time of what was logged afterwards.
struct LimitTimes {
  Instant real;
  Instant as_of;
};

// Those that are set or asked for, with what is used of them.
[[nodiscard]] std::vector<Limit> ReadLimits(pqxx::transaction_base& work, UserId user_id,
                                            const LimitTimes& now);

// Whether `amount` may be added to the bankroll: PermissionDenied while excluded,
// FailedPrecondition over a deposit limit. `now` is real time.
[[nodiscard]] absl::Status CheckMayPayIn(pqxx::work& work, const Account& account, Money amount,
                                         Instant now);

}  // namespace fairline::accounts
