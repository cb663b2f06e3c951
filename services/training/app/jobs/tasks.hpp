#pragma once
// Long work cut into tasks. A job is a set of tasks in the database: many of a walk-forward or a
// search, one of a training or a backtest. Any number of workers in any number of processes claim
// them, one at a time each; a training's is claimed by whoever serves its caller. What a task
// found is saved together with its end, so that whatever is finished survives a kill -9, and what
// is not is done again by somebody else once its lease has run out.
//
// Every task sees the same data, recipe and seed, and what it finds depends on nothing else but
// the tasks that it waited for: who worked on what, and in which order, changes no bit. (A training
// or a backtest, being one task, reads what is known when it begins.)

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "services/training/app/fit/forecast_set.hpp"

namespace fairline::training {

enum class JobKind { kTraining, kWalkForward, kSearch, kBacktest };
// Of a job, and of a task.
enum class JobState { kQueued, kRunning, kDone, kFailed, kCancelled };
[[nodiscard]] constexpr bool IsOpen(JobState state) {
  return state == JobState::kQueued || state == JobState::kRunning;
}
enum class TaskKind {
  kPlan,            // sees what there is to do and adds the other tasks
  kForecast,        // one season forecast by one model of the recipe
  kTrial,           // one season forecast by one trial of a search
  kPromote,         // ends a rung of a search: the best go on
  kEvaluateSeason,  // one season's forecasts against each other
  kEvaluate,        // all seasons together; ends the job
  kTrain,           // the only one of a training
  kReplay,          // the only one of a backtest
};
[[nodiscard]] constexpr TaskKind FirstTaskOf(JobKind kind) {
  if (kind == JobKind::kTraining) return TaskKind::kTrain;
  return kind == JobKind::kBacktest ? TaskKind::kReplay : TaskKind::kPlan;
}

// A task waits for the tasks of its job that have a smaller stage and no later season.
struct TaskSpec {
  TaskKind kind = TaskKind::kPlan;
  int stage = 0;
  int season = 0;
  std::string model = {};
  int trial = -1;  // of a search, else -1
};

struct Job {
  std::int64_t job_id = 0;
  JobKind kind = JobKind::kWalkForward;
  std::string sport = {};      // of a backtest none: that of its walk-forward
  std::string options = "{}";  // what was asked for: JSON of the job's kind
  std::string recipe = {};     // as it stood when the job was asked for; empty for one task
  Instant as_of = {};          // what is known to it; not fixed for one task
  int restarts = 0;            // how often it began again because its data had changed
};

// The right to work on a task until the lease runs out. A later claim has a larger token, and what
// is done under a smaller one is refused (Aborted).
struct TaskClaim {
  std::int64_t task_id = 0;
  std::int64_t fencing_token = 0;
};

struct Task {
  TaskClaim claim;
  Job job;
  TaskSpec spec;
};

struct SeasonForecast {
  int season = 0;
  ForecastSet forecasts;
};

// A bundle and the season that the fits behind its evaluations had not seen.
struct TrainedBundle {
  std::string sha256;
  int held_out_season = 0;
};

// What a backtest keeps beside its result.
struct BacktestBets {
  std::int64_t walk_forward_id = 0;  // the one it ran on
  std::string csv;
};

// Saved in one transaction with the task's end.
struct TaskOutcome {
  std::string result = "{}";  // JSON, for the tasks after it and for readers
  std::vector<SeasonForecast> forecasts = {};
  std::vector<ModelEvaluation> evaluations = {};
  std::vector<TaskSpec> next = {};
  std::optional<std::int64_t> all_tasks = std::nullopt;  // of the job, as far as can be foreseen
  std::optional<std::string> summary = std::nullopt;     // JSON; the job ends with it
  std::optional<TrainedBundle> bundle = std::nullopt;
  std::optional<BacktestBets> bets = std::nullopt;
};

// Takes the share of the task that is done, in [0, 1]; false asks it to stop (Cancelled).
using TaskObserver = std::function<bool(double share)>;

// What the tasks of one kind of job do. Thread-safe.
class TaskWork {
 public:
  virtual ~TaskWork() = default;
  // Deterministic but for its errors. Any error but Cancelled, Aborted and those of an outage
  // (Unavailable, ResourceExhausted, DeadlineExceeded) fails the job.
  [[nodiscard]] virtual absl::StatusOr<TaskOutcome> Run(const Task& task,
                                                        const TaskObserver& observer) = 0;
};

struct TaskResult {
  TaskSpec spec;
  std::string result;  // JSON
};

struct RunningTask {
  TaskSpec spec;
  double share_done = 0.0;
  std::string worker;
  int attempts = 0;  // 1 unless a worker died over it
  Instant begun;
};

// A job as its readers see it.
struct JobView {
  Job job;
  JobState state = JobState::kQueued;
  std::int64_t tasks_done = 0;
  std::int64_t tasks = 0;
  std::vector<RunningTask> running;
  Instant created;
  std::string error;
  std::string summary;  // JSON; empty until the job is done
};

inline constexpr std::chrono::seconds kTaskLease(30);
// A task over which so many workers died fails its job.
inline constexpr int kMaxTaskAttempts = 5;
// How often a job begins again because its data has changed.
inline constexpr int kMaxRestarts = 3;

// What the holder of a claim may do with it. All are Aborted, and change nothing, when the task is
// another's or was cancelled. Thread-safe.
class ClaimedTasks {
 public:
  virtual ~ClaimedTasks() = default;
  // For another kTaskLease from now.
  [[nodiscard]] virtual absl::Status RenewTask(const TaskClaim& claim, double share_done) = 0;
  // For readers of a task that counts; the lease stays as it is.
  [[nodiscard]] virtual absl::Status ReportSteps(const TaskClaim& claim, std::int64_t done,
                                                 std::int64_t total) = 0;
  [[nodiscard]] virtual absl::Status CompleteTask(const Task& task, const TaskOutcome& outcome) = 0;
  // Fails the job and cancels its other tasks.
  [[nodiscard]] virtual absl::Status FailTask(const Task& task, std::string_view error) = 0;
  // Unfinished; anybody may claim it at once. Its worker lives, so that this was no attempt, which
  // is noted also where another has claimed it since (Aborted).
  [[nodiscard]] virtual absl::Status GiveBackTask(const TaskClaim& claim) = 0;
};

// Thread-safe.
class TaskStore : public ClaimedTasks {
 public:
  // The job of that request, made with its first task when it is new. InvalidArgument when the
  // request id belongs to a job of another sport or other options.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> StartJob(std::string_view request_id,
                                                              const Job& job) = 0;
  // Of the oldest job of these kinds the first task that waits for nothing; nullopt when there is
  // none. A task whose workers died kMaxTaskAttempts times fails its job instead.
  [[nodiscard]] virtual absl::StatusOr<std::optional<Task>> ClaimTask(
      std::string_view worker, const std::vector<JobKind>& kinds) = 0;
  // The first to read a job's data says what it was. When it is another now the job begins again
  // from its first task (Aborted), kMaxRestarts times at most; then FailedPrecondition.
  [[nodiscard]] virtual absl::Status PinData(const Job& job, std::string_view hash) = 0;
  // Frees what workers hold of whom `is_dead` says so, by name: for a process that starts where
  // they ran, so that nobody waits for their leases. How many tasks.
  [[nodiscard]] virtual absl::StatusOr<int> FreeTasksOf(
      const std::function<bool(std::string_view worker)>& is_dead) = 0;

