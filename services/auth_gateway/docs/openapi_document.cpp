#include "services/auth_gateway/docs/openapi_document.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "libs/rpc/contract.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::ordered_json;

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

ordered_json Reference(const std::string& full_name) {
  return {{"$ref", "#/components/schemas/" + full_name}};
}

// Collects the schemas of messages and enums as they are mentioned.
class Schemas {
 public:
  ordered_json OfField(const FieldDescriptor& field) {
    ordered_json schema = OfSingle(field);
    if (field.is_repeated()) schema = {{"type", "array"}, {"items", std::move(schema)}};
    const std::string comment = CommentOf(field);
    if (!comment.empty()) schema["description"] = comment;
    if (field.options().deprecated()) schema["deprecated"] = true;
    return schema;
  }

  ordered_json OfMessage(const Descriptor& message) {
    if (seen_.insert(message.full_name()).second) {
      schemas_[message.full_name()] = Object(message, {});
    }
    return Reference(message.full_name());
  }

  // The request without the fields that the client must not put into the body.
  ordered_json Object(const Descriptor& message, const std::map<int, std::string>& without) {
    ordered_json schema{{"type", "object"}};
    const std::string comment = CommentOf(message);
    if (!comment.empty()) schema["description"] = comment;
    auto properties = ordered_json::object();
    auto required = ordered_json::array();
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      if (without.count(field.number()) > 0) continue;
      properties[field.name()] = OfField(field);
      // The key may come in its header instead.
      if (rpc::IsRequired(field) && field.name() != "request_id") required.push_back(field.name());
    }
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    return schema;
  }

  [[nodiscard]] const ordered_json& all() const { return schemas_; }

 private:
  ordered_json OfSingle(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::CPPTYPE_STRING:
        return {{"type", "string"}};
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_UINT32:
        return {{"type", "integer"}, {"format", "int32"}};
      case FieldDescriptor::CPPTYPE_INT64:
      case FieldDescriptor::CPPTYPE_UINT64:
        return {{"type", "string"}, {"format", "int64"}, {"pattern", "^-?[0-9]+$"}};
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (field.options().GetExtension(api::v1::may_be_infinite)) {
          return {{"oneOf", {{{"type", "number"}, {"format", "double"}}, {{"const", "Infinity"}}}}};
        }
        return {{"type", "number"}, {"format", "double"}};
      case FieldDescriptor::CPPTYPE_ENUM:
        return OfEnum(*field.enum_type());
      case FieldDescriptor::CPPTYPE_MESSAGE:
        break;
    }
    if (field.message_type()->full_name() == "google.protobuf.Timestamp") {
      return {{"type", "string"}, {"format", "date-time"}};
    }
    return OfMessage(*field.message_type());
  }

  ordered_json OfEnum(const EnumDescriptor& type) {
    if (seen_.insert(type.full_name()).second) {
      ordered_json schema{{"type", "string"}};
      std::string text = CommentOf(type);
      auto names = ordered_json::array();
      for (int i = 0; i < type.value_count(); ++i) {
        names.push_back(type.value(i)->name());
        const std::string comment = CommentOf(*type.value(i));
        if (!comment.empty()) text += "\n- " + type.value(i)->name() + ": " + comment;
      }
      schema["enum"] = std::move(names);
      if (!text.empty()) schema["description"] = text;
      schemas_[type.full_name()] = std::move(schema);
    }
    return Reference(type.full_name());
  }

  std::set<std::string> seen_;
  ordered_json schemas_ = ordered_json::object();
};

ordered_json ProblemResponse(const char* description) {
  return {{"description", description},
          {"content", {{"application/problem+json", {{"schema", Reference("Problem")}}}}}};
}

ordered_json Parameter(const std::string& name, const char* in, bool required,
                       const ordered_json& schema) {
  return {{"name", name}, {"in", in}, {"required", required}, {"schema", schema}};
}

