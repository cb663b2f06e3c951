#pragma once
// JSON into a protobuf message, strictly. Protobuf's own parser forgives too much (nulls vanish
// from arrays, the last of two equal keys wins, quotes may be missing), so the walk over the text
// fills the message itself and lets only through what has one meaning.

#include <map>
#include <string>
#include <string_view>

#include <google/protobuf/message.h>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

// Fills the empty `message` when `json` is one JSON object (RFC 8259) of exactly its shape, keys
// spelled as in the proto (snake_case). InvalidArgument otherwise: "<path of the field>: <reason>"
// when a field is at fault, a plain sentence when the text is not JSON; the message is then of no
// use. null is allowed for single fields (absent) and nowhere else. 64-bit integers may be strings
// of digits; enums are their names; Timestamps are RFC 3339. `refused` names fields of the message
// itself (by number) that the client must not send, and why.
[[nodiscard]] absl::Status ReadJson(std::string_view json,
                                    const std::map<int, std::string>& refused,
                                    google::protobuf::Message& message);

}  // namespace fairline::auth_gateway
