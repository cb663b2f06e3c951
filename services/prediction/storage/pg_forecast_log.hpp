#pragma once
// The log in the schema `prediction`, whose tables this service's role can only add to.

#include <string>

#include "libs/domain/staking.hpp"
#include "libs/storage/database.hpp"
#include "services/prediction/app/ports.hpp"

namespace fairline::prediction {

class PgForecastLog final : public ForecastLog {
 public:
  // `database` outlives the log; `policy` is written beside every advice.
  PgForecastLog(storage::Database& database, const domain::StakingPolicy& policy);

  absl::StatusOr<SealCount> Seal(const std::vector<SealedForecast>& records,
                                 std::chrono::system_clock::time_point deadline) override;

 private:
  storage::Database& database_;
  std::string policy_json_;
};

}  // namespace fairline::prediction
