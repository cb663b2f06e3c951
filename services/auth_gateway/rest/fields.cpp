#include "services/auth_gateway/rest/fields.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "libs/core/date.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <typename Number>
bool Parse(const std::string& text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// `set` and `add` are the Reflection's functions of the type.
template <typename Number>
bool PutInteger(Message& message, const FieldDescriptor& field, const std::string& text,
                void (Reflection::*set)(Message*, const FieldDescriptor*, Number) const,
                void (Reflection::*add)(Message*, const FieldDescriptor*, Number) const) {
  Number value = 0;
  if (!Parse(text, value)) return false;
  (message.GetReflection()->*(field.is_repeated() ? add : set))(&message, &field, value);
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

void PutBool(Message& message, const FieldDescriptor& field, bool value) {
  const Reflection& reflection = *message.GetReflection();
  field.is_repeated() ? reflection.AddBool(&message, &field, value)
                      : reflection.SetBool(&message, &field, value);
}

bool PutDouble(Message& message, const FieldDescriptor& field, double value) {
  if (!std::isfinite(value)) return false;
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    field.is_repeated() ? reflection.AddDouble(&message, &field, value)
                        : reflection.SetDouble(&message, &field, value);
    return true;
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_FLOAT ||
      std::abs(value) > std::numeric_limits<float>::max()) {
    return false;
  }
  field.is_repeated() ? reflection.AddFloat(&message, &field, static_cast<float>(value))
                      : reflection.SetFloat(&message, &field, static_cast<float>(value));
  return true;
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
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field.enum_type()->FindValueByName(text);
      if (value == nullptr) return false;
      field.is_repeated() ? reflection.AddEnum(&message, &field, value)
                          : reflection.SetEnum(&message, &field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return PutInteger(message, field, text, &Reflection::SetInt32, &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutInteger(message, field, text, &Reflection::SetInt64, &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutInteger(message, field, text, &Reflection::SetUInt32, &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutInteger(message, field, text, &Reflection::SetUInt64, &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value = 0;
      return Parse(text, value) && PutDouble(message, field, value);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsTimestamp(field) && PutTimestamp(message, field, text);
  }
  return false;
}

}  // namespace fairline::auth_gateway
