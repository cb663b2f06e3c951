#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

// Jobs and their tasks in training.jobs and training.tasks.
class PgTaskStore final : public TaskStore {
 public:
  // `database` must outlive the store.
  explicit PgTaskStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<std::int64_t> StartJob(std::string_view request_id, const Job& job) override;
  absl::StatusOr<std::optional<Task>> ClaimTask(std::string_view worker,
                                                const std::vector<JobKind>& kinds) override;
  absl::Status RenewTask(const TaskClaim& claim, double share_done) override;
  absl::Status ReportSteps(const TaskClaim& claim, std::int64_t done, std::int64_t total) override;
  absl::Status CompleteTask(const Task& task, const TaskOutcome& outcome) override;
  absl::Status FailTask(const Task& task, std::string_view error) override;
  absl::Status GiveBackTask(const TaskClaim& claim) override;
  absl::Status PinData(const Job& job, std::string_view hash) override;
  absl::StatusOr<int> FreeTasksOf(
      const std::function<bool(std::string_view worker)>& is_dead) override;
  absl::Status CancelJob(JobKind kind, std::int64_t job_id) override;

  absl::StatusOr<JobView> GetJob(JobKind kind, std::int64_t job_id) override;
  absl::StatusOr<std::vector<JobView>> ListJobs(JobKind kind, std::int64_t before_id,
                                                int limit) override;
  absl::StatusOr<std::vector<TaskResult>> LoadResults(std::int64_t job_id, TaskKind kind) override;
  absl::StatusOr<std::vector<SeasonForecast>> LoadForecasts(
      std::int64_t job_id, std::size_t outcomes, const std::vector<std::string>& forecasters,
      int first_season, int last_season) override;
  absl::StatusOr<std::vector<ModelEvaluation>> LoadEvaluations(std::int64_t job_id,
                                                               bool each_season) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::training
