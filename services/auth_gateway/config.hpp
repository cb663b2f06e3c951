#pragma once
// What the gateway reads from its environment.

#include <optional>
#include <string>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"
#include "services/accounts/app/identity/account.hpp"

namespace fairline::auth_gateway {

using namespace accounts;

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string http_listen;                    // REST and the page, "127.0.0.1:8080"
  std::string session_key;                    // signs bearer tokens, at least 32 bytes
  std::optional<std::string> admin_password;  // of the first admin; needed until one exists
  Role new_user_role;
  std::string web_dir;  // the built page; empty for none
  // Where the services listen for gRPC.
  std::string ingest_address;
  std::string preprocessing_address;
  std::string training_address;
  std::string model_registry_address;
  std::string prediction_address;
  std::string pipeline_address;

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::auth_gateway
