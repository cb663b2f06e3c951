// How often each outcome happened in the competition in the seasons before: home advantage
// declines, so older seasons would flatter the rest. Parameters: seasons; prior_matches, the
// matches played at the rate of all competitions that are added to each competition's own.

#include <map>

#include <fmt/format.h>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

struct BaseRates {
  std::vector<double> overall;
  std::map<std::int32_t, std::vector<double>> by_competition;
};

class BaseRateModel final : public Model {
 public:
  BaseRateModel(ModelInputs inputs, std::size_t outcomes, BaseRates rates)
      : Model(std::move(inputs), outcomes), rates_(std::move(rates)) {}

  std::string_view kind() const override { return "base_rate"; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    const std::size_t rows = input.features.rows();
    if (!input.competitions.empty() && input.competitions.size() != rows) {
      return InvalidField("competitions", "one a match, or none");
    }
    Forecasts forecasts(outcomes());
    for (std::size_t i = 0; i < rows; ++i) forecasts.Append(RatesOf(input, i));
    return forecasts;
  }

  absl::StatusOr<Attribution> Explain(const ForecastInput& input) const override {
    return Attribution{.base = LogOdds(RatesOf(input, 0)), .by_feature = {}, .sources = {}};
  }

  std::string Describe() const override { return ToJson().dump(); }
  absl::StatusOr<std::string> Save() const override { return ToJson().dump(); }

 private:
  const std::vector<double>& RatesOf(const ForecastInput& input, std::size_t row) const {
    if (input.competitions.empty()) return rates_.overall;
    const auto found = rates_.by_competition.find(input.competitions[row]);
    return found == rates_.by_competition.end() ? rates_.overall : found->second;
  }

  json ToJson() const {
    json competitions = json::array();
    for (const auto& [id, rates] : rates_.by_competition) {
      competitions.push_back({{"competition", id}, {"rates", rates}});
    }
    return {{"overall", rates_.overall}, {"competitions", std::move(competitions)}};
  }

  BaseRates rates_;
};

class BaseRateLearner final : public Learner {
 public:
  BaseRateLearner(LearnerSetup setup, int seasons, double prior_matches)
      : Learner("base_rate", std::move(setup.inputs), setup.first_season),
        outcomes_(setup.outcomes),
        seasons_(seasons),
        prior_matches_(prior_matches) {}

  ModelOr Fit(const FitStep& step, const FitObserver&) const override {
    std::map<std::int32_t, std::vector<double>> happened;
    std::vector<double> everywhere(outcomes_, 1.0);
    double matches = static_cast<double>(outcomes_);
    std::int64_t seen = 0;
    for (const std::uint32_t row : step.known) {
      if (step.matches.seasons[row] < step.season - seasons_) continue;
      const OutcomeIndex result = step.matches.results[row];
      happened.try_emplace(step.matches.competitions[row], outcomes_, 0.0).first->second[result] +=
          1.0;
      everywhere[result] += 1.0;
      matches += 1.0;
      ++seen;
    }
    if (seen < std::max<std::int64_t>(step.least_matches, 1)) return nullptr;
    BaseRates rates;
    for (const double count : everywhere) rates.overall.push_back(count / matches);
    for (const auto& [competition, counts] : happened) {
      double total = prior_matches_;
      for (const double count : counts) total += count;
      std::vector<double>& own = rates.by_competition[competition];
      for (std::size_t k = 0; k < outcomes_; ++k) {
        own.push_back((counts[k] + prior_matches_ * rates.overall[k]) / total);
      }
    }
    return std::make_shared<const BaseRateModel>(inputs(), outcomes_, std::move(rates));
  }

 private:
  std::size_t outcomes_;
  int seasons_;
  double prior_matches_;
};

bool AreRates(const std::vector<double>& rates, std::size_t outcomes) {
  return rates.size() == outcomes &&
         std::all_of(rates.begin(), rates.end(), [](double p) { return p > 0.0 && p < 1.0; });
}

}  // namespace

LearnerOr MakeBaseRate(LearnerSetup setup, const json& parameters) {
  int seasons = 5;
  double prior_matches = 20.0;
  RETURN_IF_ERROR(Fields(parameters, "parameters.")
                      .Optional("seasons", seasons)
                      .Optional("prior_matches", prior_matches)
                      .Check(seasons >= 1, "seasons", "must be positive")
                      .Check(prior_matches > 0.0, "prior_matches", "must be positive")
                      .Finish());
  return std::make_shared<const BaseRateLearner>(std::move(setup), seasons, prior_matches);
}

ModelOr LoadBaseRate(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  const json parsed = json::parse(bytes, nullptr, false);
  BaseRates rates;
  std::vector<json> competitions;
  RETURN_IF_ERROR(Fields(parsed, "base_rate.")
                      .Required("overall", rates.overall)
                      .Required("competitions", competitions)
                      .Check(AreRates(rates.overall, outcomes), "overall", "not rates")
                      .Finish());
  for (const json& each : competitions) {
    std::int32_t competition = 0;
    std::vector<double> own;
    RETURN_IF_ERROR(Fields(each, "base_rate.competitions.")
                        .Required("competition", competition)
                        .Required("rates", own)
                        .Check(AreRates(own, outcomes), "rates", "not rates")
                        .Finish());
    rates.by_competition.insert_or_assign(competition, std::move(own));
  }
  return std::make_shared<const BaseRateModel>(std::move(inputs), outcomes, std::move(rates));
}

}  // namespace fairline::models
