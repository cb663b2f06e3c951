#pragma once
// The gate: whether a candidate version is good, and whether it takes the place of the champion.
//
// It judges by the metrics that training stored with the version, all of the latest held-out
// season and of log loss in nats per match. For each model that the version serves:
//   <model>.matches                       how many matches were held out
//   <model>.log_loss                      mean
//   <model>.accuracy                      share of matches whose most likely outcome happened
//   <model>.calibration_error             ECE, 20 bins, classes pooled
//   <model>.calibration_slope             1 is calibrated, below 1 overconfident
//   <model>.vs_<other>.log_loss           mean of (model - other) on the same matches
//   <model>.vs_<other>.log_loss_low/_high its 95 % interval; other: base_rate, market, champion
// and of the bundle as a whole:
//   leak_suspected      1 when a model was better than the closing market, else 0
//   champion_version    the version that vs_champion compares with

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/model_registry/app/model.hpp"

namespace fairline::model_registry {

using Metrics = std::map<std::string, double, std::less<>>;

// The last step of each key.
[[nodiscard]] Metrics LatestMetrics(const std::vector<Metric>& metrics);

struct GatePolicy {
  // A perfect forecaster's ECE is about 1.2 / sqrt(matches), in 95 of 100 seasons below
  // 1.5 / sqrt(matches) (measured on 45,000 matches); what exceeds that is bounded.
  double ece_noise = 1.5;
  double max_ece_beyond_noise = 0.010;
  // The slope's standard error is about 2.5 / sqrt(matches): two of them, and the tolerance.
  double slope_noise = 5.0;
  double slope_tolerance = 0.10;
  // Minimal share of matches called right, in [0, 1]; off by default, since accuracy says little.
  std::optional<double> min_accuracy;
};

// A model that the service answers with; those that only others read are not judged.
struct ServedModel {
  std::string name;
  bool anchored = false;  // corrects the market line, with which it is then compared
};
[[nodiscard]] std::vector<ServedModel> ServedModels(const std::vector<DescribedModel>& models);

struct Candidate {
  Metrics metrics;
  std::vector<ServedModel> models;
};

struct Champion {
  std::int32_t version = 0;
  std::vector<ServedModel> models;
};

// Pure. A version is good when every model it serves is better than the base rate with its whole
// interval. A good version without suspicion of a leak is promoted when there is no champion; when
// there is one, it must also be calibrated, not worse than the market line that it corrects, serve
// every model that the champion serves, and not be worse than the champion with its whole interval.
// A metric that a check needs and that is missing fails the check and is named.
[[nodiscard]] Judgement GateCandidate(const Candidate& candidate,
                                      const std::optional<Champion>& champion,
                                      const GatePolicy& policy = {});

}  // namespace fairline::model_registry
