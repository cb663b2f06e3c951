#include "libs/models/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/models/conditional_logit.hpp"
#include "libs/models/kinds/fields.hpp"
#include "libs/models/lbfgs.hpp"

namespace fairline::models {
namespace {

constexpr double kMaxDeviations = 6.0;
constexpr double kMinCurvature = 1e-6;  // of a feature that neither varies nor has a ridge

// Features as columns: a pass over the matches is then a product of matrices.
using Design = Eigen::MatrixXd;

absl::Status CheckShapes(FeatureMatrix features, const Forecasts* anchors, std::size_t outcomes) {
  if (features.columns == 0 || features.rows() * features.columns != features.values.size()) {
    return InvalidField("features", "not a whole number of rows, or no columns");
  }
  if (std::any_of(features.values.begin(), features.values.end(),
                  [](float value) { return std::isinf(value); })) {
    return InvalidField("features", "must be finite or missing");
  }
  if (anchors == nullptr) return absl::OkStatus();
  if (anchors->rows() != features.rows() || anchors->outcomes() != outcomes) {
    return InvalidField("anchors",
                        fmt::format("{} lines of {} outcomes for {} matches of {}", anchors->rows(),
                                    anchors->outcomes(), features.rows(), outcomes));
  }
  if (!std::all_of(anchors->values().begin(), anchors->values().end(),
                   [](double p) { return p > 0.0 && p < 1.0; })) {
    return InvalidField("anchors", "a probability outside (0, 1)");
  }
  return absl::OkStatus();
}

struct Scaling {
  std::vector<double> means;
  std::vector<double> inverse_sds;
};

Scaling ScalingOf(FeatureMatrix features) {
  Scaling scaling{std::vector<double>(features.columns, 0.0),
                  std::vector<double>(features.columns, 0.0)};
  std::vector<double> counts(features.columns, 0.0);
  std::vector<double> squares(features.columns, 0.0);
  // Welford's update: exact for columns of one value.
  for (std::size_t i = 0; i < features.rows(); ++i) {
    const auto row = features.row(i);
    for (std::size_t j = 0; j < features.columns; ++j) {
      if (std::isnan(row[j])) continue;
      const double before = row[j] - scaling.means[j];
      scaling.means[j] += before / ++counts[j];
      squares[j] += before * (row[j] - scaling.means[j]);
    }
  }
  for (std::size_t j = 0; j < features.columns; ++j) {
    if (squares[j] > 0.0) scaling.inverse_sds[j] = std::sqrt(counts[j] / squares[j]);
  }
  return scaling;
}

double Standardise(float value, double mean, double inverse_sd) {
  if (std::isnan(value)) return 0.0;
  return std::clamp((value - mean) * inverse_sd, -kMaxDeviations, kMaxDeviations);
}

Design MakeDesign(FeatureMatrix features, const Scaling& scaling) {
  Design design(static_cast<Eigen::Index>(features.rows()),
                static_cast<Eigen::Index>(features.columns));
  for (std::size_t i = 0; i < features.rows(); ++i) {
    const auto row = features.row(i);
    for (std::size_t j = 0; j < features.columns; ++j) {
      design(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          Standardise(row[j], scaling.means[j], scaling.inverse_sds[j]);
    }
  }
  return design;
}

// The objective of the fit per match. Parameters: for each outcome its intercept and weights.
class Objective {
 public:
  Objective(const Design& design, std::span<const OutcomeIndex> labels, const Forecasts* anchors,
            const LogisticParameters& parameters)
      : design_(design),
        labels_(labels),
        outcomes_(static_cast<Eigen::Index>(parameters.outcomes)),
        matches_(static_cast<double>(labels.size())),
        ridge_(parameters.ridge / matches_),
        offsets_(Eigen::MatrixXd::Zero(design.rows(), outcomes_)) {
    if (anchors == nullptr) return;
    for (Eigen::Index i = 0; i < design.rows(); ++i) {
      for (Eigen::Index k = 0; k < outcomes_; ++k) {
        offsets_(i, k) =
            std::log(anchors->row(static_cast<std::size_t>(i))[static_cast<std::size_t>(k)]);
      }
    }
  }

  [[nodiscard]] Eigen::Index size() const { return outcomes_ * (design_.cols() + 1); }

  double operator()(const Eigen::VectorXd& at, Eigen::VectorXd& gradient) const {
    const Eigen::Map<const Eigen::MatrixXd> by_outcome(at.data(), design_.cols() + 1, outcomes_);
    const auto weights = by_outcome.bottomRows(design_.cols());
    const Eigen::MatrixXd moved = design_ * weights;
    Eigen::MatrixXd residuals(design_.rows(), outcomes_);
    Eigen::VectorXd intercept_gradient = Eigen::VectorXd::Zero(outcomes_);
    double loss = 0.0;
    Eigen::VectorXd logits(outcomes_);
    for (Eigen::Index i = 0; i < design_.rows(); ++i) {
      logits =
          offsets_.row(i).transpose() + moved.row(i).transpose() + by_outcome.row(0).transpose();
      const auto label = static_cast<Eigen::Index>(labels_[static_cast<std::size_t>(i)]);
      const double highest = logits.maxCoeff();
      const double log_sum = highest + std::log((logits.array() - highest).exp().sum());
      loss += log_sum - logits[label];
      logits = (logits.array() - log_sum).exp();
      logits[label] -= 1.0;
      intercept_gradient += logits;
      residuals.row(i) = logits.transpose();
    }
    Eigen::Map<Eigen::MatrixXd> slope(gradient.data(), design_.cols() + 1, outcomes_);
    slope.row(0) = intercept_gradient.transpose() / matches_;
    slope.bottomRows(design_.cols()) =
        design_.transpose() * residuals / matches_ + ridge_ * weights;
    return loss / matches_ + 0.5 * ridge_ * weights.squaredNorm();
  }

  // The Hessian of one outcome at even probabilities, alike for every outcome.
  [[nodiscard]] Eigen::LLT<Eigen::MatrixXd> TypicalHessian() const {
    const double even = 1.0 / static_cast<double>(outcomes_);
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(design_.cols(), design_.cols());
    gram.selfadjointView<Eigen::Lower>().rankUpdate(design_.transpose());
    Eigen::MatrixXd hessian =
        even * (1.0 - even) / matches_ * Eigen::MatrixXd(gram.selfadjointView<Eigen::Lower>());
    hessian.diagonal().array() += ridge_ + kMinCurvature;
    return Eigen::LLT<Eigen::MatrixXd>(hessian);
  }

  [[nodiscard]] Eigen::VectorXd Precondition(const Eigen::LLT<Eigen::MatrixXd>& hessian,
                                             const Eigen::VectorXd& gradient) const {
    const double even = 1.0 / static_cast<double>(outcomes_);
    Eigen::VectorXd result(gradient.size());
    const Eigen::Map<const Eigen::MatrixXd> in(gradient.data(), design_.cols() + 1, outcomes_);
    Eigen::Map<Eigen::MatrixXd> out(result.data(), design_.cols() + 1, outcomes_);
    out.row(0) = in.row(0) / (even * (1.0 - even));
    out.bottomRows(design_.cols()) = hessian.solve(in.bottomRows(design_.cols()));
    return result;
  }

 private:
  const Design& design_;
  std::span<const OutcomeIndex> labels_;
  Eigen::Index outcomes_;
  double matches_;
  double ridge_;
  Eigen::MatrixXd offsets_;
};

}  // namespace

absl::Status LogisticParameters::Validate() const {
  if (outcomes < 2 || outcomes > 16) return InvalidField("outcomes", "must be 2 to 16");
  if (!(ridge >= 0.0) || std::isinf(ridge)) return InvalidField("ridge", "must not be negative");
  if (max_iterations < 1) return InvalidField("max_iterations", "must be positive");
  if (!(tolerance > 0.0)) return InvalidField("tolerance", "must be positive");
  return absl::OkStatus();
}

absl::StatusOr<LogisticRegression> LogisticRegression::Fit(FeatureMatrix features,
                                                           std::span<const OutcomeIndex> labels,
                                                           const Forecasts* anchors,
                                                           const LogisticParameters& parameters) {
  RETURN_IF_ERROR(parameters.Validate());
  RETURN_IF_ERROR(CheckShapes(features, anchors, parameters.outcomes));
  if (labels.empty() || labels.size() != features.rows()) {
    return InvalidField("labels", fmt::format("{} for {} rows", labels.size(), features.rows()));
  }
  if (std::any_of(labels.begin(), labels.end(),
                  [&](OutcomeIndex label) { return label >= parameters.outcomes; })) {
    return InvalidField("labels", "an outcome beyond the last");
  }

  Scaling scaling = ScalingOf(features);
  const Design design = MakeDesign(features, scaling);
  const Objective objective(design, labels, anchors, parameters);
  const auto hessian = objective.TypicalHessian();
  const LbfgsResult fitted = Minimise(
      objective, [&](const Eigen::VectorXd& g) { return objective.Precondition(hessian, g); },
      Eigen::VectorXd::Zero(objective.size()),
      {.max_iterations = parameters.max_iterations, .tolerance = parameters.tolerance});
  if (!fitted.converged) {
    return absl::DeadlineExceededError(
        fmt::format("the regression did not converge in {} iterations", fitted.iterations));
  }

  LogisticRegression regression;
  regression.anchored_ = anchors != nullptr;
  regression.means_ = std::move(scaling.means);
  regression.inverse_sds_ = std::move(scaling.inverse_sds);
  const auto stride = static_cast<std::ptrdiff_t>(features.columns + 1);
  for (std::size_t k = 0; k < parameters.outcomes; ++k) {
    const double* block = fitted.at.data() + static_cast<std::ptrdiff_t>(k) * stride;
    regression.intercepts_.push_back(block[0]);
    regression.weights_.insert(regression.weights_.end(), block + 1, block + stride);
  }
  return regression;
}

absl::StatusOr<Forecasts> LogisticRegression::Predict(FeatureMatrix features,
                                                      const Forecasts* anchors,
                                                      std::optional<std::size_t> replicate) const {
  if (features.columns != feature_count()) {
    return InvalidField("features", fmt::format("{} columns; the regression takes {}",
                                                features.columns, feature_count()));
  }
  if ((anchors != nullptr) != anchored_) {
    return InvalidField("anchors", anchored_ ? "needed by this regression" : "not taken by it");
  }
  if (replicate && *replicate >= replicates_.size()) return InvalidField("replicate", "no such");
  RETURN_IF_ERROR(CheckShapes(features, anchors, outcomes()));
  const double* intercepts = intercepts_.data();
  const double* weights = weights_.data();
  if (replicate) {
    intercepts = replicates_[*replicate].data();
    weights = intercepts + outcomes();
  }
  Forecasts forecasts(features.rows(), outcomes());
  std::vector<double> standardised(features.columns);
  for (std::size_t i = 0; i < features.rows(); ++i) {
    const auto row = features.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) standardised[j] = Standardised(j, row[j]);
    const auto out = forecasts.row(i);
    for (std::size_t k = 0; k < out.size(); ++k) {
      const double* const of_outcome = weights + k * row.size();
      out[k] = intercepts[k] + (anchored_ ? std::log(anchors->row(i)[k]) : 0.0);
      for (std::size_t j = 0; j < row.size(); ++j) out[k] += standardised[j] * of_outcome[j];
    }
    Softmax(out);
  }
  return forecasts;
}

double LogisticRegression::Standardised(std::size_t feature, float value) const {
  return Standardise(value, means_[feature], inverse_sds_[feature]);
}

absl::Status LogisticRegression::SetReplicates(std::vector<std::vector<double>> coefficients) {
  for (const std::vector<double>& each : coefficients) {
    if (each.size() != outcomes() * (feature_count() + 1)) {
      return InvalidField("replicates", "a coefficient is needed for each intercept and weight");
    }
  }
  replicates_ = std::move(coefficients);
  return absl::OkStatus();
}

std::string LogisticRegression::ToJson() const {
  return nlohmann::json{{"anchored", anchored_},       {"means", means_},
                        {"inverse_sds", inverse_sds_}, {"intercepts", intercepts_},
                        {"weights", weights_},         {"replicates", replicates_}}
      .dump();
}

absl::StatusOr<LogisticRegression> LogisticRegression::FromJson(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  LogisticRegression regression;
  std::vector<std::vector<double>> replicates;
  RETURN_IF_ERROR(Fields(parsed, "regression.")
                      .Required("anchored", regression.anchored_)
                      .Required("means", regression.means_)
                      .Required("inverse_sds", regression.inverse_sds_)
                      .Required("intercepts", regression.intercepts_)
                      .Required("weights", regression.weights_)
                      .Required("replicates", replicates)
                      .Finish());
  const std::size_t features = regression.means_.size();
  if (features == 0 || regression.inverse_sds_.size() != features || regression.outcomes() < 2 ||
      regression.weights_.size() != features * regression.outcomes()) {
    return InvalidField("regression", "its parts do not fit together");
  }
  RETURN_IF_ERROR(regression.SetReplicates(std::move(replicates)));
  return regression;
}

}  // namespace fairline::models
