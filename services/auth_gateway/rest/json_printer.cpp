#include "services/auth_gateway/rest/json_printer.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <absl/strings/escaping.h>

#include "libs/core/date.hpp"
#include "services/auth_gateway/rest/fields.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void AppendText(const std::string& text, std::string& json) {
  constexpr char kHex[] = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += "\\u00";
      json += kHex[c >> 4];
      json += kHex[c & 0xF];
    } else {
      json += c;
    }
  }
  json += '"';
}

// The shortest text that reads back as the same number.
template <typename Number>
void AppendNumber(Number number, std::string& json) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(number)) {
      json += "\"NaN\"";
      return;
    }
    if (std::isinf(number)) {
      json += number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
      return;
    }
  }
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  json.append(digits.data(), end);
}

template <typename Number>
void AppendQuoted(Number number, std::string& json) {
  json += '"';
  AppendNumber(number, json);
  json += '"';
}

void AppendTimestamp(const Message& timestamp, std::string& json) {
  const auto* type = timestamp.GetDescriptor();
  const Reflection& reflection = *timestamp.GetReflection();
  const std::chrono::seconds seconds(reflection.GetInt64(timestamp, type->FindFieldByNumber(1)));
  const std::chrono::nanoseconds nanos(reflection.GetInt32(timestamp, type->FindFieldByNumber(2)));
  json += '"';
  json += FormatInstant(Instant(seconds) +
                        std::chrono::duration_cast<std::chrono::microseconds>(nanos));
  json += '"';
}

void AppendMessage(const Message& message, std::string& json);

// The field's value, or its element at `index` when it is repeated.
void AppendValue(const Message& message, const FieldDescriptor& field, int index,
                 std::string& json) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      AppendNumber(repeated ? reflection.GetRepeatedInt32(message, &field, index)
                            : reflection.GetInt32(message, &field),
                   json);
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      AppendNumber(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                            : reflection.GetUInt32(message, &field),
                   json);
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      AppendQuoted(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                            : reflection.GetInt64(message, &field),
                   json);
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      AppendQuoted(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                            : reflection.GetUInt64(message, &field),
                   json);
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      AppendNumber(repeated ? reflection.GetRepeatedFloat(message, &field, index)
                            : reflection.GetFloat(message, &field),
                   json);
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      AppendNumber(repeated ? reflection.GetRepeatedDouble(message, &field, index)
                            : reflection.GetDouble(message, &field),
                   json);
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      json += (repeated ? reflection.GetRepeatedBool(message, &field, index)
                        : reflection.GetBool(message, &field))
                  ? "true"
                  : "false";
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = repeated ? reflection.GetRepeatedEnumValue(message, &field, index)
                                  : reflection.GetEnumValue(message, &field);
      const auto* value = field.enum_type()->FindValueByNumber(number);
      if (value != nullptr) {
        AppendText(value->name(), json);
      } else {
        AppendNumber(number, json);
      }
      break;
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text =
          repeated ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                   : reflection.GetStringReference(message, &field, &scratch);
      AppendText(field.type() == FieldDescriptor::TYPE_BYTES ? absl::Base64Escape(text) : text,
                 json);
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& inner = repeated ? reflection.GetRepeatedMessage(message, &field, index)
                                      : reflection.GetMessage(message, &field);
      if (IsTimestamp(field)) {
        AppendTimestamp(inner, json);
      } else {
        AppendMessage(inner, json);
      }
      break;
    }
  }
}

void AppendMessage(const Message& message, std::string& json) {
  const auto* type = message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  char separator = '{';
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (field.has_presence() && !reflection.HasField(message, &field)) continue;
    json += separator;
    separator = ',';
    json += '"';
    json += field.name();
    json += "\":";
    if (!field.is_repeated()) {
      AppendValue(message, field, 0, json);
      continue;
    }
    json += '[';
    for (int k = 0; k < reflection.FieldSize(message, &field); ++k) {
      if (k > 0) json += ',';
      AppendValue(message, field, k, json);
    }
    json += ']';
  }
  if (separator == '{') json += '{';
  json += '}';
}

}  // namespace

std::string PrintJson(const Message& message) {
  std::string json;
  AppendMessage(message, json);
  return json;
}

}  // namespace fairline::auth_gateway
