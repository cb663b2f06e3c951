#include "libs/models/logistic_bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::models {
namespace {

using statistics::BlockBootstrap;

constexpr std::size_t kRowsAtATime = 1024;
constexpr std::size_t kMatchesOfHessian = 50'000;
constexpr int kMinResamples = 40;  // that BlockBootstrap makes
constexpr int kMaxSteps = 40;
constexpr double kSettled = 1e-4;
constexpr double kMinCurvature = 1e-6;    // per match, of what neither varies nor has a ridge
constexpr double kCommonCurvature = 0.1;  // per match, along what all outcomes share
constexpr float kGreatestLogit = 60.0F;

using Matrix = Eigen::MatrixXf;

Eigen::Index Size(std::size_t size) { return static_cast<Eigen::Index>(size); }

// How often each match is drawn, by match and sample.
absl::StatusOr<Matrix> DrawWeights(std::span<const Day> days, std::size_t count,
                                   std::uint64_t seed) {
  ASSIGN_OR_RETURN(
      const BlockBootstrap bootstrap,
      BlockBootstrap::Make(days, seed, std::max(kMinResamples, static_cast<int>(count))));
  Matrix weights(Size(days.size()), Size(count));
  for (std::size_t i = 0; i < days.size(); ++i) {
    for (std::size_t b = 0; b < count; ++b) {
      weights(Size(i), Size(b)) = static_cast<float>(bootstrap.TimesDrawn(b, i));
    }
  }
  return weights;
}

class Refits {
 public:
  Refits(const LogisticRegression& fitted, FeatureMatrix features,
         std::span<const OutcomeIndex> labels, const Forecasts* anchors, double ridge)
      : fitted_(fitted),
        features_(features),
        labels_(labels),
        anchors_(anchors),
        ridge_(ridge),
        outcomes_(fitted.outcomes()),
        height_(features.columns + 1) {}

  // Coefficients outcome by outcome, the intercept first.
  [[nodiscard]] Eigen::VectorXd Start() const {
    Eigen::VectorXd start(Size(outcomes_ * height_));
    for (std::size_t k = 0; k < outcomes_; ++k) {
      start[Size(k * height_)] = fitted_.intercept(k);
      for (std::size_t j = 0; j < features_.columns; ++j) {
        start[Size(k * height_ + 1 + j)] = fitted_.weight(k, j);
      }
    }
    return start;
  }

  [[nodiscard]] Eigen::LLT<Eigen::MatrixXd> Hessian(const Eigen::VectorXd& at) const {
    const std::size_t stride = std::max<std::size_t>(1, labels_.size() / kMatchesOfHessian);
    const auto height = Size(height_);
    Eigen::MatrixXd hessian =
        Eigen::MatrixXd::Zero(Size(outcomes_) * height, Size(outcomes_) * height);
    Matrix coefficients =
        Eigen::Map<const Eigen::MatrixXd>(at.data(), height, Size(outcomes_)).cast<float>();
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < labels_.size(); i += stride) rows.push_back(i);
    for (std::size_t first = 0; first < rows.size(); first += kRowsAtATime) {
      const std::size_t count = std::min(kRowsAtATime, rows.size() - first);
      const std::span<const std::size_t> chunk(rows.data() + first, count);
      const Matrix design = Design(chunk);
      const Matrix probabilities = Probabilities(chunk, design, coefficients);
      for (Eigen::Index k = 0; k < Size(outcomes_); ++k) {
        for (Eigen::Index l = 0; l <= k; ++l) {
          const Eigen::ArrayXf p = probabilities.col(k).array();
          const Eigen::ArrayXf curvature = k == l
                                               ? Eigen::ArrayXf(p * (1.0F - p))
                                               : Eigen::ArrayXf(-p * probabilities.col(l).array());
          const Matrix product =
              design.transpose() * (design.array().colwise() * curvature).matrix();
          hessian.block(k * height, l * height, height, height) += product.cast<double>();
        }
      }
    }
    const double scale = static_cast<double>(labels_.size()) / static_cast<double>(rows.size());
    hessian *= scale;
    const auto matches = static_cast<double>(labels_.size());
    for (Eigen::Index j = 0; j < height; ++j) {
      for (Eigen::Index k = 0; k < Size(outcomes_); ++k) {
        hessian(k * height + j, k * height + j) += kMinCurvature * matches;
        if (j != 0) hessian(k * height + j, k * height + j) += ridge_;
        // Adding the same to a coefficient of every outcome changes no forecast: no refit goes
        // there, and rounding must not either.
        for (Eigen::Index l = 0; l <= k; ++l) {
          hessian(k * height + j, l * height + j) += kCommonCurvature * matches;
        }
      }
    }
    return Eigen::LLT<Eigen::MatrixXd>(hessian);  // reads the lower triangle alone
  }

