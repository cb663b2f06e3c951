#pragma once
// A bundle of libs/models as a ForecastModel.

#include <memory>

#include "libs/models/bundle.hpp"
#include "services/prediction/app/model.hpp"

namespace fairline::prediction {

class BundleModel final : public ForecastModel {
 public:
  explicit BundleModel(std::shared_ptr<const models::Bundle> bundle) : bundle_(std::move(bundle)) {}

  std::size_t outcomes() const override { return bundle_->manifest().outcomes; }
  bool takes_odds() const override { return bundle_->has_model(models::kWithOddsModel); }
  absl::StatusOr<models::Forecasts> NoOdds(models::FeatureMatrix rows) const override {
    return bundle_->ForecastNoOdds(rows);
  }
  absl::StatusOr<models::Forecasts> WithOdds(models::FeatureMatrix rows,
                                             const models::Forecasts& market) const override {
    return bundle_->ForecastWithOdds(rows, market);
  }

 private:
  std::shared_ptr<const models::Bundle> bundle_;
};

}  // namespace fairline::prediction
