#pragma once
// /openapi.json (OpenAPI 3.1), made from the descriptors and their comments; the hand-written
// routes are added from their own descriptions.

#include <string>
#include <vector>

#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/rest/route_table.hpp"

namespace fairline::auth_gateway {

[[nodiscard]] std::string OpenApiJson(const RouteTable& table,
                                      const std::vector<OldRouteDescription>& old_routes);

// In words: "any signed-in account".
[[nodiscard]] const char* WhoMayCall(api::v1::Access access);

}  // namespace fairline::auth_gateway
