// A logarithmic pool (libs/models/log_pool.hpp) of earlier forecasts, fitted on those that its
// members made out of sample; before there are any, the pool that its prior expects. Parameters:
// seasons, how many before the one to be forecast are learned from; weight_precision and
// bias_precision, see LogPoolPrior.
//
// Where a member is silent, its weight goes to the others in proportion to theirs.

#include <algorithm>
#include <numeric>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"
#include "libs/models/log_pool.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

class PoolModel final : public Model {
 public:
  PoolModel(ModelInputs inputs, LogPool pool)
      : Model(std::move(inputs), pool.biases.size()), pool_(std::move(pool)) {}

  std::string_view kind() const override { return "pool"; }

  std::vector<double> member_weights() const override { return pool_.weights; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const auto columns, Columns(input));
    Forecasts forecasts = NoForecasts(input.features.rows(), outcomes());
    std::vector<std::span<const double>> speaking;
    for (std::size_t i = 0; i < forecasts.rows(); ++i) {
      speaking.clear();
      for (const Forecasts* const column : columns) {
        if (IsForecast(column->row(i))) speaking.push_back(column->row(i));
      }
      if (speaking.empty()) continue;
      if (speaking.size() == columns.size()) {
        pool_.Pool(speaking, forecasts.row(i));
      } else {
        Among(columns, i).Pool(speaking, forecasts.row(i));
      }
    }
    return forecasts;
  }

  absl::StatusOr<Attribution> Explain(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const auto columns, Columns(input));
    Attribution attribution{.base = pool_.biases, .by_feature = {}, .sources = {}};
    Centre(attribution.base);
    const LogPool among = Among(columns, 0);
    std::size_t next = 0;
    for (std::size_t m = 0; m < columns.size(); ++m) {
      if (!IsForecast(columns[m]->row(0))) continue;
      attribution.sources.emplace_back(inputs().members[m], among.weights[next++]);
    }
    return attribution;
  }

  std::string Describe() const override {
    json weights = json::object();
    for (std::size_t m = 0; m < pool_.weights.size(); ++m) {
      weights[inputs().members[m]] = pool_.weights[m];
    }
    return json{{"weights", std::move(weights)}, {"biases", pool_.biases}}.dump();
  }

  absl::StatusOr<std::string> Save() const override {
    return json{{"weights", pool_.weights}, {"biases", pool_.biases}}.dump();
  }

 private:
  absl::StatusOr<std::vector<const Forecasts*>> Columns(const ForecastInput& input) const {
    std::vector<const Forecasts*> columns;
    for (const std::string& member : inputs().members) {
      ASSIGN_OR_RETURN(const Forecasts* const column, FindColumn(input.columns, member));
      if (column->rows() != input.features.rows() || column->outcomes() != outcomes()) {
        return InvalidField(member, "a forecast of every outcome is needed for each match");
      }
      columns.push_back(column);
    }
    return columns;
  }

  // The pool of those who speak of a match.
  LogPool Among(const std::vector<const Forecasts*>& columns, std::size_t row) const {
    LogPool among{.weights = {}, .biases = pool_.biases};
    double total = 0.0;
    for (std::size_t m = 0; m < columns.size(); ++m) {
      total += pool_.weights[m];
      if (IsForecast(columns[m]->row(row))) among.weights.push_back(pool_.weights[m]);
    }
    if (among.weights.size() == columns.size()) return among;
    const double speaking = std::accumulate(among.weights.begin(), among.weights.end(), 0.0);
    for (double& weight : among.weights) {
      weight = speaking > 0.0 ? weight * total / speaking
                              : total / static_cast<double>(among.weights.size());
    }
    return among;
  }

  LogPool pool_;
};

class PoolLearner final : public Learner {
 public:
  PoolLearner(LearnerSetup setup, const LogPoolPrior& prior, int seasons)
      : Learner("pool", std::move(setup.inputs), setup.first_season),
        outcomes_(setup.outcomes),
        prior_(prior),
        seasons_(seasons) {}

  ModelOr Fit(const FitStep& step, const FitObserver&) const override {
    ModelInputs present = inputs();
    std::erase_if(present.members, [&](const std::string& m) { return step.absent.contains(m); });
    if (present.members.empty()) return nullptr;
    std::vector<const Forecasts*> columns;
    for (const std::string& member : present.members) {
      ASSIGN_OR_RETURN(columns.emplace_back(), FindColumn(step.columns, member));
    }
    const Rows rows = RowsForecastByAll(step, *this, seasons_, columns);
    LogPool pool;
    if (rows.empty()) {
      pool.weights.assign(columns.size(), 1.0 / static_cast<double>(columns.size()));
      pool.biases.assign(outcomes_, 0.0);
    } else {
      std::vector<Forecasts> past;
      for (const Forecasts* const column : columns) past.push_back(Select(*column, rows));
      ASSIGN_OR_RETURN(pool, FitLogPool(past, ResultsOf(step.matches, rows), prior_));
    }
    return std::make_shared<const PoolModel>(std::move(present), std::move(pool));
  }

 private:
  std::size_t outcomes_;
  LogPoolPrior prior_;
  int seasons_;
};

}  // namespace

LearnerOr MakePool(LearnerSetup setup, const json& parameters) {
  LogPoolPrior prior;
  int seasons = kPooledSeasons;
  RETURN_IF_ERROR(Fields(parameters, "parameters.")
                      .Optional("seasons", seasons)
                      .Optional("weight_precision", prior.weight_precision)
                      .Optional("bias_precision", prior.bias_precision)
                      .Check(seasons >= 1, "seasons", "must be positive")
                      .Check(prior.weight_precision >= 0.0, "weight_precision", "is negative")
                      .Check(prior.bias_precision >= 0.0, "bias_precision", "is negative")
                      .Finish());
  if (setup.inputs.members.empty()) return InvalidField("members", "a pool needs one");
  return std::make_shared<const PoolLearner>(std::move(setup), prior, seasons);
}

ModelOr LoadPool(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  const json parsed = json::parse(bytes, nullptr, false);
  LogPool pool;
  Fields fields(parsed, "pool.");
  fields.Required("weights", pool.weights)
      .Required("biases", pool.biases)
      .Check(!pool.weights.empty() && pool.weights.size() == inputs.members.size(), "weights",
             "one a member")
      .Check(pool.biases.size() == outcomes, "biases", "one an outcome");
  RETURN_IF_ERROR(fields.Finish());
  return std::make_shared<const PoolModel>(std::move(inputs), std::move(pool));
}

}  // namespace fairline::models
