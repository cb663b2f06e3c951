#pragma once
// One value into one field by reflection: set, or added when the field is repeated. Each says
// whether the value fits the field's type and range, and does nothing when it does not. What fits
// is protobuf's JSON mapping.

#include <string>
#include <string_view>

#include <google/protobuf/message.h>

namespace fairline::auth_gateway {

[[nodiscard]] bool IsTimestamp(const google::protobuf::FieldDescriptor& field);

// The field of that name, as the proto writes it or in lowerCamelCase; null when there is none.
[[nodiscard]] const google::protobuf::FieldDescriptor* FindField(
    const google::protobuf::Descriptor& message, const std::string& name);

// A value as text, of a path, a query or a JSON string. Any type but bytes and messages: what
// PutNumber takes, true or false, the name of an enum's value, RFC 3339 for a Timestamp, the text
// itself for a string.
[[nodiscard]] bool PutText(google::protobuf::Message& message,
                           const google::protobuf::FieldDescriptor& field, const std::string& text);

// A decimal number: an integer for integers and enums (whose number must be declared) however it
// is written ("50000", "5e4", "50000.0"), any for float and double. "Infinity" and "-Infinity"
// where the field may be infinite.
[[nodiscard]] bool PutNumber(google::protobuf::Message& message,
                             const google::protobuf::FieldDescriptor& field, std::string_view text);

// The field must be of that type.
void PutBool(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
             bool value);

}  // namespace fairline::auth_gateway
