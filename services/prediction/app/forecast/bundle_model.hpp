#pragma once
// A bundle of libs/models as a ForecastModel.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "libs/models/bundle.hpp"
#include "libs/models/conditional_logit.hpp"
#include "services/prediction/app/forecast/model.hpp"

namespace fairline::prediction {

class BundleModel final : public ForecastModel {
 public:
  explicit BundleModel(std::shared_ptr<const models::Bundle> bundle) : bundle_(std::move(bundle)) {}

  std::size_t outcomes() const override { return bundle_->manifest().outcomes; }
  bool serves(Information information) const override {
    return bundle_->manifest().Serving(InformationName(information)) != nullptr;
  }
  bool anchored(Information information) const override {
    const models::ModelEntry* const entry =
        bundle_->manifest().Serving(InformationName(information));
    return entry != nullptr && entry->anchored;
  }
  absl::StatusOr<Answer> Forecast(Information information, models::FeatureMatrix rows,
                                  const models::Forecasts* market) const override {
    const std::string_view model = bundle_->Serving(InformationName(information));
    if (model.empty()) {
      return absl::FailedPreconditionError("the version has no model for " +
                                           std::string(InformationName(information)));
    }
    const models::BundleInput input{.features = rows, .market = market};
    ASSIGN_OR_RETURN(models::ForecastColumns columns, bundle_->ForecastWithMembers(model, input));
    ASSIGN_OR_RETURN(models::Uncertainty uncertainty, bundle_->Uncertainty(model, input));
    Answer answer{std::move(columns.find(model)->second), std::move(uncertainty.total), {}};
    const models::Model& served = *bundle_->Find(model);
    const std::vector<double> weights = served.member_weights();
    for (std::size_t m = 0; m < weights.size(); ++m) {
      const std::string& member = served.inputs().members[m];
      answer.members.push_back({member, weights[m], std::move(columns.find(member)->second)});
    }
    std::stable_sort(answer.members.begin(), answer.members.end(),
                     [](const auto& a, const auto& b) { return a.weight > b.weight; });
    return answer;
  }
  absl::StatusOr<Attribution> Explain(Information information, models::FeatureMatrix row,
                                      const models::Forecasts* market) const override {
    const std::string_view model = bundle_->Serving(InformationName(information));
    if (model.empty()) {
      return absl::FailedPreconditionError("the version has no model for " +
                                           std::string(InformationName(information)));
    }
    ASSIGN_OR_RETURN(models::Explanation explanation,
                     bundle_->Explain(model, {.features = row, .market = market}));
    models::Softmax(explanation.base);
    Attribution attribution{.base_rate = std::move(explanation.base), .contributions = {}};
    for (models::Contribution& each : explanation.contributions) {
      attribution.contributions.push_back({std::move(each.input), std::move(each.log_odds)});
    }
    return attribution;
  }

 private:
  std::shared_ptr<const models::Bundle> bundle_;
};

}  // namespace fairline::prediction
