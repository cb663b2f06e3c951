#pragma once
// What the gRPC services of accounts share: whose account a call is about, pages, messages.

#include <string>
#include <vector>

#include "fairline/accounts/v1/accounts.pb.h"

#include "libs/rpc/call.hpp"
#include "libs/rpc/time.hpp"
#include "services/accounts/app/identity/account_store.hpp"

namespace fairline::accounts {

// `now` is real time, by which an exclusion shows.
void Put(const Account& account, Instant now, accounts::v1::Account& message);
void Put(const OpenBet& bet, sports::v1::OpenBet& message);

// A user acts on the own account alone; only services may name another.
[[nodiscard]] absl::StatusOr<UserId> AccountOf(const rpc::Call& call, std::int64_t named);

// What a list of an account's or the suite's shows unless asked for otherwise.
inline constexpr int kPageSize = 50;

}  // namespace fairline::accounts
