// Boosted trees (libs/models/xgboost.hpp), anchored or not. Parameters: those of
// BoosterParameters but outcomes and seed; early_stopping {"rounds": n}: the number of rounds is
// then the one, up to `rounds`, that forecasts the last known season best when fitted on the
// seasons before it, sought until n rounds bring nothing better, and the fit is made on all seasons
// with that number.

#include <algorithm>

#include "libs/models/kinds/fields.hpp"
#include "libs/models/kinds/kinds.hpp"
#include "libs/models/kinds/sample.hpp"
#include "libs/models/xgboost.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

std::vector<float> Margins(const Sample& sample) {
  return sample.anchors ? LogMargins(sample.anchors->values()) : std::vector<float>();
}

class TreesModel final : public Model {
 public:
  TreesModel(ModelInputs inputs, Booster booster)
      : Model(std::move(inputs), booster.outcomes()), booster_(std::move(booster)) {}

  std::string_view kind() const override { return "trees"; }

  absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    std::vector<float> probabilities(sample.rows.size() * outcomes());
    RETURN_IF_ERROR(booster_.Predict({sample.features, inputs().columns.size()}, Margins(sample),
                                     probabilities));
    Forecasts forecasts(sample.rows.size(), outcomes());
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
      const float* const first = probabilities.data() + i * outcomes();
      double total = 0.0;
      for (std::size_t k = 0; k < outcomes(); ++k) total += first[k];
      for (std::size_t k = 0; k < outcomes(); ++k) forecasts.row(i)[k] = first[k] / total;
    }
    return Spread(std::move(forecasts), sample.rows, input.features.rows());
  }

  absl::StatusOr<Attribution> Explain(const ForecastInput& input) const override {
    ASSIGN_OR_RETURN(const Sample sample, ForecastFrom(input, inputs()));
    const std::size_t columns = inputs().columns.size();
    std::vector<float> values(outcomes() * (columns + 1));
    RETURN_IF_ERROR(
        booster_.Contributions({std::span(sample.features).first(columns), columns}, values));
    const auto of = [&](std::size_t column) {
      std::vector<double> given;
      for (std::size_t k = 0; k < outcomes(); ++k)
        given.push_back(values[k * (columns + 1) + column]);
      Centre(given);
      return given;
    };
    Attribution attribution{.base = of(columns), .by_feature = {}, .sources = {}};
    for (std::size_t j = 0; j < columns; ++j) attribution.by_feature.push_back(of(j));
    if (!inputs().anchor.empty()) attribution.sources = {{inputs().anchor, 1.0}};
    return attribution;
  }

  std::string Describe() const override { return json{{"rounds", booster_.rounds()}}.dump(); }
  absl::StatusOr<std::string> Save() const override { return booster_.Save(); }

 private:
  Booster booster_;
};

class TreesLearner final : public Learner {
 public:
  // `patience` 0: no early stopping.
  TreesLearner(LearnerSetup setup, const BoosterParameters& parameters, int patience)
      : Learner("trees", std::move(setup.inputs), setup.first_season),
        parameters_(parameters),
        patience_(patience) {}

  ModelOr Fit(const FitStep& step, const FitObserver& observer) const override {
    ASSIGN_OR_RETURN(const Sample sample, LearnFrom(step, *this));
    if (sample.rows.empty()) return nullptr;
    const std::vector<float> margins = Margins(sample);
    BoosterParameters parameters = parameters_;
    const double stages = patience_ > 0 ? 2.0 : 1.0;
    if (patience_ > 0) {
      ASSIGN_OR_RETURN(parameters.rounds, Rounds(step, sample, margins, observer));
    }
    ASSIGN_OR_RETURN(
        Booster booster,
        Booster::Train({sample.features, inputs().columns.size()}, sample.labels, margins,
                       parameters, [&](int done) {
                         return !observer ||
                                observer((stages - 1.0 + done / double(parameters.rounds)) /
                                         stages);
                       }));
    return std::make_shared<const TreesModel>(inputs(), std::move(booster));
  }

  int cost() const override {
    return std::max(1, parameters_.rounds * parameters_.max_depth / 4) * (patience_ > 0 ? 2 : 1);
  }

 private:
  // By fitting on all but the last known season; all of the rounds when there is no other.
  absl::StatusOr<int> Rounds(const FitStep& step, const Sample& sample,
                             std::span<const float> margins, const FitObserver& observer) const {
    int last = 0;
    for (const std::uint32_t row : sample.rows) last = std::max(last, step.matches.seasons[row]);
    const Rows earlier = RowsBefore(step.matches, last);
    Part past;
    Part later;
    const std::size_t columns = inputs().columns.size();
    const std::size_t outcomes = margins.size() / sample.rows.size();
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
      const bool known = std::binary_search(earlier.begin(), earlier.end(), sample.rows[i]);
      if (!known && step.matches.seasons[sample.rows[i]] != last) continue;
      Part& part = known ? past : later;
      const auto row = std::span(sample.features).subspan(i * columns, columns);
      part.features.insert(part.features.end(), row.begin(), row.end());
      part.labels.push_back(sample.labels[i]);
      const auto margin = margins.subspan(i * outcomes, outcomes);
      part.margins.insert(part.margins.end(), margin.begin(), margin.end());
    }
    if (past.labels.empty()) return parameters_.rounds;
    return Booster::BestRounds(
        {past.features, columns}, past.labels, past.margins, {later.features, columns},
        later.labels, later.margins, parameters_, patience_,
        [&](int done) { return !observer || observer(done / (2.0 * parameters_.rounds)); });
  }

  struct Part {
    std::vector<float> features;
    std::vector<OutcomeIndex> labels;
    std::vector<float> margins;
  };

  BoosterParameters parameters_;
  int patience_;
};

}  // namespace

LearnerOr MakeTrees(LearnerSetup setup, const json& given) {
  BoosterParameters parameters;
  parameters.outcomes = static_cast<int>(setup.outcomes);
  parameters.seed = setup.seed;
  json early_stopping;
  int patience = 0;
  RETURN_IF_ERROR(Fields(given, "parameters.")
                      .Optional("rounds", parameters.rounds)
                      .Optional("max_depth", parameters.max_depth)
                      .Optional("learning_rate", parameters.learning_rate)
                      .Optional("min_child_weight", parameters.min_child_weight)
                      .Optional("l2_regularisation", parameters.l2_regularisation)
                      .Optional("row_sample", parameters.row_sample)
                      .Optional("column_sample", parameters.column_sample)
                      .Optional("max_bins", parameters.max_bins)
                      .Optional("early_stopping", early_stopping)
                      .Finish());
  if (!early_stopping.is_null()) {
    RETURN_IF_ERROR(Fields(early_stopping, "parameters.early_stopping.")
                        .Required("rounds", patience)
                        .Check(patience >= 1, "rounds", "must be positive")
                        .Finish());
  }
  RETURN_IF_ERROR(Within("parameters", parameters.Validate()));
  return std::make_shared<const TreesLearner>(std::move(setup), parameters, patience);
}

ModelOr LoadTrees(ModelInputs inputs, std::size_t outcomes, std::string_view bytes) {
  ASSIGN_OR_RETURN(Booster booster, Booster::Load(bytes, inputs.columns.size(), outcomes));
  return std::make_shared<const TreesModel>(std::move(inputs), std::move(booster));
}

}  // namespace fairline::models
