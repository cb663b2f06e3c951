#pragma once
// An account's limits as they hold at the moment of the transaction, and the checks made of them.
// The account's row must be locked, or what is counted may change before the commit.

#include <vector>

#include <pqxx/pqxx>

#include "services/auth_gateway/app/account.hpp"
#include "services/auth_gateway/app/limits.hpp"

namespace fairline::auth_gateway {

// The database's clock, which drives limits and exclusions.
[[nodiscard]] Instant DatabaseNow(pqxx::transaction_base& work);

// Those that are set or to come, with what is used of them.
[[nodiscard]] std::vector<Limit> ReadLimits(pqxx::transaction_base& work, UserId user_id);

// Whether `amount` may be added to the bankroll: PermissionDenied while excluded,
// FailedPrecondition over a deposit limit.
[[nodiscard]] absl::Status CheckMayPayIn(pqxx::work& work, const Account& account, Money amount);
// The same for putting `exposure` at risk, by the stake and loss limits.
[[nodiscard]] absl::Status CheckMayRisk(pqxx::work& work, const Account& account, Money exposure);

}  // namespace fairline::auth_gateway
