#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/backtest/backtests.hpp"

namespace fairline::training {

// Backtests in training.backtests, and as jobs of one task in training.jobs and training.tasks.
class PgBacktests final : public BacktestStore, public PastForecastSource {
 public:
  explicit PgBacktests(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::int64_t> StartBacktest(std::string_view request_id,
                                             std::string_view settings_json) override;
  absl::Status CancelBacktest(std::int64_t id) override;
  absl::StatusOr<BacktestView> GetBacktest(std::int64_t id) override;
  absl::StatusOr<std::vector<BacktestView>> ListBacktests(std::int64_t before_id,
                                                          int limit) override;
  absl::StatusOr<std::string> LoadBets(std::int64_t id) override;

  absl::StatusOr<PastForecasts> Read(const backtest::Plan& plan, Instant as_of) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::training
