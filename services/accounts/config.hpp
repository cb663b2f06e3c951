#pragma once
// What accounts reads from its environment.

#include <optional>
#include <string>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"
#include "services/accounts/app/identity/account.hpp"

namespace fairline::accounts {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string session_key;                    // signs bearer tokens, at least 32 bytes
  std::optional<std::string> admin_password;  // of the first admin; needed until one exists
  Role new_user_role;

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::accounts
