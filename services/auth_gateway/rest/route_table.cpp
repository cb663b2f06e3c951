#include "services/auth_gateway/rest/route_table.hpp"

#include <algorithm>

#include "google/api/annotations.pb.h"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

absl::Status Wrong(const MethodDescriptor& method, std::string_view reason) {
  return absl::InvalidArgumentError(method.full_name() + ": " + std::string(reason));
}

// The HTTP method and path of a rule.
absl::StatusOr<std::pair<std::string, std::string>> PatternOf(const MethodDescriptor& method,
                                                              const google::api::HttpRule& rule) {
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      return std::pair(std::string("GET"), rule.get());
    case google::api::HttpRule::kPut:
      return std::pair(std::string("PUT"), rule.put());
    case google::api::HttpRule::kPost:
      return std::pair(std::string("POST"), rule.post());
    case google::api::HttpRule::kDelete:
      return std::pair(std::string("DELETE"), rule.delete_());
    case google::api::HttpRule::kPatch:
      return std::pair(std::string("PATCH"), rule.patch());
    default:
      return Wrong(method, "its http rule has no method that is supported");
  }
}

bool FitsFact(const FieldDescriptor& field, api::v1::AccountField fact) {
  if (field.is_repeated()) return false;
  switch (fact) {
    case api::v1::ACCOUNT_FIELD_USER_ID:
      return field.type() == FieldDescriptor::TYPE_INT64 ||
             field.type() == FieldDescriptor::TYPE_STRING;
    case api::v1::ACCOUNT_FIELD_BANKROLL:
    case api::v1::ACCOUNT_FIELD_OPEN_EXPOSURE:
      return field.type() == FieldDescriptor::TYPE_INT64;
    case api::v1::ACCOUNT_FIELD_RISK:
      return field.type() == FieldDescriptor::TYPE_ENUM &&
             field.enum_type()->full_name() == "fairline.sports.v1.Risk";
    case api::v1::ACCOUNT_FIELD_CURRENCY:
      return field.type() == FieldDescriptor::TYPE_STRING;
    case api::v1::ACCOUNT_FIELD_OPEN_BETS:
      return field.type() == FieldDescriptor::TYPE_MESSAGE &&
             field.message_type()->full_name() == "fairline.sports.v1.OpenBets";
    default:
      return false;
  }
}

const FieldDescriptor* ContentOf(const google::protobuf::Descriptor& message) {
  const FieldDescriptor* field = message.FindFieldByName("content");
  return field != nullptr && field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated()
             ? field
             : nullptr;
}

absl::StatusOr<Route> MakeRoute(const MethodDescriptor& method, api::v1::Access access) {
  const google::api::HttpRule& rule = method.options().GetExtension(google::api::http);
  if (method.client_streaming()) return Wrong(method, "a client stream has no REST form");
  if (!rule.body().empty() && rule.body() != "*") return Wrong(method, "body must be \"*\"");
  if (!rule.response_body().empty() || rule.additional_bindings_size() != 0) {
    return Wrong(method, "response_body and additional_bindings are not supported");
  }
  ASSIGN_OR_RETURN(auto pattern, PatternOf(method, rule));
  ASSIGN_OR_RETURN(PathTemplate path, PathTemplate::Parse(pattern.second));
  Route route{.http_method = std::move(pattern.first),
              .path = std::move(path),
              .takes_body = rule.body() == "*",
              .access = access,
              .betting = access == api::v1::ACCESS_PREMIUM ||
                         method.options().GetExtension(api::v1::betting),
              .from_account = {},
              .refused = {},
              .method = &method,
              .service = method.service()->full_name(),
              .rpc_path = "/" + method.service()->full_name() + "/" + method.name()};
  if (route.takes_body && (route.http_method == "GET" || route.http_method == "DELETE")) {
    return Wrong(method, "GET and DELETE take no body");
  }
  route.media_type = method.options().GetExtension(api::v1::media_type);
  if (!route.media_type.empty()) {
    if (route.takes_body) route.request_content = ContentOf(route.request());
    route.answer_content = ContentOf(route.response());
    if (route.request_content == nullptr && route.answer_content == nullptr) {
      return Wrong(method, "has a media type and no text field \"content\"");
    }
  }
  for (const std::string& name : route.path.Fields()) {
    const FieldDescriptor* field = route.request().FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      return Wrong(method, "path variable " + name + " is not a single plain field");
    }
    route.refused[field->number()] = "is in the path, do not send it again";
  }
  for (int i = 0; i < route.request().field_count(); ++i) {
    const FieldDescriptor* field = route.request().field(i);
    const auto fact = field->options().GetExtension(api::v1::from_account);
    if (fact == api::v1::ACCOUNT_FIELD_UNSPECIFIED) continue;
    if (!FitsFact(*field, fact)) return Wrong(method, field->name() + " cannot hold its fact");
    if (access == api::v1::ACCESS_PUBLIC) {
      return Wrong(method, "a public method has no account to fill " + field->name() + " from");
    }
    route.from_account.push_back({field, fact});
    route.refused[field->number()] = "is taken from the account, do not send it";
  }
  return route;
}

}  // namespace

absl::StatusOr<RouteTable> RouteTable::Build(const Contract& contract) {
  RouteTable table;
  for (const auto* service : contract.services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const api::v1::Access access = method.options().GetExtension(api::v1::access);
      if (access == api::v1::ACCESS_UNSPECIFIED) return Wrong(method, "declares no access rule");
      if (!method.options().HasExtension(google::api::http)) continue;
      if (access == api::v1::ACCESS_SERVICE) {
        return Wrong(method, "is for services only and must have no route");
      }
      ASSIGN_OR_RETURN(Route route, MakeRoute(method, access));
      table.routes_.push_back(std::move(route));
    }
  }
  std::stable_sort(table.routes_.begin(), table.routes_.end(),
                   [](const Route& a, const Route& b) { return a.path.MoreSpecificThan(b.path); });
  for (std::size_t i = 0; i < table.routes_.size(); ++i) {
    for (std::size_t j = i + 1; j < table.routes_.size(); ++j) {
      const Route& a = table.routes_[i];
      const Route& b = table.routes_[j];
      if (a.http_method == b.http_method && a.path.text() == b.path.text()) {
        return Wrong(*b.method, "has the same route as " + a.method->full_name());
      }
    }
  }
  return table;
}

RouteTable::Match RouteTable::Find(std::string_view http_method, std::string_view path) const {
  Match match;
  for (const Route& route : routes_) {
    auto bindings = route.path.Match(path);
    if (!bindings) continue;
    if (route.http_method == http_method) {
      match.route = &route;
      match.bindings = *std::move(bindings);
      return match;
    }
    if (std::find(match.allowed.begin(), match.allowed.end(), route.http_method) ==
        match.allowed.end()) {
      match.allowed.push_back(route.http_method);
    }
  }
  return match;
}

}  // namespace fairline::auth_gateway
