#pragma once
// The log in the schema `prediction`, whose tables this service's role can only add to.

#include "libs/storage/database.hpp"
#include "services/prediction/app/record/sealed.hpp"

namespace fairline::prediction {

class PgForecastLog final : public ForecastLog {
 public:
  // `database` outlives the log.
  explicit PgForecastLog(storage::Database& database) : database_(database) {}

  absl::StatusOr<SealCount> Seal(const std::vector<SealedForecast>& records,
                                 std::chrono::system_clock::time_point deadline) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::prediction
