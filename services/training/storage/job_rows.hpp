#pragma once
// Jobs and the claims on their tasks, in the transaction of the caller: the one queue under
// walk-forwards, searches, trainings and backtests. Who changes both locks the job first.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <pqxx/pqxx>

#include "libs/core/status.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

struct AddedJob {
  std::int64_t job_id = 0;
  bool same = true;  // false when the request id belongs to another sport or other options
};
// The error of a request that is not.
[[nodiscard]] absl::Status UsedForAnother();
// With its first task, unless the request is known.
[[nodiscard]] AddedJob AddJob(pqxx::work& transaction, std::string_view request_id, const Job& job);

void AddTask(pqxx::work& transaction, std::int64_t job_id, const TaskSpec& spec);

// Locks the job and says where it stands; nothing when there is none of that kind.
[[nodiscard]] absl::StatusOr<std::optional<JobState>> LockJob(pqxx::work& transaction, JobKind kind,
                                                              std::int64_t job_id);

// As LockJob; what was open is cancelled, with its tasks.
[[nodiscard]] absl::StatusOr<std::optional<JobState>> CancelOpenJob(pqxx::work& transaction,
                                                                    JobKind kind,
                                                                    std::int64_t job_id);

// Ends the job; its tasks have ended.
void EndJob(pqxx::work& transaction, std::int64_t job_id, JobState state,
            const std::optional<std::string>& error, const std::optional<std::string>& summary);

void CancelOpenTasks(pqxx::work& transaction, std::int64_t job_id);

struct TaskInHand {
  Task task;
  int attempts = 0;  // this one included
};
// Leases the first task that is free of the oldest job of these kinds, or of that one job.
[[nodiscard]] absl::StatusOr<std::optional<TaskInHand>> ClaimFreeTask(
    pqxx::work& transaction, std::string_view worker, const std::vector<JobKind>& kinds,
    std::optional<std::int64_t> job_id = std::nullopt);

}  // namespace fairline::training
