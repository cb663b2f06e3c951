#include "services/auth_gateway/rest/request_builder.hpp"

#include <charconv>
#include <cmath>
#include <memory>
#include <set>

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

template <typename Number>
absl::StatusOr<Number> Parse(const FieldDescriptor& field, const std::string& text) {
  Number value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return InvalidField(field.name(),
                        std::is_integral_v<Number> ? "must be an integer" : "must be a number");
  }
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) return InvalidField(field.name(), "must be a number");
  }
  return value;
}

// One textual value into a field: set, or added when the field is repeated.
absl::Status Put(Message& message, const FieldDescriptor& field, const std::string& text) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const bool add = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      add ? reflection.AddString(&message, &field, text)
          : reflection.SetString(&message, &field, text);
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (text != "true" && text != "false") {
        return InvalidField(field.name(), "must be true or false");
      }
      add ? reflection.AddBool(&message, &field, text == "true")
          : reflection.SetBool(&message, &field, text == "true");
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field.enum_type()->FindValueByName(text);
      if (value == nullptr) {
        return InvalidField(field.name(), "must be the name of an enum value");
      }
      add ? reflection.AddEnum(&message, &field, value)
          : reflection.SetEnum(&message, &field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      ASSIGN_OR_RETURN(const auto value, Parse<std::int32_t>(field, text));
      add ? reflection.AddInt32(&message, &field, value)
          : reflection.SetInt32(&message, &field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      ASSIGN_OR_RETURN(const auto value, Parse<std::int64_t>(field, text));
      add ? reflection.AddInt64(&message, &field, value)
          : reflection.SetInt64(&message, &field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      ASSIGN_OR_RETURN(const auto value, Parse<double>(field, text));
      add ? reflection.AddDouble(&message, &field, value)
          : reflection.SetDouble(&message, &field, value);
      return absl::OkStatus();
    }
    default:
      return InvalidField(field.name(), "cannot be given in a path or query");
  }
}

void PutFact(Message& message, const AccountBinding& binding, const Account& account) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = binding.field;
  switch (binding.fact) {
    case api::v1::ACCOUNT_FIELD_USER_ID:
      if (field->type() == FieldDescriptor::TYPE_STRING) {
        reflection.SetString(&message, field, std::to_string(account.user_id.value));
      } else {
        reflection.SetInt64(&message, field, account.user_id.value);
      }
      break;
    case api::v1::ACCOUNT_FIELD_BANKROLL:
      reflection.SetInt64(&message, field, account.bankroll.minor_units);
      break;
    case api::v1::ACCOUNT_FIELD_RISK:
      reflection.SetEnumValue(&message, field, static_cast<int>(account.risk));
      break;
    case api::v1::ACCOUNT_FIELD_CURRENCY:
      reflection.SetString(&message, field, account.currency);
      break;
    default:
      break;
  }
}

// A header fills a string field that the client left empty.
absl::Status PutHeader(Message& message, const char* field_name, const char* header,
                       const std::string& value) {
  if (value.empty()) return absl::OkStatus();
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(field_name);
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING) return absl::OkStatus();
  std::string scratch;
  const std::string& present =
      message.GetReflection()->GetStringReference(message, field, &scratch);
  if (!present.empty() && present != value) {
    return InvalidField(field_name, std::string("differs from the header ") + header);
  }
  message.GetReflection()->SetString(&message, field, value);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> RequestBuilder::Build(const Route& route, const RestInput& input,
                                                  const std::optional<Account>& account) {
  const std::unique_ptr<Message> message(factory_.GetPrototype(&route.request())->New());
  if (route.takes_body && !input.body.empty()) {
    ASSIGN_OR_RETURN(const std::string binary,
                     codec_.ToBinary(route.request(), input.body, route.refused));
    if (!message->ParseFromString(binary)) {
      return absl::InternalError("a translated body cannot be parsed");
    }
  }
  std::set<int> given;
  for (const QueryPair& pair : input.query) {
    const FieldDescriptor* field = route.request().FindFieldByName(pair.name);
    if (field == nullptr || route.takes_body) {
      return InvalidField(pair.name.substr(0, 100), "is not a known parameter");
    }
    if (const auto refused = route.refused.find(field->number()); refused != route.refused.end()) {
      return InvalidField(field->name(), refused->second);
    }
    if (!given.insert(field->number()).second && !field->is_repeated()) {
      return InvalidField(field->name(), "appears twice");
    }
    RETURN_IF_ERROR(Put(*message, *field, pair.value));
  }
  for (const PathTemplate::Binding& binding : input.path) {
    const FieldDescriptor& field = *route.request().FindFieldByName(binding.field);
    RETURN_IF_ERROR(Put(*message, field, binding.value));
  }
  RETURN_IF_ERROR(PutHeader(*message, "request_id", "Idempotency-Key", input.idempotency_key));
  RETURN_IF_ERROR(PutHeader(*message, "resume_token", "Last-Event-ID", input.last_event_id));
  for (const AccountBinding& binding : route.from_account) {
    if (!account) return absl::InternalError("a route without an account needs one");
    PutFact(*message, binding, *account);
  }
  std::string bytes;
  if (!message->SerializeToString(&bytes)) return absl::InternalError("cannot serialise a request");
  return bytes;
}

}  // namespace fairline::auth_gateway
