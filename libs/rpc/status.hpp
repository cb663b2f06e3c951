#pragma once
// absl::Status to grpc::Status and back; the only place that knows both.

#include <grpcpp/support/status.h>

#include "libs/core/status.hpp"

namespace fairline::rpc {

// Internal and Unknown lose their message on the way out: the caller gets "internal error", the
// log has the rest.
[[nodiscard]] grpc::Status ToGrpc(const absl::Status& status);
[[nodiscard]] absl::Status FromGrpc(const grpc::Status& status);

}  // namespace fairline::rpc
