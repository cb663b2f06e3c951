#pragma once
// Evaluations under the names that the registry's gate and its readers know
// (services/model_registry/app/gate.hpp).

#include <map>
#include <string>
#include <vector>

#include "services/training/app/fit/forecast_set.hpp"

namespace fairline::training {

// "<model>.log_loss", "<model>.vs_<other>.log_loss_low", "<model>.class.home.recall",
// "<model>.confusion.home.draw" (happened, called) and so on; and "leak_suspected".
[[nodiscard]] std::map<std::string, double> RegistryMetrics(
    const std::vector<ModelEvaluation>& evaluations, const std::vector<std::string>& outcomes);

// Of `metrics`, those that the gate judges a version by: no classes, no confusion.
[[nodiscard]] std::map<std::string, double> GateMetrics(
    const std::map<std::string, double>& metrics);

}  // namespace fairline::training
