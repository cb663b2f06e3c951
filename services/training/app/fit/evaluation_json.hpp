#pragma once
// Evaluations and summaries as JSON, for keeping. What is read back equals what was written.

#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "services/training/app/fit/ports.hpp"

namespace fairline::training {

[[nodiscard]] std::string EvaluationToJson(const ModelEvaluation& evaluation);
[[nodiscard]] absl::StatusOr<ModelEvaluation> EvaluationFromJson(std::string_view json);

[[nodiscard]] std::string ComparisonToJson(const Comparison& comparison);
[[nodiscard]] absl::StatusOr<Comparison> ComparisonFromJson(std::string_view json);

[[nodiscard]] std::string SummaryToJson(const TrainSummary& summary);
[[nodiscard]] absl::StatusOr<TrainSummary> SummaryFromJson(std::string_view json);

}  // namespace fairline::training
