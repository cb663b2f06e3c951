#pragma once
// What the gateway reads from its environment.

#include <string>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"

namespace fairline::auth_gateway {

struct Config {
  rpc::HostConfig host;
  std::string http_listen;           // REST and the page, "127.0.0.1:8080"
  std::string web_dir;               // the built page; empty for none
  std::string trusted_proxies;       // networks, for TrustedProxies::Parse
  std::string tls_certificate_file;  // empty for plain HTTP
  std::string tls_key_file;
  // Where the services listen for gRPC.
  std::string ingest_address;
  std::string preprocessing_address;
  std::string training_address;
  std::string model_registry_address;
  std::string prediction_address;
  std::string accounts_address;
  std::string pipeline_address;

  [[nodiscard]] static Config Read(config::Environment& env);
};

}  // namespace fairline::auth_gateway
