#pragma once
// Multinomial logistic regression with a ridge:
//
//   p_k  proportional to  a_k * exp(b_k + w_k . x)
//
// where x are the features, standardised, a missing one at its mean and each held within 6
// standard deviations. a_k is 1, or for an anchored regression the market's probability: with no
// weights it is then the market line itself. The fit minimises
//   sum over matches of -log p(what happened) + ridge / 2 * sum of squared weights;
// the intercepts b are not penalised.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::models {

struct LogisticParameters {
  std::size_t outcomes = 3;
  double ridge = 30.0;
  int max_iterations = 300;
  // Converged when no component of the gradient, per match, is larger.
  double tolerance = 1e-7;

  // InvalidArgument naming the parameter that is out of range.
  [[nodiscard]] absl::Status Validate() const;
};

// Immutable; Predict is safe from any number of threads.
class LogisticRegression {
 public:
  // `anchors` is null or the market line of the same matches, every probability in (0, 1). The
  // problem is convex; L-BFGS from the intercepts alone, preconditioned by the ridge regression's
  // Hessian. Same input, same bits. 160,000 matches of 80 features take about two seconds. Errors:
  // InvalidArgument for shapes, labels and infinities; DeadlineExceeded when max_iterations did
  // not suffice.
  [[nodiscard]] static absl::StatusOr<LogisticRegression> Fit(FeatureMatrix features,
                                                              std::span<const OutcomeIndex> labels,
                                                              const Forecasts* anchors,
                                                              const LogisticParameters& parameters);

  // One row each; with anchors as in Fit, by the coefficients of a replicate if one is named. About
  // 0.3 us a match of 80 features. InvalidArgument for other shapes than the fit's.
  [[nodiscard]] absl::StatusOr<Forecasts> Predict(
      FeatureMatrix features, const Forecasts* anchors,
      std::optional<std::size_t> replicate = std::nullopt) const;

  // The feature as the regression sees it: in standard deviations from the mean, 0 when missing.
  [[nodiscard]] double Standardised(std::size_t feature, float value) const;

  // Refits on other samples of the matches, each with the same standardisation: for uncertainty.
  // One set of coefficients each: the intercepts, then the weights outcome by outcome.
  // InvalidArgument when a set has another size.
  [[nodiscard]] absl::Status SetReplicates(std::vector<std::vector<double>> coefficients);
  [[nodiscard]] std::size_t replicates() const { return replicates_.size(); }
  [[nodiscard]] const std::vector<double>& replicate(std::size_t index) const {
    return replicates_[index];
  }

  // Canonical JSON, numbers to the last bit; FromJson refuses (InvalidArgument) anything else.
  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static absl::StatusOr<LogisticRegression> FromJson(std::string_view json);

  // What moves the log-odds of `outcome`: its weight per standard deviation of `feature`.
  [[nodiscard]] double weight(std::size_t outcome, std::size_t feature) const {
    return weights_[outcome * means_.size() + feature];
  }
  [[nodiscard]] double intercept(std::size_t outcome) const { return intercepts_[outcome]; }
  [[nodiscard]] std::size_t feature_count() const { return means_.size(); }
  [[nodiscard]] std::size_t outcomes() const { return intercepts_.size(); }
  [[nodiscard]] bool anchored() const { return anchored_; }

 private:
  LogisticRegression() = default;

  bool anchored_ = false;
  std::vector<double> means_;
  std::vector<double> inverse_sds_;  // 0 for a feature that never varied
  std::vector<double> intercepts_;
  std::vector<double> weights_;  // outcomes x features
  std::vector<std::vector<double>> replicates_;
};

}  // namespace fairline::models
