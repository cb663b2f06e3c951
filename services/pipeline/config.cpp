#include "services/pipeline/config.hpp"

namespace fairline::pipeline {

Config Config::Read(config::Environment& env) {
  constexpr int kSchemaVersion = 3;
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "pipeline", kSchemaVersion);
  config.ingest_address = env.Text("FAIRLINE_INGEST_ADDRESS", "host:port of ingest");
  config.preprocessing_address =
      env.Text("FAIRLINE_PREPROCESSING_ADDRESS", "host:port of preprocessing");
  config.training_address = env.Text("FAIRLINE_TRAINING_ADDRESS", "host:port of training");
  config.model_registry_address =
      env.Text("FAIRLINE_MODEL_REGISTRY_ADDRESS", "host:port of model_registry");
  config.prediction_address = env.Text("FAIRLINE_PREDICTION_ADDRESS", "host:port of prediction");
  config.accounts_address = env.Text("FAIRLINE_ACCOUNTS_ADDRESS", "host:port of accounts");
  config.lease = std::chrono::milliseconds(env.Integer(
      "FAIRLINE_PIPELINE_LEASE_MS",
      "a run whose worker is silent for this long is taken up by another", 10'000, 500, 600'000));
  config.stage_timeout = std::chrono::seconds(env.Integer(
      "FAIRLINE_PIPELINE_STAGE_TIMEOUT_SECONDS", "bounds one call of a stage", 7'200, 1, 86'400));
  config.patience = std::chrono::seconds(
      env.Integer("FAIRLINE_PIPELINE_PATIENCE_SECONDS",
                  "how long a stage waits for its service to come back", 120, 1, 86'400));
  return config;
}

}  // namespace fairline::pipeline
