#pragma once
// Settings of the pipeline service.

#include <chrono>
#include <string>

#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"

namespace fairline::pipeline {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  // Peers, "host:port".
  std::string ingest_address;
  std::string preprocessing_address;
  std::string training_address;
  std::string model_registry_address;
  std::string prediction_address;
  std::string accounts_address;
  // How long a run may lie still before another worker takes it up.
  std::chrono::milliseconds lease;
  // Bounds one call of a stage.
  std::chrono::milliseconds stage_timeout;
  // How long a stage waits for its service to come back.
  std::chrono::milliseconds patience;

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::pipeline
