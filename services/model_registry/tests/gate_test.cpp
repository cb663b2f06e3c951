#include "services/model_registry/app/gate.hpp"

#include <catch2/catch.hpp>

namespace fairline::model_registry {
namespace {

// A season of 7,500 matches: better than the base rate, calibrated, a little better than version 4.
Metrics GoodCandidate() {
  Metrics metrics = {{"leak_suspected", 0.0}, {"champion_version", 4.0}};
  for (const std::string model : {"no_odds", "with_odds"}) {
    metrics[model + ".matches"] = 7500;
    metrics[model + ".log_loss"] = 1.0001;
    metrics[model + ".accuracy"] = 0.503;
    metrics[model + ".calibration_error"] = 0.012;
    metrics[model + ".calibration_slope"] = 1.02;
    metrics[model + ".vs_base_rate.log_loss"] = -0.0720;
    metrics[model + ".vs_base_rate.log_loss_low"] = -0.0790;
    metrics[model + ".vs_base_rate.log_loss_high"] = -0.0650;
    metrics[model + ".vs_champion.log_loss"] = -0.0002;
    metrics[model + ".vs_champion.log_loss_low"] = -0.0009;
    metrics[model + ".vs_champion.log_loss_high"] = 0.0005;
  }
  metrics["with_odds.vs_market.log_loss"] = -0.0007;
  metrics["with_odds.vs_market.log_loss_low"] = -0.0011;
  metrics["with_odds.vs_market.log_loss_high"] = -0.0003;
  return metrics;
}

Metrics With(std::string_view key, double value) {
  Metrics metrics = GoodCandidate();
  metrics[std::string(key)] = value;
  return metrics;
}

Metrics Without(std::string_view prefix) {
  Metrics metrics = GoodCandidate();
  std::erase_if(metrics, [&](const auto& entry) { return entry.first.starts_with(prefix); });
  return metrics;
}

const std::vector<ServedModel> kBoth = {{"no_odds", false}, {"with_odds", true}};
const std::vector<ServedModel> kNoOdds = {{"no_odds", false}};

Champion VersionFour() { return {4, kBoth}; }

bool Mentions(const Judgement& judgement, std::string_view words) {
  for (const std::string& reason : judgement.reasons) {
    if (reason.find(words) != std::string::npos) return true;
  }
  return false;
}

struct Row {
  const char* name;
  Metrics candidate;
  bool has_champion;
  bool good;
  bool promoted;
  const char* says;
  std::vector<ServedModel> models = kBoth;
};

}  // namespace

TEST_CASE("the gate's verdict on one candidate", "[registry][gate]") {
  const Row rows[] = {
      {"a good candidate with a champion", GoodCandidate(), true, true, true,
       "with_odds is not worse than version 4"},
      {"a good candidate without a champion", GoodCandidate(), false, true, true,
       "No other version is in production"},
      {"base rate within the interval", With("no_odds.vs_base_rate.log_loss_high", 0.001), true,
       false, false, "no_odds is not surely better than the base rate"},
      {"base rate at the edge of the interval", With("no_odds.vs_base_rate.log_loss_high", 0.0),
       false, false, false, "no_odds is not surely better than the base rate"},
      {"better than the closing market, with a champion", With("leak_suspected", 1.0), true, true,
       false, "A leak is suspected"},
      {"better than the closing market, without a champion", With("leak_suspected", 1.0), false,
       true, false, "A leak is suspected"},
      {"overconfident", With("with_odds.calibration_slope", 0.83), true, true, false,
       "with_odds is not calibrated"},
      {"overconfident, but nothing else to serve", With("with_odds.calibration_slope", 0.83), false,
       true, true, "No other version"},
      {"underconfident", With("with_odds.calibration_slope", 1.17), true, true, false,
       "with_odds is not calibrated"},
      {"slope within the noise", With("with_odds.calibration_slope", 1.15), true, true, true,
       "with_odds is calibrated"},
      {"calibration error too large", With("no_odds.calibration_error", 0.028), true, true, false,
       "no_odds is not calibrated"},
      {"worse than the champion with its interval", With("no_odds.vs_champion.log_loss_low", 1e-5),
       true, true, false, "no_odds is worse than version 4"},
      {"as good as the champion", With("no_odds.vs_champion.log_loss_low", 0.0), true, true, true,
       "no_odds is not worse than version 4"},
      {"worse than the market line", With("with_odds.vs_market.log_loss_low", 1e-5), true, true,
       false, "with_odds is worse than the market line"},
      {"compared with another champion", With("champion_version", 3.0), true, true, false,
       "compared with version 3, but version 4 is in production"},
      {"no comparison with the champion", Without("with_odds.vs_champion"), true, true, false,
       "with_odds.vs_champion.log_loss is missing"},
      {"one model fewer than the champion", Without("with_odds."), true, true, false,
       "version 4 serves a model with_odds", kNoOdds},
      {"one model only, first version", Without("with_odds."), false, true, true,
       "No other version", kNoOdds},
      {"a served model without metrics", Without("with_odds."), false, false, false,
       "with_odds.vs_base_rate.log_loss is missing"},
      {"only models that others read", GoodCandidate(), false, false, false, "serves no model", {}},
      {"no comparison with the base rate", Without("no_odds.vs_base_rate"), false, false, false,
       "no_odds.vs_base_rate.log_loss is missing"},
      {"leak not examined", Without("leak_suspected"), false, true, false,
       "leak_suspected is missing"},
      {"nothing logged", {}, false, false, false, "no_odds.vs_base_rate.log_loss is missing"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto champion = row.has_champion ? std::optional(VersionFour()) : std::nullopt;
    const Judgement judgement = GateCandidate({row.candidate, row.models}, champion);
    CHECK(judgement.good == row.good);
    CHECK(judgement.promoted == row.promoted);
    CHECK(Mentions(judgement, row.says));
  }
}

TEST_CASE("models are judged whatever their names", "[registry][gate]") {
  Metrics metrics = {{"leak_suspected", 0.0}, {"champion_version", 4.0}};
  for (const auto& [key, value] : GoodCandidate()) {
    if (key.starts_with("with_odds.")) metrics["mens.pool." + key.substr(10)] = value;
  }
  const std::vector<ServedModel> models = {{"mens.pool", true}};
  const Champion champion{4, models};
  CHECK(GateCandidate({metrics, models}, champion).promoted);
  metrics["mens.pool.vs_market.log_loss_low"] = 1e-5;
  const Judgement worse = GateCandidate({metrics, models}, champion);
  CHECK_FALSE(worse.promoted);
  CHECK(Mentions(worse, "mens.pool is worse than the market line"));
  // One that does not correct the market line need not be as good as it.
  CHECK(GateCandidate({metrics, {{"mens.pool", false}}}, champion).promoted);
}

TEST_CASE("a model that the champion does not serve has no champion to beat", "[registry][gate]") {
  CHECK(GateCandidate({Without("with_odds.vs_champion"), kBoth}, Champion{4, kNoOdds}).promoted);
}

TEST_CASE("calibration bounds widen when few matches were held out", "[registry][gate]") {
  Metrics candidate = GoodCandidate();
  candidate["with_odds.calibration_error"] = 0.060;
  candidate["with_odds.calibration_slope"] = 0.80;
  CHECK_FALSE(GateCandidate({candidate, kBoth}, VersionFour()).promoted);
  candidate["with_odds.matches"] = 380;
  CHECK(GateCandidate({candidate, kBoth}, VersionFour()).promoted);
}

TEST_CASE("a minimal accuracy is asked for only when the policy sets one", "[registry][gate]") {
  GatePolicy policy;
  policy.min_accuracy = 0.51;
  CHECK(GateCandidate({GoodCandidate(), kBoth}, std::nullopt).good);
  const Judgement judgement = GateCandidate({GoodCandidate(), kBoth}, std::nullopt, policy);
  CHECK_FALSE(judgement.good);
  CHECK(Mentions(judgement, "no_odds calls 50.3 % right; 51.0 % are required"));
}

TEST_CASE("the last step of a metric counts", "[registry][gate]") {
  const Metrics latest = LatestMetrics({{"a", 2.0, 7}, {"b", 5.0, 0}, {"a", 1.0, 3}});
  CHECK(latest.at("a") == 2.0);
  CHECK(latest.at("b") == 5.0);
}

}  // namespace fairline::model_registry
