#include "services/auth_gateway/old_api/parameters.hpp"

#include <charconv>
#include <cmath>
#include <set>

#include "services/auth_gateway/old_api/multipart.hpp"
#include "services/auth_gateway/rest/path_template.hpp"

namespace fairline::auth_gateway {
namespace {

using nlohmann::json;

// One JSON object without repeated keys.
absl::StatusOr<json> ParseObject(const std::string& body) {
  std::set<std::string> keys;
  std::string repeated;
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::key && depth == 1 && !keys.insert(value).second) {
      repeated = value;
    }
    return true;
  };
  json object = json::parse(body, watch, false);
  if (!object.is_object()) return InvalidField("body", "must be a JSON object");
  if (!repeated.empty()) return InvalidField("body", "names a field twice");
  return object;
}

std::optional<double> ToNumber(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

absl::StatusOr<OldParameters> OldParameters::Read(const Exchange& exchange) {
  OldParameters parameters;
  ASSIGN_OR_RETURN(const auto query, ParseQuery(exchange.query));
  for (const QueryPair& pair : query) parameters.values_.emplace(pair.name, pair.value);
  const std::string type = exchange.Header("Content-Type");
  const std::string& body = exchange.request.body;
  if (IsMultipartForm(type)) {
    ASSIGN_OR_RETURN(const auto form, ReadMultipartForm(type, body));
    for (const FormField& field : form) parameters.values_.emplace(field.name, field.value);
  } else if (type.starts_with("application/x-www-form-urlencoded")) {
    ASSIGN_OR_RETURN(const auto form, ParseQuery(body));
    for (const QueryPair& pair : form) parameters.values_.emplace(pair.name, pair.value);
  } else if (!body.empty()) {
    ASSIGN_OR_RETURN(const json object, ParseObject(body));
    for (const auto& [name, value] : object.items()) parameters.values_.emplace(name, value);
  }
  return parameters;
}

const nlohmann::json* OldParameters::Find(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.is_null() ? nullptr : &found->second;
}

absl::StatusOr<std::string> OldParameters::Text(const std::string& name) const {
  return Required(name, OptionalText(name));
}

absl::StatusOr<std::optional<std::string>> OldParameters::OptionalText(
    const std::string& name) const {
  const json* value = Find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return InvalidField(name, "must be a string");
  const std::string& text = value->get_ref<const std::string&>();
  if (text.find('\0') != std::string::npos || !IsUtf8(text)) {
    return InvalidField(name, "must be a text in UTF-8, without NUL");
  }
  return std::optional(text);
}

absl::StatusOr<std::optional<double>> OldParameters::OptionalNumber(const std::string& name) const {
  const json* value = Find(name);
  if (value == nullptr) return std::optional<double>();
  const auto number = ToNumber(*value);
  if (!number) return InvalidField(name, "must be a number");
  return std::optional(*number);
}

absl::StatusOr<std::optional<Money>> OldParameters::OptionalMoney(const std::string& name,
                                                                  std::string_view currency) const {
  ASSIGN_OR_RETURN(const auto number, OptionalNumber(name));
  if (!number) return std::optional<Money>();
  const auto money = Money::FromMajorUnits(*number, currency);
  if (!money.ok()) return InvalidField(name, "is not an amount of money");
  return std::optional(*money);
}

absl::StatusOr<std::optional<RiskLevel>> OldParameters::OptionalRisk(
    const std::string& name) const {
  ASSIGN_OR_RETURN(const auto text, OptionalText(name));
  if (!text) return std::optional<RiskLevel>();
  const auto risk = domain::RiskLevelFromName(*text);
  if (!risk) return InvalidField(name, "must be low, medium or high");
  return risk;
}

absl::StatusOr<std::optional<Role>> OldParameters::OptionalRole(const std::string& name) const {
  const json* value = Find(name);
  if (value == nullptr) return std::optional<Role>();
  const auto number = ToNumber(*value);
  std::optional<Role> role;
  if (number && *number == std::floor(*number) && std::abs(*number) < 100) {
    role = domain::RoleFromNumber(static_cast<std::int64_t>(*number));
  }
  if (!role) return InvalidField(name, "must be 0, 1 or 9");
  return role;
}

}  // namespace fairline::auth_gateway
