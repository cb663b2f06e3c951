#pragma once

#include <chrono>
#include <string>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/staking/staking.hpp"
#include "libs/storage/database.hpp"

namespace fairline::prediction {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string lake_url;
  std::string registry_address;
  std::chrono::milliseconds poll_interval;  // how often production version and data are looked at
  staking::StakingPolicy staking;

  static Config Read(config::Environment& env);
};

}  // namespace fairline::prediction
