// One earlier forecast, corrected by a calibration (libs/models/calibration.hpp) that is fitted on
// what it forecast out of sample; before there is any of that, the forecast itself. With an anchor
// the slope says how far to trust the departure from it. Parameters: method, "temperature" or
// "vector"; slope_sd and bias_sd, see CalibrationPrior; seasons, how many are learned from.

#include <algorithm>

#include "libs/models/calibration.hpp"
#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"
#include "libs/models/log_pool.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

class CalibratedModel final : public Model {
 public:
  CalibratedModel(ModelInputs inputs, std::size_t outcomes, Calibration calibration)
      : Model(std::move(inputs), outcomes), calibration_(std::move(calibration)) {}

  std::string_view kind() const override { return "calibrated"; }

  std::vector<double> member_weights() const override { return {calibration_.slope}; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Forecasts* const member, Column(input, inputs().members.front()));
    const Forecasts* anchor = nullptr;
    if (!inputs().anchor.empty()) {
      ASSIGN_OR_RETURN(anchor, Column(input, inputs().anchor));
    }
    Forecasts forecasts = *member;
    for (std::size_t i = 0; i < forecasts.rows(); ++i) {
      const auto row = forecasts.row(i);
      if (anchor != nullptr && !IsForecast(anchor->row(i))) {
        std::fill(row.begin(), row.end(), std::numeric_limits<double>::quiet_NaN());
      }
      if (!IsForecast(row)) continue;
      calibration_.Apply(row, anchor == nullptr ? std::span<const double>() : anchor->row(i));
    }
    return forecasts;
  }

  absl::StatusOr<Attribution> Explain(const ForecastInput&) const override {
    Attribution attribution{.base = calibration_.biases, .by_feature = {}, .sources = {}};
    attribution.base.resize(outcomes(), 0.0);
    Centre(attribution.base);
    attribution.sources.emplace_back(inputs().members.front(), calibration_.slope);
    if (!inputs().anchor.empty()) {
      attribution.sources.emplace_back(inputs().anchor, 1.0 - calibration_.slope);
    }
    return attribution;
  }

  std::string Describe() const override {
    return json{{"slope", calibration_.slope}, {"biases", calibration_.biases}}.dump();
  }
  absl::StatusOr<std::string> Save() const override { return Describe(); }

 private:
  absl::StatusOr<const Forecasts*> Column(const ForecastInput& input,
                                          const std::string& name) const {
    ASSIGN_OR_RETURN(const Forecasts* const column, FindColumn(input.columns, name));
    if (column->rows() != input.features.rows() || column->outcomes() != outcomes()) {
      return InvalidField(name, "a forecast of every outcome is needed for each match");
    }
    return column;
  }

  Calibration calibration_;
};

class CalibratedLearner final : public Learner {
 public:
  CalibratedLearner(LearnerSetup setup, CalibrationKind method, const CalibrationPrior& prior,
                    int seasons)
      : Learner("calibrated", std::move(setup.inputs), setup.first_season),
        outcomes_(setup.outcomes),
        method_(method),
        prior_(prior),
        seasons_(seasons) {}

  ModelOr Fit(const FitStep& step, const FitObserver&) const override {
    std::vector<const Forecasts*> columns;
    for (const std::string& name : inputs().Forecasts()) {
      if (step.absent.contains(name)) return nullptr;
      ASSIGN_OR_RETURN(columns.emplace_back(), FindColumn(step.columns, name));
    }
    const Rows rows = RowsForecastByAll(step, *this, seasons_, columns);
    Calibration calibration;
    if (!rows.empty()) {
      std::optional<Forecasts> anchors;
      if (!inputs().anchor.empty()) anchors = Select(*columns.back(), rows);
      ASSIGN_OR_RETURN(calibration, FitCalibration(method_, Select(*columns.front(), rows),
                                                   anchors ? &*anchors : nullptr,
                                                   ResultsOf(step.matches, rows), prior_));
    }
    return std::make_shared<const CalibratedModel>(inputs(), outcomes_, std::move(calibration));
  }

 private:
  std::size_t outcomes_;
  CalibrationKind method_;
  CalibrationPrior prior_;
  int seasons_;
};

absl::Status CheckInputs(const ModelInputs& inputs) {
  if (inputs.members.size() != 1) return InvalidField("members", "one forecast is calibrated");
  if (inputs.members.front() == inputs.anchor) {
    return InvalidField("anchor", "is the forecast that is calibrated");
  }
  return absl::OkStatus();
}

}  // namespace

LearnerOr MakeCalibrated(LearnerSetup setup, const json& parameters) {
  std::string method = "temperature";
  CalibrationPrior prior;
  int seasons = kPooledSeasons;
  RETURN_IF_ERROR(Fields(parameters, "parameters.")
                      .Optional("method", method)
                      .Optional("slope_sd", prior.slope_sd)
                      .Optional("bias_sd", prior.bias_sd)
                      .Optional("seasons", seasons)
                      .Check(method == "temperature" || method == "vector", "method",
                             "must be temperature or vector")
                      .Check(prior.slope_sd > 0.0, "slope_sd", "must be positive")
                      .Check(prior.bias_sd > 0.0, "bias_sd", "must be positive")
                      .Check(seasons >= 1, "seasons", "must be positive")
                      .Finish());
  RETURN_IF_ERROR(CheckInputs(setup.inputs));
  ASSIGN_OR_RETURN(const CalibrationKind kind, ParseCalibrationKind(method));
  return std::make_shared<const CalibratedLearner>(std::move(setup), kind, prior, seasons);
}

ModelOr LoadCalibrated(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  RETURN_IF_ERROR(CheckInputs(inputs));
  const json parsed = json::parse(bytes, nullptr, false);
  Calibration calibration;
  Fields fields(parsed, "calibration.");
  fields.Required("slope", calibration.slope)
      .Required("biases", calibration.biases)
      .Check(calibration.biases.empty() || calibration.biases.size() == outcomes, "biases",
             "one an outcome, or none");
  RETURN_IF_ERROR(fields.Finish());
  return std::make_shared<const CalibratedModel>(std::move(inputs), outcomes,
                                                 std::move(calibration));
}

}  // namespace fairline::models
