#include "services/prediction/storage/pg_forecast_log.hpp"

#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/storage/pg_record.hpp"

namespace fairline::prediction {
namespace {

constexpr const char* kEnsureMonth = "SELECT prediction.ensure_month($1::date)";
constexpr const char* kAddForecast =
    "INSERT INTO prediction.forecasts "
    "  (match_id, match_date, odds_hash, model, model_version, bundle_sha256, information, "
    "   kickoff_time, market, probabilities, market_probabilities, average_odds, features_hash, "
    "   as_of, state_as_of, data_version, deviations) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
    "ON CONFLICT DO NOTHING";
constexpr const char* kAddAdvice =
    "INSERT INTO prediction.advice "
    "  (match_id, match_date, odds_hash, model, model_version, outcome, probability, best_odds, "
    "   bookmaker_code, captured_at, edge, full_kelly, stake_low, stake_medium, stake_high, "
    "   no_bet_reason, policy) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), $10, $11, $12, $13, $14, $15, "
    "        nullif($16, ''), $17) "
    "ON CONFLICT DO NOTHING";

// The policy's fields and its version.
std::string PolicyJsonOf(const SealedForecast& record) {
  nlohmann::ordered_json json = {{"version", record.policy_version}};
  json.update(nlohmann::ordered_json::parse(PolicyJson(record.policy)));
  return json.dump();
}

void AddForecast(pqxx::work& tx, const SealedForecast& record) {
  tx.exec_params(kAddForecast, record.match.value, FormatDay(record.match_date), record.odds_hash,
                 record.model, record.model_version, record.bundle_sha256, record.information,
                 storage::AsText(record.kickoff), static_cast<int>(record.market),
                 storage::FormatArray(record.probabilities),
                 storage::FormatArray(record.market_probabilities),
                 storage::FormatArray(record.average_odds), record.features_hash,
                 FormatInstant(record.as_of), FormatInstant(record.state_as_of),
                 record.data_version, storage::FormatArray(record.deviations));
}

bool AddAdvice(pqxx::work& tx, const SealedForecast& record, const std::string& policy_json) {
  bool added_any = false;
  for (const SealedAdvice& advice : record.advice) {
    const pqxx::result added = tx.exec_params(
        kAddAdvice, record.match.value, FormatDay(record.match_date), record.odds_hash,
        record.model, record.model_version, static_cast<int>(advice.outcome), advice.probability,
        advice.best_odds, advice.bookmaker_code, storage::AsText(advice.captured_at), advice.edge,
        advice.full_kelly, advice.stakes[0], advice.stakes[1], advice.stakes[2],
        advice.no_bet_reason, policy_json);
    added_any = added_any || added.affected_rows() == 1;
  }
  return added_any;
}

}  // namespace

absl::StatusOr<SealCount> PgForecastLog::Seal(const std::vector<SealedForecast>& records,
                                              std::chrono::system_clock::time_point deadline) {
  SealCount count;
  RETURN_IF_ERROR(database_.Transact({.deadline = deadline}, [&](pqxx::work& tx) -> absl::Status {
    count = {};
    const Instant sealed_at = BeginSealing(tx);
    std::set<std::string> months;
    for (const SealedForecast& record : records) {
      const std::string day = FormatDay(record.match_date);
      if (months.insert(day.substr(0, 7)).second) tx.exec_params(kEnsureMonth, day);
    }
    for (const SealedForecast& record : records) {
      const std::string policy_json = PolicyJsonOf(record);
      AddForecast(tx, record);
      if (AddForecastLine(tx, record, policy_json, sealed_at)) ++count.forecasts;
      if (AddAdvice(tx, record, policy_json)) ++count.advice;
    }
    return absl::OkStatus();
  }));
  return count;
}

}  // namespace fairline::prediction
