// Multinomial logistic regression (libs/models/logistic.hpp), anchored or not. Parameters: ridge;
// replicates, the bootstrap refits that a served model carries.

#include "libs/models/logistic.hpp"

#include <algorithm>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"
#include "libs/models/logistic_bootstrap.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxReplicates = 256;

class LogisticModel final : public Model {
 public:
  LogisticModel(ModelInputs inputs, LogisticRegression regression)
      : Model(std::move(inputs), regression.outcomes()), regression_(std::move(regression)) {}

  std::string_view kind() const override { return "logistic"; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    return ForecastBy(std::nullopt, input);
  }
  std::size_t replicates() const override { return regression_.replicates(); }
  absl::StatusOr<Forecasts> ForecastReplicate(std::size_t replicate,
                                              const ForecastInput& input) const override {
    return ForecastBy(replicate, input);
  }

  // Each feature is given its weight times its distance from the mean, in standard deviations.
  absl::StatusOr<Attribution> Explain(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    Attribution attribution;
    for (std::size_t k = 0; k < outcomes(); ++k) {
      attribution.base.push_back(regression_.intercept(k));
    }
    Centre(attribution.base);
    for (std::size_t j = 0; j < inputs().columns.size(); ++j) {
      const double x = regression_.Standardised(j, sample.features[j]);
      std::vector<double>& given = attribution.by_feature.emplace_back();
      for (std::size_t k = 0; k < outcomes(); ++k) given.push_back(x * regression_.weight(k, j));
      Centre(given);
    }
    if (!inputs().anchor.empty()) attribution.sources = {{inputs().anchor, 1.0}};
    return attribution;
  }

  // Weights per standard deviation of each feature, in the order of the outcomes.
  std::string Describe() const override {
    json weights = json::object();
    for (std::size_t j = 0; j < inputs().features.size(); ++j) {
      json& of_feature = weights[inputs().features[j]];
      for (std::size_t k = 0; k < outcomes(); ++k) of_feature.push_back(regression_.weight(k, j));
    }
    json intercepts;
    for (std::size_t k = 0; k < outcomes(); ++k) intercepts.push_back(regression_.intercept(k));
    return json{{"intercepts", std::move(intercepts)},
                {"weights", std::move(weights)},
                {"replicates", replicates()}}
        .dump();
  }

  absl::StatusOr<std::string> Save() const override { return regression_.ToJson(); }

 private:
  absl::StatusOr<Forecasts> ForecastBy(std::optional<std::size_t> replicate,
                                       const ForecastInput& input) const {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    const std::size_t rows = input.features.rows();
    if (sample.rows.empty()) return NoForecasts(rows, outcomes());
    ASSIGN_OR_RETURN(Forecasts forecasts,
                     regression_.Predict({sample.features, inputs().columns.size()},
                                         sample.anchor(), replicate));
    return Spread(std::move(forecasts), sample.rows, rows);
  }

  LogisticRegression regression_;
};

class LogisticLearner final : public Learner {
 public:
  LogisticLearner(LearnerSetup setup, LogisticParameters parameters, std::size_t replicates)
      : Learner("logistic", std::move(setup.inputs), setup.first_season),
        parameters_(parameters),
        seed_(setup.seed),
        replicates_(replicates) {}

  ModelOr Fit(const FitStep& step, const FitObserver& observer) const override {
    ASSIGN_OR_RETURN(const Sample sample, LearnFrom(step, *this));
    if (sample.rows.empty()) return nullptr;
    if (observer && !observer(0.1)) return absl::CancelledError("the fit was cancelled");
    const FeatureMatrix features{sample.features, inputs().columns.size()};
    ASSIGN_OR_RETURN(
        LogisticRegression regression,
        LogisticRegression::Fit(features, sample.labels, sample.anchor(), parameters_));
    if (step.replicates) {
      if (observer && !observer(0.5)) return absl::CancelledError("the fit was cancelled");
      ASSIGN_OR_RETURN(auto coefficients,
                       BootstrapLogistic(regression, features, sample.labels, sample.anchor(),
                                         sample.days, parameters_.ridge, replicates_, seed_));
      RETURN_IF_ERROR(regression.SetReplicates(std::move(coefficients)));
    }
    return std::make_shared<const LogisticModel>(inputs(), std::move(regression));
  }

  int cost() const override { return 20; }

 private:
  LogisticParameters parameters_;
  std::uint32_t seed_;
  std::size_t replicates_;
};

}  // namespace

LearnerOr MakeLogistic(LearnerSetup setup, const json& given) {
  LogisticParameters parameters{.outcomes = setup.outcomes};
  std::size_t replicates = 16;
  RETURN_IF_ERROR(Fields(given, "parameters.")
                      .Optional("ridge", parameters.ridge)
                      .Optional("replicates", replicates)
                      .Check(replicates <= kMaxReplicates, "replicates", "must be 0 to 256")
                      .Finish());
  RETURN_IF_ERROR(Within("parameters", parameters.Validate()));
  return std::make_shared<const LogisticLearner>(std::move(setup), parameters, replicates);
}

ModelOr LoadLogistic(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  ASSIGN_OR_RETURN(LogisticRegression regression, LogisticRegression::FromJson(bytes));
  if (regression.outcomes() != outcomes || regression.feature_count() != inputs.columns.size() ||
      regression.anchored() != !inputs.anchor.empty() || regression.replicates() > kMaxReplicates) {
    return InvalidField("regression", "made for other inputs or outcomes");
  }
  return std::make_shared<const LogisticModel>(std::move(inputs), std::move(regression));
}

}  // namespace fairline::models
