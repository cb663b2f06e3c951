#include "services/auth_gateway/rest/fields.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "fairline/api/v1/options.pb.h"

#include "libs/core/date.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The digits of a decimal number that is an integer, "-5e3" as "-5000"; "" when it is none or has
// more digits than any integer type. Exact, unlike the way over a double.
std::string IntegerDigits(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  int exponent = 0;
  if (mantissa.size() < text.size()) {
    std::string_view power = text.substr(mantissa.size() + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (error != std::errc{} || end != power.data() + power.size()) return "";
  }
  const std::size_t point = mantissa.find('.');
  const std::string_view fraction =
      point == std::string_view::npos ? "" : mantissa.substr(point + 1);
  std::string digits(mantissa.substr(0, point));
  digits += fraction;
  const bool plain =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || !plain || (point != std::string_view::npos && fraction.empty())) return "";
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  constexpr int kMost = 40;
  if (exponent > kMost || exponent < -1000) return "";
  const auto shift = exponent - static_cast<std::int64_t>(fraction.size());
  if (shift > 0) digits.append(static_cast<std::size_t>(shift), '0');
  if (shift < 0) {
    const auto cut = static_cast<std::size_t>(-shift);
    if (cut >= digits.size() || digits.find_last_not_of('0') + cut >= digits.size()) return "";
    digits.resize(digits.size() - cut);
  }
  return negative ? "-" + digits : digits;
}

template <typename Number>
bool Parse(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// `set` and `add` are the Reflection's functions of the type.
template <typename Number>
bool PutInteger(Message& message, const FieldDescriptor& field, std::string_view text,
                void (Reflection::*set)(Message*, const FieldDescriptor*, Number) const,
                void (Reflection::*add)(Message*, const FieldDescriptor*, Number) const) {
  Number value = 0;
  if (!Parse<Number>(text, value) && !Parse<Number>(IntegerDigits(text), value)) return false;
  (message.GetReflection()->*(field.is_repeated() ? add : set))(&message, &field, value);
  return true;
}

bool PutDouble(Message& message, const FieldDescriptor& field, double value) {
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    field.is_repeated() ? reflection.AddDouble(&message, &field, value)
                        : reflection.SetDouble(&message, &field, value);
    return true;
  }
  if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) return false;
  field.is_repeated() ? reflection.AddFloat(&message, &field, static_cast<float>(value))
                      : reflection.SetFloat(&message, &field, static_cast<float>(value));
  return true;
}

bool PutDecimal(Message& message, const FieldDescriptor& field, std::string_view text) {
  if (text == "Infinity" || text == "-Infinity") {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    return field.options().GetExtension(api::v1::may_be_infinite) &&
           PutDouble(message, field, text.starts_with('-') ? -kInfinity : kInfinity);
  }
  double value = 0;
  return Parse(text, value) && std::isfinite(value) && PutDouble(message, field, value);
}

bool PutEnum(Message& message, const FieldDescriptor& field,
             const google::protobuf::EnumValueDescriptor* value) {
  if (value == nullptr) return false;
  const Reflection& reflection = *message.GetReflection();
  field.is_repeated() ? reflection.AddEnum(&message, &field, value)
                      : reflection.SetEnum(&message, &field, value);
  return true;
}

bool PutTimestamp(Message& message, const FieldDescriptor& field, const std::string& text) {
  const auto instant = ParseInstant(text);
  if (!instant.ok()) return false;
  const Reflection& reflection = *message.GetReflection();
  Message* timestamp = field.is_repeated() ? reflection.AddMessage(&message, &field)
                                           : reflection.MutableMessage(&message, &field);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*instant);
  const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(*instant - seconds);
  const auto* type = timestamp->GetDescriptor();
  const Reflection& inner = *timestamp->GetReflection();
  inner.SetInt64(timestamp, type->FindFieldByNumber(1), seconds.time_since_epoch().count());
  inner.SetInt32(timestamp, type->FindFieldByNumber(2), static_cast<std::int32_t>(nanos.count()));
  return true;
}

}  // namespace

bool IsTimestamp(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->full_name() == "google.protobuf.Timestamp";
}

const FieldDescriptor* FindField(const google::protobuf::Descriptor& message,
                                 const std::string& name) {
  if (const FieldDescriptor* field = message.FindFieldByName(name)) return field;
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == name) return message.field(i);
  }
  return nullptr;
}

void PutBool(Message& message, const FieldDescriptor& field, bool value) {
  const Reflection& reflection = *message.GetReflection();
  field.is_repeated() ? reflection.AddBool(&message, &field, value)
                      : reflection.SetBool(&message, &field, value);
}

bool PutNumber(Message& message, const FieldDescriptor& field, std::string_view text) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return PutInteger(message, field, text, &Reflection::SetInt32, &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutInteger(message, field, text, &Reflection::SetInt64, &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutInteger(message, field, text, &Reflection::SetUInt32, &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutInteger(message, field, text, &Reflection::SetUInt64, &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutDecimal(message, field, text);
    case FieldDescriptor::CPPTYPE_ENUM: {
      int number = 0;
      return (Parse(text, number) || Parse(IntegerDigits(text), number)) &&
             PutEnum(message, field, field.enum_type()->FindValueByNumber(number));
    }
    default:
      return false;
  }
}

bool PutText(Message& message, const FieldDescriptor& field, const std::string& text) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) return false;
      field.is_repeated() ? reflection.AddString(&message, &field, text)
                          : reflection.SetString(&message, &field, text);
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") return false;
      PutBool(message, field, text == "true");
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      return PutEnum(message, field, field.enum_type()->FindValueByName(text)) ||
             PutNumber(message, field, text);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsTimestamp(field) && PutTimestamp(message, field, text);
    default:
      return PutNumber(message, field, text);
  }
}

}  // namespace fairline::auth_gateway
