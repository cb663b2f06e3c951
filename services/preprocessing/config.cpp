#include "services/preprocessing/config.hpp"

namespace fairline::preprocessing {

Config Config::Read(config::Environment& env) {
  constexpr int kSchemaVersion = 1;
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "features", kSchemaVersion);
  return config;
}

}  // namespace fairline::preprocessing
