#pragma once
// Forecasts and evaluations in the transaction of the caller.

#include <cstdint>
#include <vector>

#include <pqxx/pqxx>

#include "libs/core/status.hpp"
#include "services/training/app/fit/forecast_set.hpp"

namespace fairline::training {

void SaveForecasts(pqxx::work& transaction, std::int64_t job_id, int season,
                   const ForecastSet& set);
void SaveEvaluations(pqxx::work& transaction, std::int64_t job_id,
                     const std::vector<ModelEvaluation>& evaluations);

// From the columns forecaster, match_ids, match_dates, results and probabilities, as text, that
// begin at `first`.
[[nodiscard]] absl::StatusOr<ForecastSet> AsForecastSet(const pqxx::row& row, int first,
                                                        std::size_t outcomes);

}  // namespace fairline::training
