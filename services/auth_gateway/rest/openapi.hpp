#pragma once
// /openapi.json (OpenAPI 3.1) and the page /docs, both made from the descriptors and their
// comments; the hand-written routes are added from their own descriptions.

#include <string>
#include <vector>

#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/rest/route_table.hpp"

namespace fairline::auth_gateway {

[[nodiscard]] std::string OpenApiJson(const RouteTable& table,
                                      const std::vector<OldRouteDescription>& old_routes);

// A page that lists every route, its access rule and its fields; it loads only /docs/style.css.
[[nodiscard]] std::string DocsPage(const RouteTable& table,
                                   const std::vector<OldRouteDescription>& old_routes);
[[nodiscard]] std::string DocsStyle();

}  // namespace fairline::auth_gateway
