#pragma once
// The task store in memory, and who works on what is in it.

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "services/training/app/jobs/search.hpp"
#include "services/training/app/jobs/search_space.hpp"
#include "services/training/app/jobs/tasks.hpp"
#include "services/training/app/jobs/walk_forward.hpp"
#include "services/training/tests/fakes.hpp"

namespace fairline::training {

// Over the catalogue of MakeLeague: two members of which a pool is made.
inline std::string TaskRecipe() {
  return R"({"format": 2, "name": "tasks", "sport": "football",
    "outcomes": ["home", "draw", "away"], "seed": 1, "seasons_ahead": 1,
    "least_training_matches": 300, "least_held_out_matches": 100, "models": [
    {"name": "logistic", "kind": "logistic", "blocks": ["rating", "form"]},
    {"name": "trees", "kind": "trees", "blocks": ["rating", "market"],
     "parameters": {"rounds": 15, "max_depth": 2, "learning_rate": 0.2, "min_child_weight": 20,
                    "l2_regularisation": 10, "row_sample": 0.8, "column_sample": 1.0,
                    "max_bins": 64}},
    {"name": "pool", "kind": "pool", "members": ["logistic", "trees"], "serve": "no_odds"}]})";
}

inline SearchSpaces TaskSpaces() {
  return ParseSearchSpaces(R"({"sport": "football", "spaces": [
    {"model": "trees", "parameters": {
      "learning_rate": {"scale": "log", "low": 0.001, "high": 0.5},
      "rounds": {"scale": "integer", "low": 5, "high": 20}}}]})")
      .value();
}

// What the workers of walk-forwards and searches claim.
inline const std::vector<JobKind> kManyTasks = {JobKind::kWalkForward, JobKind::kSearch};

// Thread-safe. Leases never run out; a task is given back by GiveBackTask alone.
class FakeTaskStore final : public TaskStore {
 public:
  struct Row {
    Task task;
    JobState state = JobState::kQueued;
    std::string result;
    std::string worker;
  };

