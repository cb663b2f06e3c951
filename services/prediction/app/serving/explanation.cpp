#include "services/prediction/app/serving/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace fairline::prediction {
namespace {

// The same with a common constant taken off, so that they sum to 0.
std::vector<double> Centred(std::vector<double> log_odds) {
  const double mean =
      std::accumulate(log_odds.begin(), log_odds.end(), 0.0) / static_cast<double>(log_odds.size());
  for (double& value : log_odds) value -= mean;
  return log_odds;
}

}  // namespace

const features::Feature& MarketLine() {
  static constexpr features::Feature kLine = {
      "market", "The bookmakers' average line, margin taken out", "probability",
      "pre-match average odds, power de-vig", features::Block::kMarket};
  return kLine;
}

double FeatureContribution::Reach() const {
  const auto [least, most] = std::minmax_element(log_odds.begin(), log_odds.end());
  return *most - *least;
}

absl::StatusOr<Explanation> Explain(const SportModel& model, const MatchForecast& forecast,
                                    std::size_t max_contributions) {
  const std::vector<features::Feature>& catalogue = model.replay->catalogue().features();
  models::Forecasts market(model.model->outcomes());
  market.Append(forecast.market_probabilities);
  ASSIGN_OR_RETURN(
      Attribution attribution,
      model.model->Explain(forecast.information, {forecast.features, forecast.features.size()},
                           forecast.information == Information::kWithOdds ? &market : nullptr));

  std::unordered_map<std::string_view, std::size_t> columns;
  for (std::size_t i = 0; i < catalogue.size(); ++i) columns.emplace(catalogue[i].name, i);
  Explanation explanation;
  explanation.base_rate = std::move(attribution.base_rate);
  for (Contribution& contribution : attribution.contributions) {
    FeatureContribution out;
    const auto found = columns.find(contribution.input);
    if (found != columns.end()) {
      out.feature = {&catalogue[found->second], forecast.features[found->second]};
    } else if (contribution.input == MarketLine().name) {
      out.feature = {&MarketLine(), std::numeric_limits<double>::quiet_NaN()};
    } else {
      return absl::InternalError("the model explains by " + contribution.input +
                                 ", which is not in the catalogue");
    }
    out.log_odds = Centred(std::move(contribution.log_odds));
    explanation.contributions.push_back(std::move(out));
  }
  std::stable_sort(explanation.contributions.begin(), explanation.contributions.end(),
                   [](const auto& a, const auto& b) { return a.Reach() > b.Reach(); });
  explanation.rest.assign(model.model->outcomes(), 0.0);
  if (max_contributions > 0) {
    while (explanation.contributions.size() > max_contributions) {
      const std::vector<double>& left_out = explanation.contributions.back().log_odds;
      for (std::size_t k = 0; k < left_out.size(); ++k) explanation.rest[k] += left_out[k];
      explanation.contributions.pop_back();
    }
  }
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    if (catalogue[i].block == features::Block::kMarket || std::isnan(forecast.features[i]))
      continue;
    explanation.features.push_back({&catalogue[i], forecast.features[i]});
  }
  return explanation;
}

}  // namespace fairline::prediction