ordered_json OperationOf(const Route& route, Schemas& schemas) {
  ordered_json operation{
      {"operationId", route.method->full_name()},
      {"tags", {route.method->service()->name()}},
      {"summary", CommentOf(*route.method)},
      {"description", std::string("May be called by ") + WhoMayCall(route.access) + "."}};
  auto parameters = ordered_json::array();
  std::set<std::string> in_path;
  for (const std::string& name : route.path.Fields()) {
    in_path.insert(name);
    parameters.push_back(
        Parameter(name, "path", true, schemas.OfField(*route.request().FindFieldByName(name))));
  }
  if (route.takes_body) {
    const ordered_json schema = schemas.Object(route.request(), route.refused);
    operation["requestBody"] = {{"required", schema.contains("required")},
                                {"content", {{"application/json", {{"schema", schema}}}}}};
    if (route.request_content != nullptr) {
      operation["requestBody"]["content"][route.media_type] = {{"schema", {{"type", "string"}}}};
    }
    if (const FieldDescriptor* key = route.request().FindFieldByName("request_id")) {
      ordered_json header{{"type", "string"}};
      header["description"] = rpc::IsRequired(*key)
                                  ? "The request_id, when the body has none; one of both must be."
                                  : "The request_id, when the body has none.";
      parameters.push_back(Parameter("Idempotency-Key", "header", false, header));
    }
  } else {
    for (int i = 0; i < route.request().field_count(); ++i) {
      const FieldDescriptor& field = *route.request().field(i);
      if (route.refused.count(field.number()) > 0 ||
          field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        continue;
      }
      parameters.push_back(
          Parameter(field.name(), "query", rpc::IsRequired(field), schemas.OfField(field)));
    }
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  const std::string type = route.answer_content != nullptr    ? route.media_type
                           : route.method->server_streaming() ? "text/event-stream"
                                                              : "application/json";
  const ordered_json schema = route.answer_content != nullptr ? ordered_json{{"type", "string"}}
                                                              : schemas.OfMessage(route.response());
  operation["responses"] = {
      {"200", {{"description", "The answer."}, {"content", {{type, {{"schema", schema}}}}}}},
      {"default", ProblemResponse("What went wrong.")}};
  if (route.access != api::v1::ACCESS_PUBLIC) {
    operation["security"] = {{{"bearer", ordered_json::array()}}};
  }
  return operation;
}

ordered_json OldOperationOf(const OldRouteDescription& route) {
  ordered_json operation{{"operationId", "old" + route.http_method + route.path},
                         {"tags", {"Old API"}},
                         {"summary", route.summary}};
  auto parameters = ordered_json::array();
  const PathTemplate path = PathTemplate::Parse(route.path).value();
  for (const std::string& name : path.Fields()) {
    parameters.push_back(Parameter(name, "path", true, {{"type", "string"}}));
  }
  if (route.versioned) {
    parameters.push_back(
        Parameter("api-version", "header", true, {{"type", "string"}, {"enum", {"1"}}}));
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  operation["responses"] = {{"200",
                             {{"description", "The answer."},
                              {"content", {{"application/json", ordered_json::object()}}}}},
                            {"default", ProblemResponse("What went wrong.")}};
  if (route.signed_in) operation["security"] = {{{"bearer", ordered_json::array()}}};
  return operation;
}

ordered_json ProblemSchema() {
  return {{"type", "object"},
          {"description", "RFC 9457 problem details."},
          {"properties",
           {{"type", {{"type", "string"}}},
            {"title", {{"type", "string"}}},
            {"status", {{"type", "integer"}}},
            {"detail", {{"type", "string"}}},
            {"trace_id", {{"type", "string"}}},
            {"errors",
             {{"type", "array"},
              {"items",
               {{"type", "object"},
                {"properties",
                 {{"field", {{"type", "string"}}}, {"reason", {{"type", "string"}}}}}}}}}}}};
}

}  // namespace

const char* WhoMayCall(api::v1::Access access) {
  switch (access) {
    case api::v1::ACCESS_PUBLIC:
      return "anybody";
    case api::v1::ACCESS_USER:
      return "any signed-in account";
    case api::v1::ACCESS_PREMIUM:
      return "premium accounts (role 1 or 9)";
    case api::v1::ACCESS_ADMIN:
      return "admins (role 9)";
    default:
      return "services";
  }
}

std::string OpenApiJson(const RouteTable& table,
                        const std::vector<OldRouteDescription>& old_routes) {
  Schemas schemas;
  auto paths = ordered_json::object();
  for (const Route& route : table.routes()) {
    paths[route.path.text()][Lower(route.http_method)] = OperationOf(route, schemas);
  }
  for (const OldRouteDescription& route : old_routes) {
    paths[route.path][Lower(route.http_method)] = OldOperationOf(route);
  }
  ordered_json components{{"schemas", schemas.all()}};
  components["schemas"]["Problem"] = ProblemSchema();
  components["securitySchemes"] = {
      {"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}};
  return ordered_json{{"openapi", "3.1.0"},
                      {"info",
                       {{"title", "Fairline"},
                        {"version", "1"},
                        {"description",
                         "Sports forecasts, value bets and Kelly stakes. What is sent may have any "
                         "form of protobuf's JSON mapping (names in lowerCamelCase, integers as "
                         "numbers, enums as numbers); answers have the form below."}}},
                      {"paths", std::move(paths)},
                      {"components", std::move(components)}}
      .dump(1);
}

}  // namespace fairline::auth_gateway
