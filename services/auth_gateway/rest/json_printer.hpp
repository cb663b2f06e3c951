#pragma once
// A protobuf message as JSON: the proto3 mapping with the proto's own names (snake_case), default
// values printed, absent messages and absent optional fields left out, 64-bit integers as strings,
// enums by name, Timestamps by RFC 3339. Protobuf's printer does the same some ten times slower.

#include <string>

#include <google/protobuf/message.h>

namespace fairline::auth_gateway {

[[nodiscard]] std::string PrintJson(const google::protobuf::Message& message);

}  // namespace fairline::auth_gateway
