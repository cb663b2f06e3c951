// The market line as it stands. No parameters.

#include <algorithm>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"

namespace fairline::models {
namespace {

class MarketModel final : public Model {
 public:
  MarketModel(ModelInputs inputs, std::size_t outcomes) : Model(std::move(inputs), outcomes) {}

  std::string_view kind() const override { return "market"; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Forecasts* const line, FindColumn(input.columns, kMarketLine));
    if (line->rows() != input.features.rows() || line->outcomes() != outcomes()) {
      return InvalidField(kMarketLine, "a line of every outcome is needed for each match");
    }
    return *line;
  }

  absl::StatusOr<Attribution> Explain(const ForecastInput&) const override {
    return Attribution{.base = std::vector<double>(outcomes(), 0.0),
                       .by_feature = {},
                       .sources = {{std::string(kMarketLine), 1.0}}};
  }

  std::string Describe() const override { return "{}"; }
  absl::StatusOr<std::string> Save() const override { return std::string("{}"); }
};

class MarketLearner final : public Learner {
 public:
  explicit MarketLearner(LearnerSetup setup)
      : Learner("market", std::move(setup.inputs), setup.first_season), outcomes_(setup.outcomes) {}

  ModelOr Fit(const FitStep& step, const FitObserver&) const override {
    ASSIGN_OR_RETURN(const Forecasts* const line, FindColumn(step.columns, kMarketLine));
    const bool any = std::any_of(step.known.begin(), step.known.end(),
                                 [&](std::uint32_t row) { return IsForecast(line->row(row)); });
    if (!any) return nullptr;
    return std::make_shared<const MarketModel>(inputs(), outcomes_);
  }

 private:
  std::size_t outcomes_;
};

}  // namespace

LearnerOr MakeMarket(LearnerSetup setup, const nlohmann::json& parameters) {
  RETURN_IF_ERROR(Fields(parameters, "parameters.").Finish());
  setup.inputs.members = {std::string(kMarketLine)};
  return std::make_shared<const MarketLearner>(std::move(setup));
}

ModelOr LoadMarket(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  const auto parsed = nlohmann::json::parse(bytes, nullptr, false);
  RETURN_IF_ERROR(Fields(parsed, "market.").Finish());
  if (inputs.members != std::vector<std::string>{std::string(kMarketLine)}) {
    return InvalidField("members", "a market model reads the market line alone");
  }
  return std::make_shared<const MarketModel>(std::move(inputs), outcomes);
}

}  // namespace fairline::models
