#pragma once
// Settings of the preprocessing service.

#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"

namespace fairline::preprocessing {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::preprocessing
