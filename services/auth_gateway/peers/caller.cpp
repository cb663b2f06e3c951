#include "services/auth_gateway/peers/caller.hpp"

namespace fairline::auth_gateway {

rpc::Caller CallerOf(const std::optional<SignedIn>& signed_in) {
  if (!signed_in) return {};
  const Member& member = signed_in->member;
  return {rpc::CallerKind::kUser, member.user_id.value, member.username,
          static_cast<int>(member.role), member.session};
}

rpc::Outgoing OutgoingFor(const rpc::Caller& caller, const rpc::IdentityKey& key,
                          const telemetry::TraceContext& trace, std::chrono::milliseconds timeout) {
  const auto now = std::chrono::system_clock::now();
  return {now + timeout, trace.Child(),
          caller.kind == rpc::CallerKind::kAnonymous ? std::string() : key.Sign(caller, now)};
}

}  // namespace fairline::auth_gateway
