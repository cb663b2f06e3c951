#include "services/training/storage/forecast_rows.hpp"

#include <string>

#include "libs/storage/array.hpp"
#include "services/training/app/fit/evaluation_json.hpp"

namespace fairline::training {
namespace {

constexpr char kSaveForecasts[] =
    "INSERT INTO training.season_forecasts "
    "  (job_id, season_start, forecaster, match_ids, match_dates, results, probabilities) "
    "VALUES ($1, $2, $3, $4::bigint[], $5::date[], $6::smallint[], $7::float8[])";
constexpr char kSaveEvaluation[] =
    "INSERT INTO training.evaluations (job_id, season_start, position, model, evaluation) "
    "VALUES ($1, $2, $3, $4, $5::jsonb)";

}  // namespace

void SaveForecasts(pqxx::work& transaction, std::int64_t job_id, int season,
                   const ForecastSet& set) {
  std::vector<std::string> dates;
  for (const Day date : set.dates) dates.push_back(FormatDay(date));
  const std::vector<int> results(set.results.begin(), set.results.end());
  transaction.exec_params(kSaveForecasts, job_id, season, set.forecaster,
                          storage::FormatArray(set.match_ids), storage::FormatArray(dates),
                          storage::FormatArray(results),
                          storage::FormatArray(set.forecasts.values()));
}

void SaveEvaluations(pqxx::work& transaction, std::int64_t job_id,
                     const std::vector<ModelEvaluation>& evaluations) {
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    transaction.exec_params(kSaveEvaluation, job_id, evaluations[i].season_start,
                            static_cast<int>(i), evaluations[i].model,
                            EvaluationToJson(evaluations[i]));
  }
}

absl::StatusOr<ForecastSet> AsForecastSet(const pqxx::row& row, int first, std::size_t outcomes) {
  ForecastSet set(row[first].as<std::string>(), outcomes);
  storage::ParseArray(row[first + 1].as<std::string>(), set.match_ids);
  absl::Status status;
  storage::ForEachElement(row[first + 2].as<std::string>(), [&](std::string_view text) {
    const auto date = ParseDay(text);
    status.Update(date.status());
    if (date.ok()) set.dates.push_back(*date);
  });
  RETURN_IF_ERROR(status);
  std::vector<int> results;
  storage::ParseArray(row[first + 3].as<std::string>(), results);
  for (const int result : results) {
    set.results.push_back(static_cast<models::OutcomeIndex>(result));
  }
  std::vector<double> probabilities;
  storage::ParseArray(row[first + 4].as<std::string>(), probabilities);
  set.forecasts.Append(probabilities);
  return set;
}

}  // namespace fairline::training
