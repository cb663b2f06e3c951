#include "services/training/app/backtest/backtests.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libs/backtest/result_json.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::training {
namespace {

constexpr std::chrono::seconds kLookForWorkEvery(5);
constexpr std::chrono::milliseconds kReportEvery(500);

// Passes the days on now and then, and learns from the answer whether to go on. Thread-safe.
class DayReporter {
 public:
  DayReporter(BacktestStore& store, const BacktestClaim& claim, const std::atomic<bool>& stop)
      : store_(store), claim_(claim), stop_(stop) {}

  bool Report(std::int64_t done, std::int64_t total) {
    if (stop_ || lost_) return false;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now - reported_ < kReportEvery) return true;
    reported_ = now;
    lost_ = absl::IsAborted(store_.ReportDays(claim_, done, total));
    return !lost_;
  }

 private:
  BacktestStore& store_;
  BacktestClaim claim_;
  const std::atomic<bool>& stop_;
  std::atomic<bool> lost_ = false;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point reported_;
};

}  // namespace

BacktestWorker::BacktestWorker(BacktestStore& store, PastForecastSource& source, const Clock& as_of,
                               int threads)
    : store_(store), source_(source), as_of_(as_of), threads_(threads), thread_([this] {
        Loop();
      }) {}

BacktestWorker::~BacktestWorker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void BacktestWorker::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void BacktestWorker::Loop() {
  // Linux keeps a nice value for each thread; the threads that this one starts inherit it.
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 19);
  while (!stop_) {
    const auto worked = RunOne();
    if (!worked.ok() && !stop_) {
      telemetry::Warn("backtest interrupted", {{"error", worked.status().ToString()}});
    }
    if (worked.ok() && *worked) continue;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLookForWorkEvery, [this] { return woken_ || stop_; });
    woken_ = false;
  }
}

absl::StatusOr<bool> BacktestWorker::RunOne() {
  ASSIGN_OR_RETURN(const std::optional<BacktestTask> task, store_.ClaimBacktest());
  if (!task) return false;
  const absl::Status status = Run(*task);
  // Stopped, lost or cancelled: whoever may will take it up again. The database being down is no
  // fault of the backtest either.
  if (absl::IsAborted(status) || absl::IsUnavailable(status)) return status;
  if (!status.ok()) {
    const std::string error = MessageOf(status);
    RETURN_IF_ERROR(store_.FailBacktest(task->claim, error));
  }
  return true;
}

absl::Status BacktestWorker::Run(const BacktestTask& task) {
  ASSIGN_OR_RETURN(backtest::Plan plan, backtest::ParsePlan(task.settings_json));
  ASSIGN_OR_RETURN(const PastForecasts past, source_.Read(plan, as_of_.Now()));
  plan.SetAnchored(past.anchored);
  DayReporter reporter(store_, task.claim, stop_);
  const auto report = [&](std::int64_t done, std::int64_t total) {
    return reporter.Report(done, total);
  };
  ASSIGN_OR_RETURN(
      const backtest::Sweep sweep,
      backtest::RunSweep(past.matches, plan.variants, threads_, report,
                         {.anchored = past.anchored,
                          .chosen_by_seasons_to = past.parameters_chosen_by_seasons_to}));
  return store_.FinishBacktest(task.claim, past.walk_forward_id, backtest::ResultJson(plan, sweep),
                               backtest::BetsCsv(past.matches, sweep.simulation));
}

}  // namespace fairline::training
