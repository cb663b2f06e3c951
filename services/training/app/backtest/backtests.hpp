#pragma once
// Backtests: what people ask of them, where their matches come from, and the task that runs one.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/backtest/plan.hpp"
#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

struct BacktestView {
  std::int64_t backtest_id = 0;
  JobState state = JobState::kQueued;
  std::int64_t days_done = 0;
  std::int64_t days_total = 0;  // 0 before the first is replayed
  std::int64_t walk_forward_id = 0;
  Instant created;
  std::string settings_json;
  std::string result_json;  // empty until done
  std::string error;
};

// A backtest is a job of one task; it has an id of its own, counted among backtests. Thread-safe.
class BacktestStore {
 public:
  virtual ~BacktestStore() = default;
  // The same request id gives the same backtest; InvalidArgument when its settings were others.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> StartBacktest(
      std::string_view request_id, std::string_view settings_json) = 0;
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

// Runs the replay tasks. Thread-safe.
class BacktestWork final : public TaskWork {
 public:
  // All must outlive the work. Days are replayed on up to `threads` threads.
  BacktestWork(ClaimedTasks& tasks, PastForecastSource& source, const Clock& as_of, int threads = 2)
      : tasks_(tasks), source_(source), as_of_(as_of), threads_(threads) {}

  // Cancelled also when the task turns out to be another's.
  absl::StatusOr<TaskOutcome> Run(const Task& task, const TaskObserver& observer) override;

 private:
  ClaimedTasks& tasks_;
  PastForecastSource& source_;
  const Clock& as_of_;
  int threads_;
};

}  // namespace fairline::training