  // NotFound; FailedPrecondition when the job has ended otherwise. Its workers stop in seconds.
  [[nodiscard]] virtual absl::Status CancelJob(JobKind kind, std::int64_t job_id) = 0;

  [[nodiscard]] virtual absl::StatusOr<JobView> GetJob(JobKind kind, std::int64_t job_id) = 0;
  // Newest first, with ids below `before_id` (0: from the newest).
  [[nodiscard]] virtual absl::StatusOr<std::vector<JobView>> ListJobs(JobKind kind,
                                                                      std::int64_t before_id,
                                                                      int limit) = 0;
  // Of a job's finished tasks of that kind, by stage, season, model and trial.
  [[nodiscard]] virtual absl::StatusOr<std::vector<TaskResult>> LoadResults(std::int64_t job_id,
                                                                            TaskKind kind) = 0;
  // What the named forecasters (all, when empty) forecast of these seasons, by season and name.
  [[nodiscard]] virtual absl::StatusOr<std::vector<SeasonForecast>> LoadForecasts(
      std::int64_t job_id, std::size_t outcomes, const std::vector<std::string>& forecasters,
      int first_season, int last_season) = 0;
  // Season 0 (all together) first, then by season; or only season 0.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ModelEvaluation>> LoadEvaluations(
      std::int64_t job_id, bool each_season) = 0;
};

}  // namespace fairline::training