  absl::StatusOr<std::int64_t> StartJob(std::string_view request_id, const Job& job) override {
    const std::lock_guard lock(mutex_);
    const auto known = requests_.find(std::string(request_id));
    if (known != requests_.end()) {
      if (views.at(known->second).job.options != job.options) {
        return FieldError(absl::StatusCode::kAlreadyExists, "request_id",
                          "was used for another request");
      }
      return known->second;
    }
    const auto id = static_cast<std::int64_t>(views.size()) + 1;
    requests_.emplace(request_id, id);
    JobView& view = views[id];
    view.job = job;
    view.job.job_id = id;
    Add(view.job, {.kind = FirstTaskOf(job.kind)});
    return id;
  }
  absl::StatusOr<std::optional<Task>> ClaimTask(std::string_view worker,
                                                const std::vector<JobKind>& kinds) override {
    const std::lock_guard lock(mutex_);
    Row* next = nullptr;
    for (Row& row : rows) {
      if (row.state != JobState::kQueued || !IsFree(row.task)) continue;
      if (std::find(kinds.begin(), kinds.end(), row.task.job.kind) == kinds.end()) continue;
      if (next == nullptr || Before(row.task, next->task)) next = &row;
    }
    if (next == nullptr) return std::nullopt;
    next->state = JobState::kRunning;
    next->worker = worker;
    ++next->task.claim.fencing_token;
    return next->task;
  }
  absl::Status RenewTask(const TaskClaim& claim, double) override {
    const std::lock_guard lock(mutex_);
    return Held(claim) != nullptr ? absl::OkStatus() : absl::AbortedError("lost");
  }
  absl::Status ReportSteps(const TaskClaim& claim, std::int64_t, std::int64_t) override {
    return RenewTask(claim, 0.0);
  }
  absl::Status CompleteTask(const Task& task, const TaskOutcome& outcome) override {
    const std::lock_guard lock(mutex_);
    Row* const row = Held(task.claim);
    if (row == nullptr) return absl::AbortedError("lost");
    row->state = JobState::kDone;
    row->result = outcome.result;
    JobView& view = views.at(task.job.job_id);
    for (const SeasonForecast& each : outcome.forecasts) {
      forecasts[task.job.job_id].push_back(each);
    }
    auto& known = evaluations[task.job.job_id];
    known.insert(known.end(), outcome.evaluations.begin(), outcome.evaluations.end());
    for (const TaskSpec& next : outcome.next) Add(view.job, next);
    if (outcome.all_tasks) view.tasks = *outcome.all_tasks;
    view.state = outcome.summary ? JobState::kDone : JobState::kRunning;
    view.summary = outcome.summary.value_or("");
    return absl::OkStatus();
  }
  absl::Status FailTask(const Task& task, std::string_view error) override {
    const std::lock_guard lock(mutex_);
    Row* const row = Held(task.claim);
    if (row == nullptr) return absl::AbortedError("lost");
    row->state = JobState::kFailed;
    End(task.job.job_id, JobState::kFailed);
    views.at(task.job.job_id).error = error;
    return absl::OkStatus();
  }
  absl::Status GiveBackTask(const TaskClaim& claim) override {
    const std::lock_guard lock(mutex_);
    if (away > 0 && away-- > 0) return absl::UnavailableError("away");
    Row* const row = Held(claim);
    if (row == nullptr) return absl::AbortedError("lost");
    row->state = JobState::kQueued;
    return absl::OkStatus();
  }
  absl::StatusOr<int> FreeTasksOf(const std::function<bool(std::string_view)>&) override {
    return 0;
  }
  absl::Status PinData(const Job& job, std::string_view hash) override {
    const std::lock_guard lock(mutex_);
    if (hashes_.try_emplace(job.job_id, hash).first->second == hash) return absl::OkStatus();
    return absl::FailedPreconditionError("the data changed");
  }
  absl::Status CancelJob(JobKind kind, std::int64_t job_id) override {
    const std::lock_guard lock(mutex_);
    const auto view = views.find(job_id);
    if (view == views.end() || view->second.job.kind != kind) return absl::NotFoundError("none");
    if (view->second.state == JobState::kDone) return absl::FailedPreconditionError("has ended");
    End(job_id, JobState::kCancelled);
    return absl::OkStatus();
  }
  absl::StatusOr<JobView> GetJob(JobKind kind, std::int64_t job_id) override {
    const std::lock_guard lock(mutex_);
    const auto view = views.find(job_id);
    if (view == views.end() || view->second.job.kind != kind) return absl::NotFoundError("none");
    JobView seen = view->second;
    std::int64_t tasks = 0;
    for (const Row& row : rows) {
      if (row.task.job.job_id != job_id) continue;
      ++tasks;
      seen.tasks_done += row.state == JobState::kDone ? 1 : 0;
      if (row.state != JobState::kRunning) continue;
      seen.running.push_back(
          {.spec = row.task.spec, .worker = row.worker, .attempts = 1, .begun = {}});
    }
    seen.tasks = std::max(seen.tasks, tasks);
    return seen;
  }
  absl::StatusOr<std::vector<JobView>> ListJobs(JobKind kind, std::int64_t before_id,
                                                int limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<JobView> newest;
    for (auto view = views.rbegin(); view != views.rend(); ++view) {
      if (view->second.job.kind != kind || (before_id != 0 && view->first >= before_id)) continue;
      if (static_cast<int>(newest.size()) < limit) newest.push_back(view->second);
    }
    return newest;
  }
  absl::StatusOr<std::vector<TaskResult>> LoadResults(std::int64_t job_id, TaskKind kind) override {
    const std::lock_guard lock(mutex_);
    std::vector<const Row*> found;
    for (const Row& row : rows) {
      if (row.task.job.job_id != job_id || row.task.spec.kind != kind) continue;
      if (row.state == JobState::kDone) found.push_back(&row);
    }
    std::stable_sort(found.begin(), found.end(), [](const Row* a, const Row* b) {
      const TaskSpec& x = a->task.spec;
      const TaskSpec& y = b->task.spec;
      return std::tie(x.stage, x.season, x.model, x.trial) <
             std::tie(y.stage, y.season, y.model, y.trial);
    });
    std::vector<TaskResult> results;
    for (const Row* row : found) results.push_back({row->task.spec, row->result});
    return results;
  }
  absl::StatusOr<std::vector<SeasonForecast>> LoadForecasts(
      std::int64_t job_id, std::size_t, const std::vector<std::string>& forecasters,
      int first_season, int last_season) override {
    const std::lock_guard lock(mutex_);
    std::vector<SeasonForecast> found;
    for (const SeasonForecast& each : forecasts[job_id]) {
      if (each.season < first_season || each.season > last_season) continue;
      if (!forecasters.empty() && std::find(forecasters.begin(), forecasters.end(),
                                            each.forecasts.forecaster) == forecasters.end()) {
        continue;
      }
      found.push_back(each);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return std::tie(a.season, a.forecasts.forecaster) <
             std::tie(b.season, b.forecasts.forecaster);
    });
    return found;
  }
  absl::StatusOr<std::vector<ModelEvaluation>> LoadEvaluations(std::int64_t job_id,
                                                               bool each_season) override {
    const std::lock_guard lock(mutex_);
    std::vector<ModelEvaluation> found;
    for (const ModelEvaluation& each : evaluations[job_id]) {
      if (each_season || each.season_start == 0) found.push_back(each);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.season_start < b.season_start; });
    return found;
  }

  int away = 0;  // how often giving back fails
  std::map<std::int64_t, JobView> views;
  std::vector<Row> rows;
  std::map<std::int64_t, std::vector<SeasonForecast>> forecasts;
  std::map<std::int64_t, std::vector<ModelEvaluation>> evaluations;

 private:
  static bool Before(const Task& a, const Task& b) {
    return std::tie(a.job.job_id, a.spec.season, a.spec.stage, a.claim.task_id) <
           std::tie(b.job.job_id, b.spec.season, b.spec.stage, b.claim.task_id);
  }
  bool IsFree(const Task& task) const {
    return std::none_of(rows.begin(), rows.end(), [&](const Row& other) {
      return other.task.job.job_id == task.job.job_id && other.state != JobState::kDone &&
             other.task.spec.stage < task.spec.stage && other.task.spec.season <= task.spec.season;
    });
  }
  void Add(const Job& job, const TaskSpec& spec) {
    Row row;
    row.task = {
        .claim = {.task_id = static_cast<std::int64_t>(rows.size()) + 1, .fencing_token = 0},
        .job = job,
        .spec = spec};
    rows.push_back(std::move(row));
  }
  Row* Held(const TaskClaim& claim) {
    for (Row& row : rows) {
      if (row.task.claim.task_id == claim.task_id && row.state == JobState::kRunning &&
          row.task.claim.fencing_token == claim.fencing_token) {
        return &row;
      }
    }
    return nullptr;
  }
  void End(std::int64_t job_id, JobState state) {
    views.at(job_id).state = state;
    for (Row& row : rows) {
      if (row.task.job.job_id == job_id && IsOpen(row.state)) row.state = JobState::kCancelled;
    }
  }

  std::mutex mutex_;
  std::map<std::string, std::int64_t> requests_;
  std::map<std::int64_t, std::string> hashes_;
};

}  // namespace fairline::training
