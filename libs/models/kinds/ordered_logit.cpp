// Ordered logit on one feature (McCullagh 1980): with the outcomes in their order from a win of the
// home side to its loss,
//
//   P(one of the first k + 1 outcomes) = 1 / (1 + exp(-(c_k + slope * x)))
//
// where x is the feature, standardised, and the cut points c ascend. The kinds "elo" (on the
// difference in Elo) and "pi_rating" (on the goal difference that pi-ratings expect) are this; a
// recipe that names no feature gets elo_difference or pi_difference. Parameters: none.

#include <algorithm>
#include <cmath>

#include "libs/models/conditional_logit.hpp"
#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"
#include "libs/models/lbfgs.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

double Logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

struct OrderedLogit {
  double mean = 0.0;
  double inverse_sd = 1.0;
  double slope = 0.0;
  std::vector<double> cuts;  // one fewer than outcomes, ascending

  [[nodiscard]] double Standardised(float feature) const { return (feature - mean) * inverse_sd; }

  void Predict(double x, std::span<double> probabilities) const {
    double below = 0.0;
    for (std::size_t k = 0; k < cuts.size(); ++k) {
      const double up_to = Logistic(cuts[k] + slope * x);
      probabilities[k] = up_to - below;
      below = up_to;
    }
    probabilities.back() = 1.0 - below;
  }
};

// Parameters: the slope, the first cut point, the logarithms of the gaps to the next ones.
OrderedLogit FromParameters(const Eigen::VectorXd& at) {
  OrderedLogit model;
  model.slope = at[0];
  model.cuts.push_back(at[1]);
  for (Eigen::Index i = 2; i < at.size(); ++i) {
    model.cuts.push_back(model.cuts.back() + std::exp(at[i]));
  }
  return model;
}

// Mean negative log-likelihood and its gradient.
double Loss(const std::vector<double>& features, std::span<const OutcomeIndex> results,
            const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
  const OrderedLogit model = FromParameters(at);
  gradient.setZero();
  std::vector<double> by_cut(model.cuts.size(), 0.0);
  double loss = 0.0;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::size_t result = results[i];
    const bool last = result == model.cuts.size();
    const double upper = last ? 1.0 : Logistic(model.cuts[result] + model.slope * features[i]);
    const double lower =
        result == 0 ? 0.0 : Logistic(model.cuts[result - 1] + model.slope * features[i]);
    const double p = std::max(upper - lower, 1e-12);
    loss -= std::log(p);
    const double at_upper = upper * (1.0 - upper) / p;
    const double at_lower = lower * (1.0 - lower) / p;
    gradient[0] -= (at_upper - at_lower) * features[i];
    if (!last) by_cut[result] -= at_upper;
    if (result > 0) by_cut[result - 1] += at_lower;
  }
  double all_above = 0.0;
  for (std::size_t k = by_cut.size(); k-- > 0;) {
    all_above += by_cut[k];
    const auto parameter = static_cast<Eigen::Index>(k + 1);
    gradient[parameter] = k == 0 ? all_above : all_above * std::exp(at[parameter]);
  }
  const auto matches = static_cast<double>(features.size());
  gradient /= matches;
  return loss / matches;
}

absl::StatusOr<OrderedLogit> FitOrderedLogit(const Sample& sample, std::size_t outcomes) {
  const auto matches = static_cast<double>(sample.features.size());
  double mean = 0.0;
  for (const float feature : sample.features) mean += feature / matches;
  double variance = 0.0;
  for (const float feature : sample.features) {
    variance += (feature - mean) * (feature - mean) / matches;
  }
  const double inverse_sd = variance > 0.0 ? 1.0 / std::sqrt(variance) : 0.0;
  std::vector<double> standardised;
  for (const float feature : sample.features) standardised.push_back((feature - mean) * inverse_sd);

  // Even odds of all outcomes.
  Eigen::VectorXd start = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(outcomes));
  const auto even_cut = [&](std::size_t k) {
    const double share = static_cast<double>(k + 1) / static_cast<double>(outcomes);
    return std::log(share / (1.0 - share));
  };
  start[1] = even_cut(0);
  for (std::size_t k = 1; k + 1 < outcomes; ++k) {
    start[static_cast<Eigen::Index>(k + 1)] = std::log(even_cut(k) - even_cut(k - 1));
  }
  const LbfgsResult fitted = Minimise(
      [&](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
        return Loss(standardised, sample.labels, at, gradient);
      },
      [](const Eigen::VectorXd& gradient) { return Eigen::VectorXd(4.0 * gradient); },
      // A gradient below 1e-7 moves the mean loss by less than it is rounded.
      std::move(start), {.max_iterations = 200, .tolerance = 1e-6});
  if (!fitted.converged) return absl::DeadlineExceededError("the ordered logit did not converge");
  OrderedLogit model = FromParameters(fitted.at);
  model.mean = mean;
  model.inverse_sd = inverse_sd;
  return model;
}

