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
  bool serves(Information information) const override {
    return bundle_->has_model(InformationName(information));
  }
  bool anchored(Information information) const override {
    return information == Information::kWithOdds;
  }
  absl::StatusOr<Answer> Forecast(Information, models::FeatureMatrix rows,
                                  const models::Forecasts* market) const override {
    ASSIGN_OR_RETURN(models::Forecasts forecasts, market != nullptr
                                                      ? bundle_->ForecastWithOdds(rows, *market)
                                                      : bundle_->ForecastNoOdds(rows));
    return Answer{std::move(forecasts), models::Forecasts(outcomes()), {}};
  }
  absl::StatusOr<Attribution> Explain(Information, models::FeatureMatrix,
                                      const models::Forecasts*) const override {
    return absl::FailedPreconditionError(
        "the serving version was made before forecasts were explained: train a new one");
  }

 private:
  std::shared_ptr<const models::Bundle> bundle_;
};

}  // namespace fairline::prediction
