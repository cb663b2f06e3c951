// The outcome by the grid of scores of two Poisson counts (libs/domain/score_grid.hpp) whose rates
// and dependence are catalogue columns: three features, the goals expected of the home side and of
// the away side, and Dixon and Coles's rho. Nothing is fitted beyond what made the columns. In a
// sport of two outcomes, home and away given that the scores differ. Parameters: none.

#include "libs/domain/score_grid.hpp"

#include <array>
#include <cmath>
#include <optional>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

constexpr std::size_t kRates = 3;  // home goals, away goals, rho
using Rates = std::array<double, kRates>;

// False where no grid can be made of the rates.
bool Predict(const Rates& rates, std::span<double> probabilities) {
  const auto grid = domain::ScoreGrid::DixonColes(rates[0], rates[1], rates[2]);
  if (!grid.ok()) return false;
  const std::array<double, 3> result = grid->Result();
  if (probabilities.size() == 3) {
    std::copy(result.begin(), result.end(), probabilities.begin());
  } else {
    probabilities[0] = result[0] / (result[0] + result[2]);
    probabilities[1] = result[2] / (result[0] + result[2]);
  }
  return true;
}

class ScoreGridModel final : public Model {
 public:
  // `average`: the mean of each column over the matches of the fit; explanations start there.
  ScoreGridModel(ModelInputs inputs, std::size_t outcomes, const Rates& average)
      : Model(std::move(inputs), outcomes), average_(average) {}

  std::string_view kind() const override { return "score_grid"; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    Forecasts forecasts = NoForecasts(sample.rows.size(), outcomes());
    std::vector<double> row(outcomes());
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
      if (!Predict(RatesOf(sample, i), row)) continue;
      std::copy(row.begin(), row.end(), forecasts.row(i).begin());
    }
    return forecasts;
  }

  // Shapley values of the three columns (Shapley 1953), each absent one at its average.
  absl::StatusOr<Attribution> Explain(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    const Rates here = RatesOf(sample, 0);
    std::array<std::vector<double>, 1U << kRates> log_odds;
    for (std::size_t present = 0; present < log_odds.size(); ++present) {
      Rates rates = average_;
      for (std::size_t j = 0; j < kRates; ++j) {
        if ((present >> j & 1U) != 0) rates[j] = here[j];
      }
      std::vector<double> probabilities(outcomes());
      if (!Predict(rates, probabilities)) return InvalidField("features", "no rates");
      log_odds[present] = LogOdds(probabilities);
    }
    Attribution attribution{.base = log_odds[0], .by_feature = {}, .sources = {}};
    for (std::size_t j = 0; j < kRates; ++j) {
      std::vector<double>& value = attribution.by_feature.emplace_back(outcomes(), 0.0);
      for (std::size_t present = 0; present < log_odds.size(); ++present) {
        if ((present >> j & 1U) != 0) continue;
        const int others = std::popcount(present);
        const double weight = others == 1 ? 1.0 / 6.0 : 1.0 / 3.0;  // |S|! (2 - |S|)! / 3!
        for (std::size_t k = 0; k < outcomes(); ++k) {
          value[k] += weight * (log_odds[present | 1U << j][k] - log_odds[present][k]);
        }
      }
    }
    return attribution;
  }

  std::string Describe() const override { return json{{"average", average_}}.dump(); }
  absl::StatusOr<std::string> Save() const override { return Describe(); }

 private:
  static Rates RatesOf(const Sample& sample, std::size_t row) {
    const float* const first = sample.features.data() + row * kRates;
    return {first[0], first[1], first[2]};
  }

  Rates average_;
};

class ScoreGridLearner final : public Learner {
 public:
  explicit ScoreGridLearner(LearnerSetup setup)
      : Learner("score_grid", std::move(setup.inputs), setup.first_season),
        outcomes_(setup.outcomes) {}

  ModelOr Fit(const FitStep& step, const FitObserver&) const override {
    ASSIGN_OR_RETURN(const Sample sample, LearnFrom(step, *this));
    Rates sums{};
    double matches = 0.0;
    std::vector<double> probabilities(outcomes_);
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
      const float* const first = sample.features.data() + i * kRates;
      if (!std::isfinite(first[0]) || !std::isfinite(first[1]) || !std::isfinite(first[2]))
        continue;
      for (std::size_t j = 0; j < kRates; ++j) sums[j] += first[j];
      matches += 1.0;
    }
    if (matches < static_cast<double>(std::max<std::int64_t>(step.least_matches, 1))) {
      return nullptr;
    }
    for (double& sum : sums) sum /= matches;
    if (!Predict(sums, probabilities)) {
      return InvalidField("features", "not the rates of a score grid");
    }
    return std::make_shared<const ScoreGridModel>(inputs(), outcomes_, sums);
  }

 private:
  std::size_t outcomes_;
};

}  // namespace

LearnerOr MakeScoreGrid(LearnerSetup setup, const json& parameters) {
  RETURN_IF_ERROR(Fields(parameters, "parameters.").Finish());
  if (setup.inputs.features.size() != kRates) {
    return InvalidField("features", "a score grid reads three: both rates and rho");
  }
  if (setup.outcomes > 3) return InvalidField("outcomes", "a score grid has three, or two");
  return std::make_shared<const ScoreGridLearner>(std::move(setup));
}

ModelOr LoadScoreGrid(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  const json parsed = json::parse(bytes, nullptr, false);
  std::vector<double> average;
  RETURN_IF_ERROR(Fields(parsed, "score_grid.")
                      .Required("average", average)
                      .Check(average.size() == kRates, "average", "three are needed")
                      .Finish());
  if (inputs.columns.size() != kRates || outcomes > 3) {
    return InvalidField("features", "a score grid reads three: both rates and rho");
  }
  const Rates rates = {average[0], average[1], average[2]};
  std::vector<double> probabilities(outcomes);
  if (!Predict(rates, probabilities)) {
    return InvalidField("score_grid.average", "not the rates of a score grid");
  }
  return std::make_shared<const ScoreGridModel>(std::move(inputs), outcomes, rates);
}

}  // namespace fairline::models
