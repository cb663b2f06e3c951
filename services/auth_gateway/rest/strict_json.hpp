#pragma once
// Protobuf's JSON parser forgives too much (nulls vanish from arrays, the last of two equal keys
// wins, quotes may be missing). This walk over the text, by the message's descriptor, lets only
// through what has one meaning; protobuf's parser then does the translation.

#include <map>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

#include "libs/core/status.hpp"

namespace fairline::auth_gateway {

// OK when `json` is one JSON object (RFC 8259) of exactly the shape of `message`, keys spelled as
// in the proto (snake_case). InvalidArgument otherwise: "<path of the field>: <reason>" when a
// field is at fault, a plain sentence when the text is not JSON. null is allowed for single fields
// (absent) and nowhere else. 64-bit integers may be strings of digits; enums are their names.
// `refused` names fields (by number) that the client must not send, and why.
[[nodiscard]] absl::Status CheckJson(std::string_view json,
                                     const google::protobuf::Descriptor& message,
                                     const std::map<int, std::string>& refused = {});

}  // namespace fairline::auth_gateway
