#include "services/model_registry/config.hpp"

namespace fairline::model_registry {
namespace {

constexpr int kSchemaVersion = 2;

}  // namespace

Config Config::Read(config::Environment& env) {
  return {.host = rpc::HostConfig::Read(env),
          .database = storage::DatabaseConfig::Read(env, "registry", kSchemaVersion)};
}

}  // namespace fairline::model_registry
