#pragma once
// Forward-only migrations. Each service keeps VNNN__verb_object.sql files in its migrations
// folder; each runs once, in one transaction, and must never change afterwards (its SHA-256 is
// kept). All schemas are brought up to date in one step, in a fixed order, under a lock.

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::storage {

// A schema, the service folder that migrates it and the login role that may write it.
struct SchemaOwner {
  std::string_view schema;
  std::string_view service;  // folder under services/
  std::string_view role;
};

// Connects as the owner role, makes roles (with `passwords` by role name; roles without one are
// made without a password) and schemas that do not exist, and applies every migration not yet
// applied. `services` is the folder that holds <service>/migrations. `report` gets one line a
// step. `owners` are in the order in which their migrations run: each may refer to those before it.
// FailedPrecondition when an applied file was changed or is missing.
[[nodiscard]] absl::Status Migrate(const std::string& owner_url,
                                   std::span<const SchemaOwner> owners,
                                   const std::filesystem::path& services,
                                   const std::map<std::string, std::string>& passwords,
                                   const std::function<void(std::string_view)>& report);

}  // namespace fairline::storage
