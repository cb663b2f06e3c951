#include "services/auth_gateway/config.hpp"

#include "services/accounts/storage/pg_account_store.hpp"

namespace fairline::auth_gateway {

Config Config::Read(config::Environment& env) {
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "accounts", PgAccountStore::kSchemaVersion);
  config.http_listen = env.Text("FAIRLINE_HTTP_LISTEN", "host:port of REST and the web page");
  config.session_key =
      env.Secret("FAIRLINE_SESSION_KEY", "signs bearer tokens, at least 32 bytes", 32);
  config.admin_password = env.OptionalSecret(
      "FAIRLINE_ADMIN_PASSWORD", "password of the first admin; needed until there is one");
  const std::int64_t role =
      env.Integer("FAIRLINE_NEW_USER_ROLE", "role of new accounts: 0 free, 1 premium", 0, 0, 1);
  config.new_user_role = role == 1 ? Role::kPremium : Role::kFree;
  config.web_dir = env.Text("FAIRLINE_WEB_DIR", "folder of the built web page; empty for none", "");
  const auto address = [&](const char* name, const char* service) {
    return env.Text(name, std::string("host:port of gRPC of ") + service);
  };
  config.ingest_address = address("FAIRLINE_INGEST_ADDRESS", "ingest");
  config.preprocessing_address = address("FAIRLINE_PREPROCESSING_ADDRESS", "preprocessing");
  config.training_address = address("FAIRLINE_TRAINING_ADDRESS", "training");
  config.model_registry_address = address("FAIRLINE_MODEL_REGISTRY_ADDRESS", "model_registry");
  config.prediction_address = address("FAIRLINE_PREDICTION_ADDRESS", "prediction");
  config.pipeline_address = address("FAIRLINE_PIPELINE_ADDRESS", "pipeline");
  return config;
}

}  // namespace fairline::auth_gateway
