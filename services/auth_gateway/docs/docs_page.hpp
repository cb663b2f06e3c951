#pragma once
// The page /docs: every route, its access rule and its fields. It loads only /docs/style.css.

#include <cstddef>
#include <string>
#include <vector>

#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/rest/route_table.hpp"

namespace fairline::auth_gateway {

[[nodiscard]] std::string DocsPage(const RouteTable& table,
                                   const std::vector<OldRouteDescription>& old_routes);
[[nodiscard]] std::string DocsStyle();

// docs/style.css, made C++ at build time (cmake/embed.cmake).
extern const unsigned char kDocsStyle[];
extern const std::size_t kDocsStyleSize;

}  // namespace fairline::auth_gateway
