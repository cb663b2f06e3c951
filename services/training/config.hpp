#pragma once

#include <string>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"

namespace fairline::training {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string lake_url;                // where bundles are written
  std::string model_registry_address;  // "host:port"
  std::string recipe_file;             // how the models are made, JSON

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::training
