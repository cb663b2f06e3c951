#pragma once
// Backtests as jobs: what they are asked for, where their matches come from, and the worker that
// runs them one after the other in the background.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "libs/backtest/plan.hpp"
#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"

namespace fairline::training {

struct BacktestClaim {
  std::int64_t backtest_id = 0;
  std::int64_t fencing_token = 0;
};

struct BacktestTask {
  BacktestClaim claim;
  std::string settings_json;
};

struct BacktestView {
  std::int64_t backtest_id = 0;
  std::string state;  // queued, running, done, failed, cancelled
  std::int64_t days_done = 0;
  std::int64_t days_total = 0;
  std::int64_t walk_forward_id = 0;
  Instant created;
  std::string settings_json;
  std::string result_json;  // empty until done
  std::string error;

  [[nodiscard]] bool Ended() const { return state != "queued" && state != "running"; }
};

// Long enough to read the prices of all seasons; days report more often.
inline constexpr std::chrono::seconds kBacktestLease(120);

// Thread-safe.
class BacktestStore {
 public:
  virtual ~BacktestStore() = default;
  // The same request id gives the same backtest; InvalidArgument when its settings were others.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> StartBacktest(
      std::string_view request_id, std::string_view settings_json) = 0;
  // The oldest that is queued or whose worker is gone; nullopt when there is none.
  [[nodiscard]] virtual absl::StatusOr<std::optional<BacktestTask>> ClaimBacktest() = 0;
  // Also renews the lease. Aborted when it is another's or was cancelled; so are the next two.
  [[nodiscard]] virtual absl::Status ReportDays(const BacktestClaim& claim, std::int64_t done,
                                                std::int64_t total) = 0;
  [[nodiscard]] virtual absl::Status FinishBacktest(const BacktestClaim& claim,
                                                    std::int64_t walk_forward_id,
                                                    std::string_view result_json,
                                                    std::string_view bets_csv) = 0;
  [[nodiscard]] virtual absl::Status FailBacktest(const BacktestClaim& claim,
                                                  std::string_view error) = 0;
  // NotFound; FailedPrecondition when it has ended otherwise.
  [[nodiscard]] virtual absl::Status CancelBacktest(std::int64_t id) = 0;
  [[nodiscard]] virtual absl::StatusOr<BacktestView> GetBacktest(std::int64_t id) = 0;
  // Newest first, with ids below `before_id` (0: from the newest).
  [[nodiscard]] virtual absl::StatusOr<std::vector<BacktestView>> ListBacktests(
      std::int64_t before_id, int limit) = 0;
  // FailedPrecondition until it is done.
  [[nodiscard]] virtual absl::StatusOr<std::string> LoadBets(std::int64_t id) = 0;
};

struct PastForecasts {
  std::int64_t walk_forward_id = 0;
  bool anchored = false;                    // the forecaster corrects the market line
  int parameters_chosen_by_seasons_to = 0;  // of the recipe; 0: not known
  std::vector<backtest::PastMatch> matches;
};

class PastForecastSource {
 public:
  virtual ~PastForecastSource() = default;
  // The walk-forward's out-of-sample forecasts with the prices of those days, as of `as_of`.
  // FailedPrecondition when no walk-forward is done, InvalidArgument naming `walk_forward_id`,
  // `forecaster` or `bookmaker_code`.
  [[nodiscard]] virtual absl::StatusOr<PastForecasts> Read(const backtest::Plan& plan,
                                                           Instant as_of) = 0;
};

// Works on a thread of the lowest priority from construction to destruction.
class BacktestWorker {
 public:
  // All must outlive the worker. Days are replayed on up to `threads` threads.
  BacktestWorker(BacktestStore& store, PastForecastSource& source, const Clock& as_of, int threads);
  ~BacktestWorker();
  BacktestWorker(const BacktestWorker&) = delete;
  BacktestWorker& operator=(const BacktestWorker&) = delete;

  // Work has come.
  void Wake();

 private:
  void Loop();
  // False when there was nothing to do.
  [[nodiscard]] absl::StatusOr<bool> RunOne();
  [[nodiscard]] absl::Status Run(const BacktestTask& task);

  BacktestStore& store_;
  PastForecastSource& source_;
  const Clock& as_of_;
  int threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace fairline::training
