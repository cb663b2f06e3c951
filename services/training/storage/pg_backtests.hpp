#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/backtest/backtests.hpp"

namespace fairline::training {

class PgBacktests final : public BacktestStore, public PastForecastSource {
 public:
  explicit PgBacktests(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::int64_t> StartBacktest(std::string_view request_id,
                                             std::string_view settings_json) override;
  absl::StatusOr<std::optional<BacktestTask>> ClaimBacktest() override;
  absl::Status ReportDays(const BacktestClaim& claim, std::int64_t done,
                          std::int64_t total) override;
  absl::Status FinishBacktest(const BacktestClaim& claim, std::int64_t walk_forward_id,
                              std::string_view result_json, std::string_view bets_csv) override;
  absl::Status FailBacktest(const BacktestClaim& claim, std::string_view error) override;
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