  // Of every sample's penalised log-loss, one a column, at its coefficients.
  [[nodiscard]] Eigen::MatrixXd Gradients(const Eigen::MatrixXd& at, const Matrix& weights) const {
    const auto height = Size(height_);
    const Eigen::Index outcomes = Size(outcomes_);
    const Matrix coefficients =
        Eigen::Map<const Eigen::MatrixXd>(at.data(), height, outcomes * at.cols()).cast<float>();
    Eigen::MatrixXd gradients = Eigen::MatrixXd::Zero(height, outcomes * at.cols());
    std::vector<std::size_t> chunk;
    for (std::size_t first = 0; first < labels_.size(); first += kRowsAtATime) {
      chunk.resize(std::min(kRowsAtATime, labels_.size() - first));
      for (std::size_t i = 0; i < chunk.size(); ++i) chunk[i] = first + i;
      const Matrix design = Design(chunk);
      Matrix residuals = Probabilities(chunk, design, coefficients);
      for (Eigen::Index b = 0; b < at.cols(); ++b) {
        for (std::size_t i = 0; i < chunk.size(); ++i) {
          residuals(Size(i), b * outcomes + labels_[chunk[i]]) -= 1.0F;
        }
        const auto drawn = weights.col(b).segment(Size(first), Size(chunk.size())).array();
        for (Eigen::Index k = 0; k < outcomes; ++k)
          residuals.col(b * outcomes + k).array() *= drawn;
      }
      gradients += (design.transpose() * residuals).cast<double>();
    }
    gradients.bottomRows(height - 1) +=
        ridge_ * Eigen::Map<const Eigen::MatrixXd>(at.data(), height, outcomes * at.cols())
                     .bottomRows(height - 1);
    return Eigen::Map<const Eigen::MatrixXd>(gradients.data(), at.rows(), at.cols());
  }

 private:
  // The standardised features after a column of ones.
  [[nodiscard]] Matrix Design(std::span<const std::size_t> rows) const {
    Matrix design(Size(rows.size()), Size(height_));
    design.col(0).setOnes();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = features_.row(rows[i]);
      for (std::size_t j = 0; j < row.size(); ++j) {
        design(Size(i), Size(j + 1)) = static_cast<float>(fitted_.Standardised(j, row[j]));
      }
    }
    return design;
  }

  // By each of the coefficient sets that stand side by side.
  [[nodiscard]] Matrix Probabilities(std::span<const std::size_t> rows, const Matrix& design,
                                     const Matrix& coefficients) const {
    const Eigen::Index outcomes = Size(outcomes_);
    Matrix logits = design * coefficients;
    if (anchors_ != nullptr) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto anchor = anchors_->row(rows[i]);
        for (std::size_t k = 0; k < outcomes_; ++k) {
          const auto offset = static_cast<float>(std::log(anchor[k]));
          for (Eigen::Index column = Size(k); column < logits.cols(); column += outcomes) {
            logits(Size(i), column) += offset;
          }
        }
      }
    }
    logits = logits.array().max(-kGreatestLogit).min(kGreatestLogit).exp();
    for (Eigen::Index first = 0; first < logits.cols(); first += outcomes) {
      auto of_sample = logits.middleCols(first, outcomes);
      const Eigen::ArrayXf totals = of_sample.rowwise().sum().array();
      of_sample.array().colwise() /= totals;
    }
    return logits;
  }

  const LogisticRegression& fitted_;
  FeatureMatrix features_;
  std::span<const OutcomeIndex> labels_;
  const Forecasts* anchors_;
  double ridge_;
  std::size_t outcomes_;
  std::size_t height_;  // of one outcome's coefficients
};

}  // namespace

absl::StatusOr<std::vector<std::vector<double>>> BootstrapLogistic(
    const LogisticRegression& fitted, FeatureMatrix features, std::span<const OutcomeIndex> labels,
    const Forecasts* anchors, std::span<const Day> days, double ridge, std::size_t count,
    std::uint64_t seed) {
  if (features.columns != fitted.feature_count() || features.rows() != labels.size() ||
      days.size() != labels.size() || (anchors != nullptr) != fitted.anchored() ||
      (anchors != nullptr && anchors->rows() != labels.size())) {
    return InvalidField("features", "not those that the regression was fitted on");
  }
  if (count == 0) return std::vector<std::vector<double>>();
  const Refits refits(fitted, features, labels, anchors, ridge);
  ASSIGN_OR_RETURN(const Matrix weights, DrawWeights(days, count, seed));
  const Eigen::VectorXd start = refits.Start();
  const auto hessian = refits.Hessian(start);
  Eigen::MatrixXd at = start.replicate(1, Size(count));
  double moved = 1.0;
  for (int step = 0; moved > kSettled; ++step) {
    if (step == kMaxSteps) {
      return absl::DeadlineExceededError("the bootstrap of the regression did not settle");
    }
    const Eigen::MatrixXd change = hessian.solve(refits.Gradients(at, weights));
    at -= change;
    moved = change.cwiseAbs().maxCoeff();
    if (!std::isfinite(moved)) return absl::InternalError("the bootstrap diverged");
  }
  std::vector<std::vector<double>> coefficients;
  const std::size_t height = features.columns + 1;
  for (Eigen::Index b = 0; b < at.cols(); ++b) {
    std::vector<double>& of_sample = coefficients.emplace_back();
    const double* const column = at.col(b).data();
    for (std::size_t k = 0; k < fitted.outcomes(); ++k) of_sample.push_back(column[k * height]);
    for (std::size_t k = 0; k < fitted.outcomes(); ++k) {
      of_sample.insert(of_sample.end(), column + k * height + 1, column + (k + 1) * height);
    }
  }
  return coefficients;
}

}  // namespace fairline::models
