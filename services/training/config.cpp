#include "services/training/config.hpp"

namespace fairline::training {

Config Config::Read(config::Environment& env) {
  constexpr int kRequiredVersion = 1;
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "training", kRequiredVersion);
  config.lake_url = env.Text("FAIRLINE_LAKE_URL", "where model bundles are kept: file:///folder");
  config.model_registry_address =
      env.Text("FAIRLINE_MODEL_REGISTRY_ADDRESS", "host:port of model_registry");
  config.recipe_file =
      env.Text("FAIRLINE_TRAINING_RECIPE", "file that says how the models are made",
               "services/training/recipes/football.json");
  return config;
}

}  // namespace fairline::training
