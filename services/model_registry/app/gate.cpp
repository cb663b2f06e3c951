#include "services/model_registry/app/gate.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace fairline::model_registry {
namespace {

bool Serves(const std::vector<ServedModel>& models, std::string_view name) {
  return std::any_of(models.begin(), models.end(),
                     [&](const ServedModel& model) { return model.name == name; });
}

// One candidate under judgement: each check adds its sentence.
class Examination {
 public:
  Examination(const Metrics& metrics, const GatePolicy& policy, std::vector<std::string>& reasons)
      : metrics_(metrics), policy_(policy), reasons_(reasons) {}

  bool BetterThanBaseRate(std::string_view model) {
    const auto mean = Need(fmt::format("{}.vs_base_rate.log_loss", model));
    const auto high = Need(fmt::format("{}.vs_base_rate.log_loss_high", model));
    if (!mean || !high) return false;
    const bool passed = *high < 0.0;
    return Say(passed, "{} is {} the base rate: log loss {:+.4f}, at most {:+.4f}.", model,
               passed ? "better than" : "not surely better than", *mean, *high);
  }

  bool AccurateEnough(std::string_view model) {
    if (!policy_.min_accuracy) return true;
    const auto accuracy = Need(fmt::format("{}.accuracy", model));
    if (!accuracy) return false;
    return Say(*accuracy >= *policy_.min_accuracy,
               "{} calls {:.1f} % right; {:.1f} % are required.", model, 100.0 * *accuracy,
               100.0 * *policy_.min_accuracy);
  }

  bool NoLeak() {
    const auto suspected = Need("leak_suspected");
    if (!suspected) return false;
    return *suspected == 0.0
               ? Say(true, "No leak is suspected.")
               : Say(false,
                     "A leak is suspected: a model is better than the closing market, which "
                     "has to be explained before a person promotes it.");
  }

  bool Calibrated(std::string_view model) {
    const auto matches = Need(fmt::format("{}.matches", model));
    const auto error = Need(fmt::format("{}.calibration_error", model));
    const auto slope = Need(fmt::format("{}.calibration_slope", model));
    if (!matches || !error || !slope) return false;
    const double root = std::sqrt(std::max(*matches, 1.0));
    const double max_error = policy_.max_ece_beyond_noise + policy_.ece_noise / root;
    const double max_deviation = policy_.slope_tolerance + policy_.slope_noise / root;
    const bool passed = *error <= max_error && std::abs(*slope - 1.0) <= max_deviation;
    return Say(passed,
               "{} is {}calibrated: ECE {:.4f} (at most {:.4f}), slope {:.3f} (1 within {:.3f}).",
               model, passed ? "" : "not ", *error, max_error, *slope, max_deviation);
  }

  // Significantly worse than `other` is what fails; a model may be as good.
  bool NotWorseThan(std::string_view model, std::string_view other, std::string_view other_name) {
    const auto mean = Need(fmt::format("{}.vs_{}.log_loss", model, other));
    const auto low = Need(fmt::format("{}.vs_{}.log_loss_low", model, other));
    if (!mean || !low) return false;
    const bool passed = *low <= 0.0;
    return Say(passed, "{} is {} {}: log loss {:+.5f}, at least {:+.5f}.", model,
               passed ? "not worse than" : "worse than", other_name, *mean, *low);
  }

  bool ComparedWith(const Champion& champion) {
    const auto compared = Need("champion_version");
    if (!compared) return false;
    if (*compared == static_cast<double>(champion.version)) return true;
    return Say(false, "It was compared with version {}, but version {} is in production now.",
               *compared, champion.version);
  }

  template <typename... Args>
  bool Say(bool passed, fmt::format_string<Args...> format, Args&&... args) {
    reasons_.push_back(fmt::format(format, std::forward<Args>(args)...));
    return passed;
  }

 private:
  std::optional<double> Need(std::string_view key) {
    const auto found = metrics_.find(key);
    if (found != metrics_.end()) return found->second;
    reasons_.push_back(fmt::format("The metric {} is missing.", key));
    return std::nullopt;
  }

  const Metrics& metrics_;
  const GatePolicy& policy_;
  std::vector<std::string>& reasons_;
};

bool GateQuality(Examination& examination, const std::vector<ServedModel>& models) {
  if (models.empty()) return examination.Say(false, "The version serves no model.");
  bool good = true;
  for (const ServedModel& model : models) {
    good = examination.BetterThanBaseRate(model.name) && good;
    good = examination.AccurateEnough(model.name) && good;
  }
  return good;
}

bool GateAgainst(const Champion& champion, Examination& examination,
                 const std::vector<ServedModel>& models) {
  bool passed = true;
  for (const ServedModel& model : models) {
    passed = examination.Calibrated(model.name) && passed;
    if (model.anchored) {
      passed = examination.NotWorseThan(model.name, "market", "the market line") && passed;
    }
  }
  passed = examination.ComparedWith(champion) && passed;
  const std::string name = fmt::format("version {}", champion.version);
  for (const ServedModel& theirs : champion.models) {
    passed =
        Serves(models, theirs.name)
            ? examination.NotWorseThan(theirs.name, "champion", name) && passed
            : examination.Say(false, "{} serves a model {}; this one does not.", name, theirs.name);
  }
  return passed;
}

}  // namespace

Metrics LatestMetrics(const std::vector<Metric>& metrics) {
  std::map<std::string, const Metric*, std::less<>> latest;
  for (const Metric& metric : metrics) {
    const Metric*& known = latest[metric.key];
    if (known == nullptr || metric.step >= known->step) known = &metric;
  }
  Metrics out;
  for (const auto& [key, metric] : latest) out.emplace(key, metric->value);
  return out;
}

std::vector<ServedModel> ServedModels(const std::vector<DescribedModel>& models) {
  std::vector<ServedModel> served;
  for (const DescribedModel& model : models) {
    if (!model.serves.empty()) served.push_back({model.name, model.anchored});
  }
  return served;
}

Judgement GateCandidate(const Candidate& candidate, const std::optional<Champion>& champion,
                        const GatePolicy& policy) {
  Judgement judgement;
  Examination examination(candidate.metrics, policy, judgement.reasons);
  judgement.good = GateQuality(examination, candidate.models);
  const bool no_leak = examination.NoLeak();
  bool succeeds = false;
  if (champion) {
    succeeds = GateAgainst(*champion, examination, candidate.models);
  } else {
    succeeds = examination.Say(true, "No other version is in production.");
  }
  judgement.promoted = judgement.good && no_leak && succeeds;
  return judgement;
}

}  // namespace fairline::model_registry
