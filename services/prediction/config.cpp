#include "services/prediction/config.hpp"

namespace fairline::prediction {
namespace {

constexpr int kRequiredSchemaVersion = 3;

domain::StakingPolicy ReadStaking(config::Environment& env) {
  domain::StakingPolicy policy;
  const auto fraction = [&](double& value, std::string_view name, std::string_view help) {
    value = env.Number(name, help, value, 0.0, 1.0);
  };
  fraction(policy.kelly_low, "FAIRLINE_STAKING_KELLY_LOW", "part of Kelly staked at low risk");
  fraction(policy.kelly_medium, "FAIRLINE_STAKING_KELLY_MEDIUM",
           "part of Kelly staked at medium risk");
  fraction(policy.kelly_high, "FAIRLINE_STAKING_KELLY_HIGH", "part of Kelly staked at high risk");
  fraction(policy.min_edge_best_of_many, "FAIRLINE_STAKING_MIN_EDGE",
           "edge required of the best of several bookmakers' prices");
  fraction(policy.min_edge_single_book, "FAIRLINE_STAKING_MIN_EDGE_SINGLE",
           "edge required of a single bookmaker's price");
  fraction(policy.max_per_bet, "FAIRLINE_STAKING_MAX_PER_BET", "cap, part of the bankroll");
  fraction(policy.max_per_match, "FAIRLINE_STAKING_MAX_PER_MATCH", "cap, part of the bankroll");
  fraction(policy.max_per_day, "FAIRLINE_STAKING_MAX_PER_DAY", "cap, part of the bankroll");
  policy.max_best_to_average =
      env.Number("FAIRLINE_STAKING_MAX_BEST_TO_AVERAGE",
                 "a price beyond this multiple of the average is taken for a mistake",
                 policy.max_best_to_average, 1.0, 100.0);
  policy.max_odds = env.Number("FAIRLINE_STAKING_MAX_ODDS", "only prices below it are bet on",
                               policy.max_odds, 1.01, 1000.0);
  return policy;
}

}  // namespace

Config Config::Read(config::Environment& env) {
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "prediction", kRequiredSchemaVersion);
  config.lake_url = env.Text("FAIRLINE_LAKE_URL", "where model bundles lie, file:///folder");
  config.registry_address =
      env.Text("FAIRLINE_MODEL_REGISTRY_ADDRESS", "host:port of model_registry");
  config.poll_interval = std::chrono::milliseconds(env.Integer(
      "FAIRLINE_PREDICTION_POLL_MS", "how often the production version and the data are looked at",
      2'000, 50, 600'000));
  config.staking = ReadStaking(env);
  return config;
}

}  // namespace fairline::prediction
