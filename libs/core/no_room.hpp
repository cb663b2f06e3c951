#pragma once
// A ResourceExhausted that is the machine's and not the caller's: a full disk. Nobody asked too
// much, so at the door it is a 503 and no 429. Crosses gRPC (libs/rpc/status_code.hpp).

#include <string_view>

#include "libs/core/status.hpp"

namespace fairline {

[[nodiscard]] absl::Status NoRoomError(std::string_view message);
[[nodiscard]] bool IsNoRoom(const absl::Status& status);

}  // namespace fairline
