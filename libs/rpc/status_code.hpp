#pragma once
// absl::Status to grpc::Status and back; the only place that knows both.

#include <grpcpp/support/status.h>

#include "libs/core/status.hpp"

namespace fairline::rpc {

// Violations of fields (ViolationsOf) cross as a google.rpc.BadRequest in the details, as the field
// does it (AIP-193). Internal and Unknown lose their message on the way out: the caller gets
// "internal error", the log has the rest. Texts are cut to kMaxErrorText bytes: they travel in
// trailers, whose size is bounded, and quote what the caller sent.
inline constexpr std::size_t kMaxErrorText = 1000;
[[nodiscard]] grpc::Status ToGrpc(const absl::Status& status);
// What gRPC says of its own accord is told in words, and its text, which names addresses, logged: a
// peer out of reach, or one that has no thread free for the call, is Unavailable.
[[nodiscard]] absl::Status FromGrpc(const grpc::Status& status);

// Unavailable because the peer could not be reached: the message is gRPC's and names addresses.
[[nodiscard]] bool IsTransportFailure(const grpc::Status& status);

}  // namespace fairline::rpc
