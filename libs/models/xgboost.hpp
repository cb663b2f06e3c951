#pragma once
// Gradient-boosted trees for the outcome of a match: RAII over the XGBoost C API, the only file
// that includes it. Every fit and every prediction runs on the calling thread alone, because
// XGBoost's OpenMP workers spin against each other under load; callers run fits side by side.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::models {

// Base margins: the natural logarithms of probabilities.
[[nodiscard]] std::vector<float> LogMargins(std::span<const double> probabilities);

struct BoosterParameters {
  int outcomes = 3;
  int rounds = 100;  // each grows one tree per outcome
  int max_depth = 4;
  double learning_rate = 0.05;
  double min_child_weight = 100.0;  // least sum of hessians in a leaf
  double l2_regularisation = 10.0;
  double row_sample = 0.7;     // share of rows drawn for each round
  double column_sample = 0.3;  // share of columns drawn for each tree
  int max_bins = 256;
  std::uint32_t seed = 0;

  // InvalidArgument naming the parameter that is out of range.
  [[nodiscard]] absl::Status Validate() const;
};

// Called after every round with the number of rounds done; returning false cancels the fit.
using RoundObserver = std::function<bool(int rounds_done)>;

// An immutable fitted model. Predict is safe from any number of threads.
class Booster {
 public:
  static constexpr std::size_t kMaxModelBytes = 64u << 20;

  // Fits softmax trees. `base_margins` is empty, or rows x outcomes log-probabilities that the
  // trees correct (the anchor). Same inputs and seed give the same bits. Errors: InvalidArgument
  // for shapes and labels, Cancelled when the observer said so, Internal from XGBoost.
  [[nodiscard]] static absl::StatusOr<Booster> Train(FeatureMatrix features,
                                                     std::span<const OutcomeIndex> labels,
                                                     std::span<const float> base_margins,
                                                     const BoosterParameters& parameters,
                                                     const RoundObserver& observer = {});

  // How many rounds forecast `later` best when fitted on `features`: boosting goes on until its log
  // loss has not fallen for `patience` rounds, or parameters.rounds are done. The arguments and
  // errors are those of Train, the later ones those of the matches that are forecast.
  [[nodiscard]] static absl::StatusOr<int> BestRounds(
      FeatureMatrix features, std::span<const OutcomeIndex> labels,
      std::span<const float> base_margins, FeatureMatrix later,
      std::span<const OutcomeIndex> later_labels, std::span<const float> later_margins,
      const BoosterParameters& parameters, int patience, const RoundObserver& observer = {});

  // From the UBJSON bytes of Save. The bytes must be trusted (checked against a known hash):
  // XGBoost's parser is not hardened. InvalidArgument when they are too many, or do not take
  // `feature_count` features to `outcomes` probabilities.
  [[nodiscard]] static absl::StatusOr<Booster> Load(std::string_view ubjson,
                                                    std::size_t feature_count,
                                                    std::size_t outcomes);

  [[nodiscard]] absl::StatusOr<std::string> Save() const;

  // Writes rows x outcomes probabilities (each row sums to 1 within float precision). A row's
  // bits do not depend on what is predicted beside it. About 25 us for one row of 300 trees.
  // `base_margins` as in Train; a model fitted with them must be given them.
  [[nodiscard]] absl::Status Predict(FeatureMatrix features, std::span<const float> base_margins,
                                     std::span<float> probabilities) const;

  // SHAP values (Lundberg et al. 2018, path-dependent): what each feature adds to the margin (the
  // log-probability before normalising) of each outcome. Writes rows x outcomes x (features + 1)
  // values, of which the last of each outcome is the expected margin; together they sum to the
  // margin without a base margin. About a millisecond a row.
  [[nodiscard]] absl::Status Contributions(FeatureMatrix features, std::span<float> values) const;

  // Rounds of boosting, each of one tree an outcome.
  [[nodiscard]] int rounds() const;

  [[nodiscard]] std::size_t feature_count() const { return feature_count_; }
  [[nodiscard]] std::size_t outcomes() const { return outcomes_; }

 private:
  struct Release {
    void operator()(void* handle) const;
  };
  using Handle = std::unique_ptr<void, Release>;

  Booster(Handle handle, std::size_t feature_count, std::size_t outcomes)
      : handle_(std::move(handle)), feature_count_(feature_count), outcomes_(outcomes) {}

  // The first prediction configures the booster inside; after it, predicting only reads.
  [[nodiscard]] absl::Status WarmUp() const;

  Handle handle_;
  std::size_t feature_count_;
  std::size_t outcomes_;
};

}  // namespace fairline::models
