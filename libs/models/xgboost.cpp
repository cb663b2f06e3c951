#include "libs/models/xgboost.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <xgboost/c_api.h>

namespace fairline::models {
namespace {

constexpr char kMissingIsNan[] = R"({"missing": NaN, "nthread": 1})";
constexpr char kPredictProbabilities[] =
    R"({"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0,)"
    R"( "strict_shape": true, "cache_id": 0, "missing": NaN})";
constexpr char kPredictContributions[] =
    R"({"type": 2, "training": false, "iteration_begin": 0, "iteration_end": 0,)"
    R"( "strict_shape": true})";
constexpr int kUint32 = 3;  // XGDMatrixSetDenseInfo's code

absl::Status Check(int code, std::string_view call) {
  if (code == 0) return absl::OkStatus();
  std::string_view message = XGBGetLastError();
  message = message.substr(0, message.find("\nStack trace"));
  return absl::InternalError(fmt::format("XGBoost {}: {}", call, message));
}

struct ReleaseMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
using MatrixHandle = std::unique_ptr<void, ReleaseMatrix>;

// NumPy's __array_interface__ of a float matrix, the form in which the C API takes one in place.
std::string ArrayInterface(FeatureMatrix matrix) {
  return fmt::format(R"({{"data": [{}, true], "shape": [{}, {}], "typestr": "<f4", "version": 3}})",
                     reinterpret_cast<std::uintptr_t>(matrix.values.data()), matrix.rows(),
                     matrix.columns);
}

absl::Status SetBaseMargins(DMatrixHandle matrix, FeatureMatrix base_margins) {
  return Check(
      XGDMatrixSetInfoFromInterface(matrix, "base_margin", ArrayInterface(base_margins).c_str()),
      "set base_margin");
}

absl::StatusOr<MatrixHandle> MakeTrainingMatrix(FeatureMatrix features,
                                                std::span<const OutcomeIndex> labels,
                                                FeatureMatrix base_margins) {
  DMatrixHandle raw = nullptr;
  RETURN_IF_ERROR(
      Check(XGDMatrixCreateFromDense(ArrayInterface(features).c_str(), kMissingIsNan, &raw),
            "make matrix"));
  MatrixHandle matrix(raw);
  const std::vector<std::uint32_t> wide(labels.begin(), labels.end());
  RETURN_IF_ERROR(
      Check(XGDMatrixSetDenseInfo(raw, "label", wide.data(), wide.size(), kUint32), "set label"));
  if (base_margins.rows() > 0) RETURN_IF_ERROR(SetBaseMargins(raw, base_margins));
  return matrix;
}

absl::Status SetParameters(BoosterHandle booster, const BoosterParameters& parameters) {
  const std::pair<const char*, std::string> settings[] = {
      {"verbosity", "0"},
      {"nthread", "1"},
      {"objective", "multi:softprob"},
      {"num_class", std::to_string(parameters.outcomes)},
      {"tree_method", "hist"},
      {"max_depth", std::to_string(parameters.max_depth)},
      {"eta", fmt::format("{}", parameters.learning_rate)},
      {"min_child_weight", fmt::format("{}", parameters.min_child_weight)},
      {"lambda", fmt::format("{}", parameters.l2_regularisation)},
      {"subsample", fmt::format("{}", parameters.row_sample)},
      {"colsample_bytree", fmt::format("{}", parameters.column_sample)},
      {"max_bin", std::to_string(parameters.max_bins)},
      {"seed", std::to_string(parameters.seed)},
      // XGBoost's generator belongs to the thread: reseeding it each round keeps a fit's bits
      // independent of what else the thread has fitted.
      {"seed_per_iteration", "true"},
  };
  for (const auto& [name, value] : settings) {
    RETURN_IF_ERROR(Check(XGBoosterSetParam(booster, name, value.c_str()), name));
  }
  return absl::OkStatus();
}

absl::Status CheckMargins(std::span<const float> base_margins, std::size_t rows,
                          std::size_t outcomes) {
  if (base_margins.empty()) return absl::OkStatus();
  if (base_margins.size() != rows * outcomes) {
    return InvalidField("base_margins", fmt::format("{} values for {} rows of {} outcomes",
                                                    base_margins.size(), rows, outcomes));
  }
  if (!std::all_of(base_margins.begin(), base_margins.end(),
                   [](float margin) { return std::isfinite(margin); })) {
    return InvalidField("base_margins", "must be finite");
  }
  return absl::OkStatus();
}

absl::Status CheckTraining(FeatureMatrix features, std::span<const OutcomeIndex> labels,
                           std::span<const float> base_margins,
                           const BoosterParameters& parameters) {
  RETURN_IF_ERROR(parameters.Validate());
  const auto outcomes = static_cast<std::size_t>(parameters.outcomes);
  if (features.rows() == 0 || features.rows() * features.columns != features.values.size()) {
    return InvalidField("features", "not a whole number of rows, or none");
  }
  if (labels.size() != features.rows()) {
    return InvalidField("labels", fmt::format("{} for {} rows", labels.size(), features.rows()));
  }
  if (std::any_of(labels.begin(), labels.end(),
                  [&](OutcomeIndex label) { return label >= outcomes; })) {
    return InvalidField("labels", "an outcome beyond the last");
  }
  return CheckMargins(base_margins, features.rows(), outcomes);
}

}  // namespace

