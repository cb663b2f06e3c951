#pragma once
// Fits that survive a crash: each finished fit is kept under a key made of all that it depends on,
// and is never computed twice.

#include <optional>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "libs/models/outcome_model.hpp"
#include "services/training/app/dataset.hpp"
#include "services/training/app/recipe.hpp"

namespace fairline::training {

class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;
  // Thread-safe. A key is a SHA-256; the same key always means the same bytes.
  [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> FindBooster(
      std::string_view key) = 0;
  [[nodiscard]] virtual absl::Status SaveBooster(std::string_view key, std::string_view ubjson) = 0;
};

// Positions in the catalogue of the features in the recipe's blocks, in order. InvalidArgument for
// a block without features.
[[nodiscard]] absl::StatusOr<std::vector<std::uint32_t>> ColumnsOf(const ModelRecipe& recipe,
                                                                   const FeatureSet& feature_set);

// `rows` that `recipe` can learn from: those with a market line, when it is anchored.
[[nodiscard]] Rows UsableRows(const ModelRecipe& recipe, const Dataset& dataset, Rows rows);

class Fitter {
 public:
  // All must outlive the fitter. `code_version` is part of every key.
  Fitter(const Dataset& dataset, CheckpointStore& checkpoints, std::string code_version)
      : dataset_(dataset), checkpoints_(checkpoints), code_version_(std::move(code_version)) {}

  // The uncalibrated model fitted on `rows` (all usable), from its checkpoint when there is one.
  // Runs on the calling thread; safe to call from several. Errors of models::Booster::Train.
  [[nodiscard]] absl::StatusOr<models::OutcomeModel> Fit(
      const ModelRecipe& recipe, const Rows& rows,
      const models::RoundObserver& observer = {}) const;

  [[nodiscard]] const Dataset& dataset() const { return dataset_; }

 private:
  const Dataset& dataset_;
  CheckpointStore& checkpoints_;
  std::string code_version_;
};

}  // namespace fairline::training
