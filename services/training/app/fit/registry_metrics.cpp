#include "services/training/app/fit/registry_metrics.hpp"

#include <fmt/format.h>

namespace fairline::training {
namespace {

void AddScores(const ModelEvaluation& evaluation, const std::vector<std::string>& outcomes,
               std::map<std::string, double>& metrics) {
  const std::string& model = evaluation.model;
  const evaluation::Evaluation& scores = evaluation.scores;
  const auto add = [&](std::string_view key, double value) {
    metrics[fmt::format("{}.{}", model, key)] = value;
  };
  add("season_start", evaluation.season_start);
  add("matches", static_cast<double>(scores.matches));
  add("log_loss", scores.log_loss);
  add("rps", scores.rps);
  add("brier", scores.brier);
  add("accuracy", scores.accuracy);
  add("macro_f1", scores.macro_f1);
  add("macro_recall", scores.macro_recall);
  add("calibration_error", scores.ece);
  add("calibration_slope", scores.calibration_slope);
  for (std::size_t k = 0; k < scores.classes.size(); ++k) {
    add(fmt::format("class.{}.precision", outcomes[k]), scores.classes[k].precision);
    add(fmt::format("class.{}.recall", outcomes[k]), scores.classes[k].recall);
    add(fmt::format("class.{}.f1", outcomes[k]), scores.classes[k].f1);
    for (std::size_t called = 0; called < scores.classes.size(); ++called) {
      add(fmt::format("confusion.{}.{}", outcomes[k], outcomes[called]),
          static_cast<double>(scores.confusion[k][called]));
    }
  }
}

void AddInterval(const std::string& key, const evaluation::PairedDifference& difference,
                 std::map<std::string, double>& metrics) {
  metrics[key] = difference.mean;
  metrics[key + "_low"] = difference.lower;
  metrics[key + "_high"] = difference.upper;
}

}  // namespace

std::map<std::string, double> RegistryMetrics(const std::vector<ModelEvaluation>& evaluations,
                                              const std::vector<std::string>& outcomes) {
  std::map<std::string, double> metrics;
  for (const ModelEvaluation& evaluation : evaluations) {
    AddScores(evaluation, outcomes, metrics);
    for (const Comparison& comparison : evaluation.comparisons) {
      const std::string versus = fmt::format("{}.vs_{}", evaluation.model, comparison.against);
      metrics[versus + ".matches"] = static_cast<double>(comparison.log_loss.matches);
      AddInterval(versus + ".log_loss", comparison.log_loss, metrics);
      AddInterval(versus + ".rps", comparison.rps, metrics);
    }
  }
  metrics["leak_suspected"] = LeakSuspected(evaluations) ? 1.0 : 0.0;
  return metrics;
}

std::map<std::string, double> GateMetrics(const std::map<std::string, double>& metrics) {
  std::map<std::string, double> judged;
  for (const auto& [key, value] : metrics) {
    if (key.find(".class.") != std::string::npos) continue;
    if (key.find(".confusion.") != std::string::npos) continue;
    judged.emplace(key, value);
  }
  return judged;
}

}  // namespace fairline::training
