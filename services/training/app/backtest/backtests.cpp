#include "services/training/app/backtest/backtests.hpp"

#include <atomic>
#include <chrono>
#include <mutex>

#include "libs/backtest/result_json.hpp"

namespace fairline::training {
namespace {

constexpr std::chrono::milliseconds kReportEvery(500);

// Passes the days on now and then, and learns from the answer whether to go on. Thread-safe.
class DayReporter {
 public:
  DayReporter(ClaimedTasks& tasks, const TaskClaim& claim, const TaskObserver& observer)
      : tasks_(tasks), claim_(claim), observer_(observer) {}

  bool Report(std::int64_t done, std::int64_t total) {
    if (lost_ || !observer_(static_cast<double>(done) / static_cast<double>(total))) return false;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now - reported_ < kReportEvery) return true;
    reported_ = now;
    lost_ = absl::IsAborted(tasks_.ReportSteps(claim_, done, total));
    return !lost_;
  }

 private:
  ClaimedTasks& tasks_;
  TaskClaim claim_;
  const TaskObserver& observer_;
  std::atomic<bool> lost_ = false;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point reported_;
};

}  // namespace

absl::StatusOr<TaskOutcome> BacktestWork::Run(const Task& task, const TaskObserver& observer) {
  ASSIGN_OR_RETURN(backtest::Plan plan, backtest::ParsePlan(task.job.options));
  ASSIGN_OR_RETURN(const PastForecasts past, source_.Read(plan, as_of_.Now()));
  plan.SetAnchored(past.anchored);
  DayReporter reporter(tasks_, task.claim, observer);
  const auto report = [&](std::int64_t done, std::int64_t total) {
    return reporter.Report(done, total);
  };
  const auto sweep = backtest::RunSweep(
      past.matches, plan.variants, threads_, report,
      {.anchored = past.anchored, .chosen_by_seasons_to = past.parameters_chosen_by_seasons_to});
  if (absl::IsAborted(sweep.status())) return absl::CancelledError(sweep.status().message());
  RETURN_IF_ERROR(sweep.status());
  return TaskOutcome{.result = backtest::ResultJson(plan, *sweep),
                     .summary = "{}",
                     .bets = BacktestBets{past.walk_forward_id,
                                          backtest::BetsCsv(past.matches, sweep->simulation)}};
}

}  // namespace fairline::training
