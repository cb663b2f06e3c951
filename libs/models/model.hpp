#pragma once
// The one interface of all models of a match's outcome, whatever their kind and the sport. A model
// reads columns of the feature catalogue and forecasts made before it (the de-vigged market line,
// models listed earlier) and answers with one probability an outcome.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/match_table.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::models {

// The power-de-vigged pre-match average line: the one forecast that no model makes.
inline constexpr std::string_view kMarketLine = "market";

struct ModelInputs {
  std::vector<std::string> features;   // names of catalogue columns, in the model's order
  std::vector<std::uint32_t> columns;  // where these stand in a catalogue row
  std::vector<std::string> members;    // forecasts that are combined
  std::string anchor;                  // the forecast that is corrected; "" for none

  // Every forecast that is read: members and anchor, each once.
  [[nodiscard]] std::vector<std::string> Forecasts() const;
};

// Matches to be forecast, row by row. Never owns.
struct ForecastInput {
  FeatureMatrix features;  // whole catalogue rows; NaN where unknown
  // The line and the forecasts of earlier models, with a row for each match: NaN where there is
  // none.
  const ForecastColumns& columns;
  std::span<const std::int32_t> competitions;  // one a match; empty when not known
};

// Where one forecast comes from. Log-odds here are centred: log p_k less its mean over the
// outcomes, so that they sum to 0 over the outcomes (Aitchison 1982, the centred log-ratio).
//   log-odds of the forecast = base + sum of by_feature + sum of weight * log-odds of each source
struct Attribution {
  std::vector<double> base;                             // one an outcome
  std::vector<std::vector<double>> by_feature;          // of inputs().features, one an outcome each
  std::vector<std::pair<std::string, double>> sources;  // forecasts read and their weights
};

// Immutable; every method is safe from any number of threads.
class Model {
 public:
  virtual ~Model() = default;

  [[nodiscard]] virtual std::string_view kind() const = 0;
  [[nodiscard]] const ModelInputs& inputs() const { return inputs_; }
  [[nodiscard]] std::size_t outcomes() const { return outcomes_; }

  // One row a match, each summing to 1 and not depending on the rows beside it; a row of NaN where
  // something that the model needs is missing. InvalidArgument for shapes that are not the
  // model's, NotFound for a forecast that is not among input.columns.
  [[nodiscard]] virtual absl::StatusOr<Forecasts> Forecast(const ForecastInput& input) const = 0;

  // Of the first row of `input`, which must be one that the model forecasts.
  [[nodiscard]] virtual absl::StatusOr<Attribution> Explain(const ForecastInput& input) const = 0;

  // What was fitted, for a reader: a JSON object.
  [[nodiscard]] virtual std::string Describe() const = 0;

  // The weight of each of inputs().members in the log-odds of the forecast; empty where there is
  // no such weight.
  [[nodiscard]] virtual std::vector<double> member_weights() const { return {}; }

  // Everything fitted, without the inputs; the same model gives the same bytes. See LoadModel.
  [[nodiscard]] virtual absl::StatusOr<std::string> Save() const = 0;

  // Refits on bootstrap samples that the model carries, see FitStep::replicates. Replicate r
  // forecasts as the model would have, had it been fitted on the r-th sample.
  [[nodiscard]] virtual std::size_t replicates() const { return 0; }
  [[nodiscard]] virtual absl::StatusOr<Forecasts> ForecastReplicate(
      std::size_t /*replicate*/, const ForecastInput& input) const {
    return Forecast(input);
  }

 protected:
  Model(ModelInputs inputs, std::size_t outcomes)
      : inputs_(std::move(inputs)), outcomes_(outcomes) {}

 private:
  ModelInputs inputs_;
  std::size_t outcomes_;
};

// Names become parts of metrics and of file names: up to 64 letters, digits, '_', '-' and single
// dots between them.
[[nodiscard]] bool IsModelName(std::string_view name);

// "base_rate", "market", "elo", "pi_rating", "score_grid", "logistic", "trees", "pool",
// "calibrated".
[[nodiscard]] std::span<const std::string_view> ModelKinds();

// From the bytes of Save. InvalidArgument for an unknown kind and for bytes that no model of that
// kind, with these inputs and outcomes, has saved. Bytes of trees must be trusted (checked against
// a known hash), see Booster::Load; those of other kinds may be anything.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const Model>> LoadModel(std::string_view kind,
                                                                     ModelInputs inputs,
                                                                     std::size_t outcomes,
                                                                     std::string_view bytes);

// Centred log-odds of a forecast, see Attribution.
[[nodiscard]] std::vector<double> LogOdds(std::span<const double> probabilities);
// Takes the mean from each value, in place.
void Centre(std::span<double> values);

}  // namespace fairline::models
