#pragma once
// The bearer token of a request.

#include <optional>

#include "services/auth_gateway/http/exchange.hpp"
#include "services/auth_gateway/peers/accounts_client.hpp"

namespace fairline::auth_gateway {

// Who sent the request: nothing without an Authorization header. Unauthenticated when the header
// holds no valid bearer token; Unavailable while accounts does not answer.
[[nodiscard]] absl::StatusOr<std::optional<SignedIn>> Authenticate(AccountsClient& accounts,
                                                                   Exchange& exchange,
                                                                   AccountsClient::Facts facts);

}  // namespace fairline::auth_gateway
