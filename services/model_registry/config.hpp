#pragma once

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"

namespace fairline::model_registry {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;

  static Config Read(config::Environment& env);
};

}  // namespace fairline::model_registry
