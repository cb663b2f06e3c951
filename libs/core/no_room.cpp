#include "libs/core/no_room.hpp"

#include <absl/strings/cord.h>

namespace fairline {
namespace {

constexpr char kPayload[] = "fairline/no_room";

}  // namespace

absl::Status NoRoomError(std::string_view message) {
  absl::Status status = absl::ResourceExhaustedError({message.data(), message.size()});
  status.SetPayload(kPayload, absl::Cord());
  return status;
}

bool IsNoRoom(const absl::Status& status) { return status.GetPayload(kPayload).has_value(); }

}  // namespace fairline