std::vector<float> LogMargins(std::span<const double> probabilities) {
  std::vector<float> margins;
  margins.reserve(probabilities.size());
  for (const double p : probabilities) margins.push_back(static_cast<float>(std::log(p)));
  return margins;
}

absl::Status BoosterParameters::Validate() const {
  const auto share = [](double value) { return value > 0.0 && value <= 1.0; };
  if (outcomes < 2 || outcomes > 16) return InvalidField("outcomes", "must be 2 to 16");
  if (rounds < 1 || rounds > 10'000) return InvalidField("rounds", "must be 1 to 10000");
  if (max_depth < 1 || max_depth > 16) return InvalidField("max_depth", "must be 1 to 16");
  if (!share(learning_rate)) return InvalidField("learning_rate", "must be in (0, 1]");
  if (!(min_child_weight >= 0.0)) return InvalidField("min_child_weight", "must not be negative");
  if (!(l2_regularisation >= 0.0)) return InvalidField("l2_regularisation", "must not be negative");
  if (!share(row_sample)) return InvalidField("row_sample", "must be in (0, 1]");
  if (!share(column_sample)) return InvalidField("column_sample", "must be in (0, 1]");
  if (max_bins < 2 || max_bins > 4096) return InvalidField("max_bins", "must be 2 to 4096");
  return absl::OkStatus();
}

void Booster::Release::operator()(void* handle) const { XGBoosterFree(handle); }

absl::StatusOr<Booster> Booster::Train(FeatureMatrix features, std::span<const OutcomeIndex> labels,
                                       std::span<const float> base_margins,
                                       const BoosterParameters& parameters,
                                       const RoundObserver& observer) {
  RETURN_IF_ERROR(CheckTraining(features, labels, base_margins, parameters));
  const auto outcomes = static_cast<std::size_t>(parameters.outcomes);
  ASSIGN_OR_RETURN(MatrixHandle matrix,
                   MakeTrainingMatrix(features, labels, {base_margins, outcomes}));
  DMatrixHandle cache[] = {matrix.get()};
  BoosterHandle raw = nullptr;
  RETURN_IF_ERROR(Check(XGBoosterCreate(cache, 1, &raw), "make booster"));
  Handle handle(raw);
  RETURN_IF_ERROR(SetParameters(raw, parameters));
  for (int round = 0; round < parameters.rounds; ++round) {
    RETURN_IF_ERROR(Check(XGBoosterUpdateOneIter(raw, round, matrix.get()), "boost"));
    if (observer && !observer(round + 1)) return absl::CancelledError("the fit was cancelled");
  }

  // A model reread from its bytes has let go of the training data and its caches, and is exactly
  // what a server will load.
  const Booster fitted(std::move(handle), features.columns, outcomes);
  ASSIGN_OR_RETURN(const std::string ubjson, fitted.Save());
  return Load(ubjson, features.columns, outcomes);
}

absl::StatusOr<int> Booster::BestRounds(FeatureMatrix features,
                                        std::span<const OutcomeIndex> labels,
                                        std::span<const float> base_margins, FeatureMatrix later,
                                        std::span<const OutcomeIndex> later_labels,
                                        std::span<const float> later_margins,
                                        const BoosterParameters& parameters, int patience,
                                        const RoundObserver& observer) {
  RETURN_IF_ERROR(CheckTraining(features, labels, base_margins, parameters));
  RETURN_IF_ERROR(CheckTraining(later, later_labels, later_margins, parameters));
  if (patience < 1) return InvalidField("patience", "must be positive");
  const auto outcomes = static_cast<std::size_t>(parameters.outcomes);
  ASSIGN_OR_RETURN(MatrixHandle matrix,
                   MakeTrainingMatrix(features, labels, {base_margins, outcomes}));
  ASSIGN_OR_RETURN(MatrixHandle judged,
                   MakeTrainingMatrix(later, later_labels, {later_margins, outcomes}));
  DMatrixHandle both[] = {matrix.get(), judged.get()};
  BoosterHandle raw = nullptr;
  RETURN_IF_ERROR(Check(XGBoosterCreate(both, 2, &raw), "make booster"));
  const Handle handle(raw);
  RETURN_IF_ERROR(SetParameters(raw, parameters));
  RETURN_IF_ERROR(Check(XGBoosterSetParam(raw, "eval_metric", "mlogloss"), "eval_metric"));
  int best = 1;
  double least = std::numeric_limits<double>::infinity();
  const char* names[] = {"later"};
  for (int round = 0; round < parameters.rounds && round - best < patience; ++round) {
    RETURN_IF_ERROR(Check(XGBoosterUpdateOneIter(raw, round, matrix.get()), "boost"));
    const char* text = nullptr;
    RETURN_IF_ERROR(Check(XGBoosterEvalOneIter(raw, round, both + 1, names, 1, &text), "judge"));
    const double loss = std::strtod(std::strrchr(text, ':') + 1, nullptr);
    if (loss < least) {
      least = loss;
      best = round + 1;
    }
    if (observer && !observer(round + 1)) return absl::CancelledError("the fit was cancelled");
  }
  return best;
}

absl::StatusOr<Booster> Booster::Load(std::string_view ubjson, std::size_t feature_count,
                                      std::size_t outcomes) {
  if (ubjson.empty() || ubjson.size() > kMaxModelBytes) {
    return InvalidField("model",
                        fmt::format("{} bytes; must be 1 to {}", ubjson.size(), kMaxModelBytes));
  }
  BoosterHandle raw = nullptr;
  RETURN_IF_ERROR(Check(XGBoosterCreate(nullptr, 0, &raw), "make booster"));
  Handle handle(raw);
  RETURN_IF_ERROR(Check(XGBoosterSetParam(raw, "verbosity", "0"), "verbosity"));
  if (absl::Status loaded =
          Check(XGBoosterLoadModelFromBuffer(raw, ubjson.data(), ubjson.size()), "load");
      !loaded.ok()) {
    return InvalidField("model", MessageOf(loaded));
  }
  RETURN_IF_ERROR(Check(XGBoosterSetParam(raw, "nthread", "1"), "nthread"));
  bst_ulong features = 0;
  RETURN_IF_ERROR(Check(XGBoosterGetNumFeature(raw, &features), "number of features"));
  if (features != feature_count) {
    return InvalidField("model", fmt::format("takes {} features, not {}", features, feature_count));
  }
  Booster booster(std::move(handle), feature_count, outcomes);
  RETURN_IF_ERROR(booster.WarmUp());
  return booster;
}

absl::StatusOr<std::string> Booster::Save() const {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  RETURN_IF_ERROR(Check(
      XGBoosterSaveModelToBuffer(handle_.get(), R"({"format": "ubj"})", &size, &bytes), "save"));
  return std::string(bytes, size);
}

absl::Status Booster::WarmUp() const {
  const std::vector<float> missing(feature_count_, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> probabilities(outcomes_);
  RETURN_IF_ERROR(Predict({missing, feature_count_}, {}, probabilities));
  if (!std::all_of(probabilities.begin(), probabilities.end(),
                   [](float p) { return std::isfinite(p); })) {
    return InvalidField("model", "its forecasts are not finite");
  }
  return absl::OkStatus();
}

int Booster::rounds() const {
  int rounds = 0;
  return XGBoosterBoostedRounds(handle_.get(), &rounds) == 0 ? rounds : 0;
}

absl::Status Booster::Contributions(FeatureMatrix features, std::span<float> values) const {
  if (features.columns != feature_count_ || features.rows() == 0 ||
      features.rows() * features.columns != features.values.size()) {
    return InvalidField("features", fmt::format("{} columns; the model takes {}", features.columns,
                                                feature_count_));
  }
  const std::size_t width = feature_count_ + 1;
  if (values.size() != features.rows() * outcomes_ * width) {
    return InvalidField("values", "room for every row, outcome and feature is needed");
  }
  DMatrixHandle raw = nullptr;
  RETURN_IF_ERROR(
      Check(XGDMatrixCreateFromDense(ArrayInterface(features).c_str(), kMissingIsNan, &raw),
            "make matrix"));
  const MatrixHandle matrix(raw);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  RETURN_IF_ERROR(Check(XGBoosterPredictFromDMatrix(handle_.get(), raw, kPredictContributions,
                                                    &shape, &dimensions, &result),
                        "explain"));
  if (dimensions != 3 || shape[0] != features.rows() || shape[1] != outcomes_ ||
      shape[2] != width) {
    return InvalidField("model", fmt::format("does not forecast {} outcomes", outcomes_));
  }
  std::copy_n(result, values.size(), values.begin());
  return absl::OkStatus();
}

absl::Status Booster::Predict(FeatureMatrix features, std::span<const float> base_margins,
                              std::span<float> probabilities) const {
  if (features.columns != feature_count_ ||
      features.rows() * features.columns != features.values.size()) {
    return InvalidField("features", fmt::format("{} columns; the model takes {}", features.columns,
                                                feature_count_));
  }
  if (probabilities.size() != features.rows() * outcomes_) {
    return InvalidField("probabilities", "room for every row and outcome is needed");
  }
  RETURN_IF_ERROR(CheckMargins(base_margins, features.rows(), outcomes_));
  if (features.rows() == 0) return absl::OkStatus();

  MatrixHandle proxy;
  if (!base_margins.empty()) {
    DMatrixHandle raw = nullptr;
    RETURN_IF_ERROR(Check(XGProxyDMatrixCreate(&raw), "make proxy"));
    proxy.reset(raw);
    RETURN_IF_ERROR(SetBaseMargins(raw, {base_margins, outcomes_}));
  }
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  RETURN_IF_ERROR(Check(
      XGBoosterPredictFromDense(handle_.get(), ArrayInterface(features).c_str(),
                                kPredictProbabilities, proxy.get(), &shape, &dimensions, &result),
      "predict"));
  if (dimensions != 2 || shape[0] != features.rows() || shape[1] != outcomes_) {
    return InvalidField("model", fmt::format("does not forecast {} outcomes", outcomes_));
  }
  std::copy_n(result, probabilities.size(), probabilities.begin());
  return absl::OkStatus();
}

}  // namespace fairline::models
