#include "services/auth_gateway/docs/docs_page.hpp"

#include <set>

#include "services/auth_gateway/docs/openapi_document.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string FieldRows(const Descriptor& message, const std::map<int, std::string>& without) {
  std::string rows;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (without.count(field.number()) > 0) continue;
    std::string type = field.type_name();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) type = field.enum_type()->name();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) type = field.message_type()->name();
    if (field.is_repeated()) type += "[]";
    rows += "<tr><td><code>" + field.name() + "</code></td><td>" + type + "</td><td>" +
            Escaped(CommentOf(field)) + "</td></tr>\n";
  }
  return rows.empty() ? "" : "<table>" + rows + "</table>\n";
}

}  // namespace

std::string DocsPage(const RouteTable& table, const std::vector<OldRouteDescription>& old_routes) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>Fairline API</title><link rel=\"stylesheet\" href=\"/docs/style.css\"></head>\n"
      "<body><main><h1>Fairline API</h1>\n<p>The same as <a href=\"/openapi.json\">OpenAPI "
      "3.1</a>. "
      "Errors are RFC 9457 problem details. A bearer token comes from <code>POST "
      "/v1/sessions</code>."
      "</p>\n";
  std::set<std::string> services;
  for (const Route& route : table.routes()) services.insert(route.service);
  for (const std::string& service : services) {
    page += "<h2>" + service + "</h2>\n";
    for (const Route& route : table.routes()) {
      if (route.service != service) continue;
      page += "<details><summary><b>" + route.http_method + "</b> <code>" + route.path.text() +
              "</code> <span>" + Escaped(CommentOf(*route.method)) + "</span></summary>\n<p>For " +
              WhoMayCall(route.access) + ".</p>\n";
      const std::string request = FieldRows(
          route.request(), route.takes_body ? route.refused : std::map<int, std::string>());
      if (!request.empty()) page += "<h3>Request</h3>\n" + request;
      page += route.method->server_streaming() ? "<h3>Each event</h3>\n" : "<h3>Answer</h3>\n";
      page += FieldRows(route.response(), {}) + "</details>\n";
    }
  }
  page += "<h2>The old API</h2>\n";
  for (const OldRouteDescription& route : old_routes) {
    page += "<p><b>" + route.http_method + "</b> <code>" + route.path + "</code> " +
            Escaped(route.summary) + "</p>\n";
  }
  return page + "</main></body></html>\n";
}

std::string DocsStyle() { return {reinterpret_cast<const char*>(kDocsStyle), kDocsStyleSize}; }

}  // namespace fairline::auth_gateway
