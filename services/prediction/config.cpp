#include "services/prediction/config.hpp"

#include <limits>

namespace fairline::prediction {
namespace {

constexpr int kSchemaVersion = 6;

staking::StakingPolicy ReadStaking(config::Environment& env) {
  staking::StakingPolicy policy;
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
  policy.min_odds = env.Number("FAIRLINE_STAKING_MIN_ODDS", "only prices of at least this",
                               policy.min_odds, 1.0, 1000.0);
  policy.max_odds = env.Number("FAIRLINE_STAKING_MAX_ODDS", "only prices below it are bet on",
                               policy.max_odds, 1.01, 1000.0);
  policy.max_price_age_minutes =
      env.Number("FAIRLINE_STAKING_MAX_PRICE_AGE_MINUTES", "no price older than this is bet on",
                 policy.max_price_age_minutes, 0.0, std::numeric_limits<double>::infinity());
  fraction(policy.model_weight, "FAIRLINE_STAKING_MODEL_WEIGHT",
           "weight of an anchored forecast against the market's line");
  policy.max_drawdown = env.Number("FAIRLINE_STAKING_MAX_DRAWDOWN",
                                   "the fall of the bankroll that is guarded against",
                                   policy.max_drawdown, 0.02, 1.0);
  policy.max_drawdown_chance = env.Number("FAIRLINE_STAKING_MAX_DRAWDOWN_CHANCE",
                                          "its chance is kept at most this; 1 is no limit",
                                          policy.max_drawdown_chance, 1e-4, 1.0);
  policy.min_stake_minor_units =
      env.Integer("FAIRLINE_STAKING_MIN_STAKE", "smallest stake, in minor units",
                  policy.min_stake_minor_units, 0, 1'000'000'000);
  policy.stake_step_minor_units =
      env.Integer("FAIRLINE_STAKING_STAKE_STEP", "stakes are whole multiples, in minor units",
                  policy.stake_step_minor_units, 1, 1'000'000'000);
  policy.compatibility_multipliers =
      env.Flag("FAIRLINE_STAKING_COMPATIBILITY_MULTIPLIERS",
               "the old system's 1/2, 1 and 3/2 of Kelly in place of the parts above",
               policy.compatibility_multipliers);
  return policy;
}

}  // namespace

Config Config::Read(config::Environment& env) {
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "prediction", kSchemaVersion);
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
