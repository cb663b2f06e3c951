#include "services/auth_gateway/rest/request_builder.hpp"

#include <memory>
#include <set>

#include "services/auth_gateway/rest/fields.hpp"
#include "services/auth_gateway/rest/json_reader.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const char* Expected(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "must be true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "must be an enum value's name or number";
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "must be a number";
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "cannot be given in a path or query";
    default:
      return "must be an integer";
  }
}

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

// One value of the path or the query. An integer is written one way there: of one thing there are
// not many addresses.
absl::Status Put(Message& message, const FieldDescriptor& field, const std::string& text) {
  const bool plain = text.find_first_not_of("-0123456789") == std::string::npos;
  if ((plain || !IsInteger(field)) && PutText(message, field, text)) return absl::OkStatus();
  return InvalidField(field.name(), Expected(field));
}

absl::Status PutFact(Message& message, const AccountBinding& binding, const SignedIn& signed_in) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = binding.field;
  const std::int64_t user_id = signed_in.member.user_id.value;
  if (binding.fact == api::v1::ACCOUNT_FIELD_USER_ID) {
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      reflection.SetString(&message, field, std::to_string(user_id));
    } else {
      reflection.SetInt64(&message, field, user_id);
    }
    return absl::OkStatus();
  }
  if (!signed_in.purse) return absl::InternalError("a route without the purse needs it");
  const Purse& purse = *signed_in.purse;
  switch (binding.fact) {
    case api::v1::ACCOUNT_FIELD_BANKROLL:
      reflection.SetInt64(&message, field, purse.Stakeable().minor_units);
      break;
    case api::v1::ACCOUNT_FIELD_OPEN_EXPOSURE:
      reflection.SetInt64(&message, field, purse.open_exposure.minor_units);
      break;
    case api::v1::ACCOUNT_FIELD_RISK:
      reflection.SetEnumValue(&message, field, static_cast<int>(purse.risk));
      break;
    case api::v1::ACCOUNT_FIELD_CURRENCY:
      reflection.SetString(&message, field, purse.currency);
      break;
    case api::v1::ACCOUNT_FIELD_OPEN_BETS:
      // By its bytes: the message is of the routes' own descriptors.
      reflection.MutableMessage(&message, field)
          ->ParseFromString(purse.open_bets.SerializeAsString());
      break;
    default:
      break;
  }
  return absl::OkStatus();
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
                                                  const std::optional<SignedIn>& signed_in) {
  const std::unique_ptr<Message> message(factory_.GetPrototype(&route.request())->New());
  if (input.body_is_content) {
    if (!IsUtf8(input.body)) return InvalidField("content", "must be UTF-8");
    message->GetReflection()->SetString(message.get(), route.request_content, input.body);
  } else if (route.takes_body && !input.body.empty()) {
    RETURN_IF_ERROR(ReadJson(input.body, route.refused, *message));
  }
  std::set<int> given;
  for (const QueryPair& pair : input.query) {
    const FieldDescriptor* field = FindField(route.request(), pair.name);
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
    if (!signed_in) return absl::InternalError("a route without an account needs one");
    RETURN_IF_ERROR(PutFact(*message, binding, *signed_in));
  }
  std::string bytes;
  if (!message->SerializeToString(&bytes)) return absl::InternalError("cannot serialise a request");
  return bytes;
}

}  // namespace fairline::auth_gateway
