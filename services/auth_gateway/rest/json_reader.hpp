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

// Fills the empty `message` when `json` is one JSON object (RFC 8259) of exactly its shape, by
// protobuf's JSON mapping: keys as the proto spells them (snake_case) or in lowerCamelCase, numbers
// as numbers or as strings ("50000", 5e4), enums by name or by declared number, Timestamps by RFC
// 3339, "Infinity" where a field may be infinite. InvalidArgument otherwise: "<path of the field>:
// <reason>" when a field is at fault, a plain sentence when the text is not JSON; the message is
// then of no use. Of one field sent twice, in whatever spelling, both are at fault. null is allowed
// for single and repeated fields (absent) and not inside an array. `refused` names fields of the
// message itself (by number) that the client must not send, and why.
[[nodiscard]] absl::Status ReadJson(std::string_view json,
                                    const std::map<int, std::string>& refused,
                                    google::protobuf::Message& message);

}  // namespace fairline::auth_gateway
