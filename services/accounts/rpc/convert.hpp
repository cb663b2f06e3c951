#pragma once
// What the gRPC services of accounts share: whose account a call is about, pages, messages.

#include <string>
#include <vector>

#include <google/protobuf/timestamp.pb.h>

#include "fairline/accounts/v1/accounts.pb.h"

#include "libs/rpc/call.hpp"
#include "services/accounts/app/identity/account_store.hpp"

namespace fairline::accounts {

void Put(Instant instant, google::protobuf::Timestamp& timestamp);
void Put(const Account& account, accounts::v1::Account& message);
void Put(const OpenBet& bet, sports::v1::OpenBet& message);
[[nodiscard]] Instant InstantOf(const google::protobuf::Timestamp& timestamp);

// A user acts on the own account alone; only services may name another.
[[nodiscard]] absl::StatusOr<UserId> AccountOf(const rpc::Call& call, std::int64_t named);

// Page tokens are the last id of the page before.
[[nodiscard]] absl::StatusOr<Page> PageOf(std::int32_t size, const std::string& token);
template <typename Item>
[[nodiscard]] std::string NextToken(const Page& page, const std::vector<Item>& items,
                                    std::int64_t last_id) {
  return static_cast<int>(items.size()) < page.size ? "" : std::to_string(last_id);
}

}  // namespace fairline::accounts
