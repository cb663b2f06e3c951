#pragma once
// In whose name the door calls the other services.

#include <chrono>
#include <optional>

#include "libs/rpc/client.hpp"
#include "services/auth_gateway/peers/signed_in.hpp"

namespace fairline::auth_gateway {

// The caller that services see: the account, or nobody.
[[nodiscard]] rpc::Caller CallerOf(const std::optional<SignedIn>& signed_in);
// What a call on behalf of that caller carries; the deadline is `timeout` from now.
[[nodiscard]] rpc::Outgoing OutgoingFor(const rpc::Caller& caller, const rpc::IdentityKey& key,
                                        const telemetry::TraceContext& trace,
                                        std::chrono::milliseconds timeout);

}  // namespace fairline::auth_gateway
