#pragma once
// One value into one field by reflection: set, or added when the field is repeated. Each says
// whether the value fits the field's type and range, and does nothing when it does not.

#include <string>

#include <google/protobuf/message.h>

namespace fairline::auth_gateway {

[[nodiscard]] bool IsTimestamp(const google::protobuf::FieldDescriptor& field);

// Any type but bytes and messages: digits for numbers, true or false, an enum value's name, RFC
// 3339 for a Timestamp, the text itself for a string.
[[nodiscard]] bool PutText(google::protobuf::Message& message,
                           const google::protobuf::FieldDescriptor& field, const std::string& text);

// The field must be of that type.
void PutBool(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
             bool value);

// Only float and double take it, when it is finite and in range.
[[nodiscard]] bool PutDouble(google::protobuf::Message& message,
                             const google::protobuf::FieldDescriptor& field, double value);

}  // namespace fairline::auth_gateway
