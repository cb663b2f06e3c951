#include "services/training/app/fitting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::training {
namespace {

struct FitInput {
  std::vector<float> features;
  std::vector<models::OutcomeIndex> labels;
  std::vector<float> margins;
};

FitInput GatherInput(const Dataset& dataset, const ModelRecipe& recipe, const Rows& rows,
                     std::span<const std::uint32_t> columns) {
  FitInput input;
  input.features.reserve(rows.size() * columns.size());
  input.labels.reserve(rows.size());
  const models::FeatureMatrix features = dataset.features();
  for (const std::uint32_t row : rows) {
    const auto values = features.row(row);
    for (const std::uint32_t column : columns) input.features.push_back(values[column]);
    input.labels.push_back(dataset.result(row));
    if (recipe.anchored) {
      const std::vector<float> margins = models::LogMargins(dataset.market().row(row));
      input.margins.insert(input.margins.end(), margins.begin(), margins.end());
    }
  }
  return input;
}

}  // namespace

absl::StatusOr<std::vector<std::uint32_t>> ColumnsOf(const ModelRecipe& recipe,
                                                     const FeatureSet& feature_set) {
  std::vector<std::uint32_t> columns;
  for (const std::string& block : recipe.blocks) {
    if (std::none_of(feature_set.features.begin(), feature_set.features.end(),
                     [&](const CatalogueFeature& feature) { return feature.block == block; })) {
      return InvalidField("recipe.blocks",
                          fmt::format("the feature catalogue has no block {}", block));
    }
  }
  for (std::size_t i = 0; i < feature_set.features.size(); ++i) {
    const std::string& block = feature_set.features[i].block;
    if (std::find(recipe.blocks.begin(), recipe.blocks.end(), block) != recipe.blocks.end()) {
      columns.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return columns;
}

Rows UsableRows(const ModelRecipe& recipe, const Dataset& dataset, Rows rows) {
  if (recipe.anchored) {
    std::erase_if(rows, [&](std::uint32_t row) { return !dataset.has_market(row); });
  }
  return rows;
}

absl::StatusOr<models::OutcomeModel> Fitter::Fit(const ModelRecipe& recipe, const Rows& rows,
                                                 const models::RoundObserver& observer) const {
  ASSIGN_OR_RETURN(std::vector<std::uint32_t> columns, ColumnsOf(recipe, dataset_.feature_set()));
  const auto outcomes = static_cast<std::size_t>(recipe.booster.outcomes);
  const std::string key =
      Sha256Hex(fmt::format("{}\n{}\n{}", code_version_, recipe.json, dataset_.Hash(rows)));
  ASSIGN_OR_RETURN(const auto saved, checkpoints_.FindBooster(key));
  if (saved) {
    ASSIGN_OR_RETURN(models::Booster booster,
                     models::Booster::Load(*saved, columns.size(), outcomes));
    if (observer && !observer(recipe.booster.rounds)) return absl::CancelledError("cancelled");
    return models::OutcomeModel::Make(std::move(booster), std::move(columns), recipe.anchored, {});
  }
  const FitInput input = GatherInput(dataset_, recipe, rows, columns);
  ASSIGN_OR_RETURN(models::Booster booster,
                   models::Booster::Train({input.features, columns.size()}, input.labels,
                                          input.margins, recipe.booster, observer));
  ASSIGN_OR_RETURN(const std::string ubjson, booster.Save());
  RETURN_IF_ERROR(checkpoints_.SaveBooster(key, ubjson));
  return models::OutcomeModel::Make(std::move(booster), std::move(columns), recipe.anchored, {});
}

}  // namespace fairline::training