class OrderedLogitModel final : public Model {
 public:
  OrderedLogitModel(std::string_view kind, ModelInputs inputs, OrderedLogit logit)
      : Model(std::move(inputs), logit.cuts.size() + 1), kind_(kind), logit_(std::move(logit)) {}

  std::string_view kind() const override { return kind_; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    Forecasts forecasts = NoForecasts(sample.features.size(), outcomes());
    for (std::size_t i = 0; i < sample.features.size(); ++i) {
      if (!std::isfinite(sample.features[i])) continue;
      logit_.Predict(logit_.Standardised(sample.features[i]), forecasts.row(i));
    }
    return forecasts;
  }

  // The feature is given what the forecast differs by from that at the mean of the fit.
  absl::StatusOr<Attribution> Explain(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    std::vector<double> probabilities(outcomes());
    logit_.Predict(0.0, probabilities);
    const std::vector<double> base = LogOdds(probabilities);
    logit_.Predict(logit_.Standardised(sample.features[0]), probabilities);
    std::vector<double> moved = LogOdds(probabilities);
    for (std::size_t k = 0; k < moved.size(); ++k) moved[k] -= base[k];
    return Attribution{.base = base, .by_feature = {std::move(moved)}, .sources = {}};
  }

  std::string Describe() const override { return ToJson().dump(); }
  absl::StatusOr<std::string> Save() const override { return ToJson().dump(); }

 private:
  json ToJson() const {
    return {{"mean", logit_.mean},
            {"inverse_sd", logit_.inverse_sd},
            {"slope", logit_.slope},
            {"cuts", logit_.cuts}};
  }

  std::string_view kind_;
  OrderedLogit logit_;
};

class OrderedLogitLearner final : public Learner {
 public:
  OrderedLogitLearner(std::string_view kind, LearnerSetup setup)
      : Learner(kind, std::move(setup.inputs), setup.first_season), outcomes_(setup.outcomes) {}

  ModelOr Fit(const FitStep& step, const FitObserver&) const override {
    ASSIGN_OR_RETURN(Sample sample, LearnFrom(step, *this));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < sample.features.size(); ++i) {
      if (!std::isfinite(sample.features[i])) continue;
      sample.features[kept] = sample.features[i];
      sample.labels[kept++] = sample.labels[i];
    }
    sample.features.resize(kept);
    sample.labels.resize(kept);
    if (static_cast<std::int64_t>(kept) < std::max<std::int64_t>(step.least_matches, 1)) {
      return nullptr;
    }
    ASSIGN_OR_RETURN(OrderedLogit logit, FitOrderedLogit(sample, outcomes_));
    return std::make_shared<const OrderedLogitModel>(kind(), inputs(), std::move(logit));
  }

 private:
  std::size_t outcomes_;
};

LearnerOr MakeOrderedLogit(std::string_view kind, LearnerSetup setup, const json& parameters) {
  RETURN_IF_ERROR(Fields(parameters, "parameters.").Finish());
  if (setup.inputs.features.size() > 1) {
    return InvalidField("features", "this kind reads exactly one");
  }
  return std::make_shared<const OrderedLogitLearner>(kind, std::move(setup));
}

ModelOr LoadOrderedLogit(std::string_view kind, ModelInputs inputs, std::size_t outcomes,
                         std::string_view bytes) {
  if (inputs.columns.size() != 1) return InvalidField("features", "this kind reads exactly one");
  const json parsed = json::parse(bytes, nullptr, false);
  OrderedLogit logit;
  Fields fields(parsed, std::string(kind) + ".");
  fields.Required("mean", logit.mean)
      .Required("inverse_sd", logit.inverse_sd)
      .Required("slope", logit.slope)
      .Required("cuts", logit.cuts)
      .Check(logit.cuts.size() + 1 == outcomes, "cuts", "one fewer than outcomes are needed")
      .Check(std::is_sorted(logit.cuts.begin(), logit.cuts.end()), "cuts", "must ascend");
  RETURN_IF_ERROR(fields.Finish());
  return std::make_shared<const OrderedLogitModel>(kind, std::move(inputs), std::move(logit));
}

}  // namespace

LearnerOr MakeElo(LearnerSetup setup, const json& parameters) {
  return MakeOrderedLogit("elo", std::move(setup), parameters);
}
ModelOr LoadElo(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  return LoadOrderedLogit("elo", std::move(inputs), outcomes, bytes);
}
LearnerOr MakePiRating(LearnerSetup setup, const json& parameters) {
  return MakeOrderedLogit("pi_rating", std::move(setup), parameters);
}
ModelOr LoadPiRating(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  return LoadOrderedLogit("pi_rating", std::move(inputs), outcomes, bytes);
}

}  // namespace fairline::models
