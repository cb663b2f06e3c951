#include "services/training/storage/pg_task_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "services/training/app/jobs/task_names.hpp"
#include "services/training/storage/forecast_rows.hpp"
#include "services/training/storage/job_rows.hpp"

namespace fairline::training {
namespace {

constexpr char kPinData[] =
    "UPDATE training.jobs SET data_hash = coalesce(data_hash, $2) "
    "WHERE job_id = $1 AND restarts = $3 RETURNING data_hash = $2";
constexpr char kBeginAgain[] = "SELECT training.begin_again($1)";
constexpr char kHolders[] =
    "SELECT DISTINCT worker FROM training.tasks WHERE state = 'running' AND worker IS NOT NULL";
constexpr char kFreeTasksOf[] =
    "UPDATE training.tasks SET state = 'queued', lease_until = NULL "
    "WHERE state = 'running' AND worker = $1";
constexpr char kJobGoesOn[] =
    "UPDATE training.jobs SET state = 'running', updated_at = now(), "
    "  units_total = coalesce($2, units_total) WHERE job_id = $1";
constexpr char kSaveBundle[] =
    "INSERT INTO training.bundles (bundle_sha256, job_id, held_out_season) VALUES ($1, $2, $3) "
    "ON CONFLICT (bundle_sha256) DO NOTHING";
constexpr char kSaveBets[] =
    "UPDATE training.backtests SET walk_forward_id = $2, bets = $3 WHERE job_id = $1";

// What the holder of a claim changes, its own parameters from $3 on.
constexpr char kRenew[] = "lease_until = now() + $3 * interval '1 second', share_done = $4";
constexpr char kReport[] = "steps_done = $3, steps_total = $4";
constexpr char kComplete[] =
    "state = 'done', result = $3::jsonb, share_done = 1, steps_done = steps_total, "
    "lease_until = NULL, ended_at = now()";
constexpr char kFail[] = "state = 'failed', error = $3, lease_until = NULL, ended_at = now()";
// Of a later claim the attempt is taken back alone.
constexpr char kGiveBack[] =
    "UPDATE training.tasks SET attempts = greatest(attempts - 1, 0), "
    "  state = CASE WHEN fencing_token = $2 THEN 'queued' ELSE state END, "
    "  lease_until = CASE WHEN fencing_token = $2 THEN NULL ELSE lease_until END "
    "WHERE task_id = $1 AND fencing_token >= $2 AND state = 'running' "
    "RETURNING state = 'queued'";

absl::Status TakenAway() {
  return absl::AbortedError("the task was taken up by another worker, or cancelled");
}

// Aborted when the task is cancelled or another's; nothing is changed then.
template <typename... Parameters>
absl::Status ChangeHeld(pqxx::work& transaction, const TaskClaim& claim, const char* changes,
                        const Parameters&... parameters) {
  const pqxx::result result =
      transaction.exec_params(fmt::format("UPDATE training.tasks SET {} WHERE task_id = $1 "
                                          "AND fencing_token = $2 AND state = 'running'",
                                          changes),
                              claim.task_id, claim.fencing_token, parameters...);
  return result.affected_rows() == 1 ? absl::OkStatus() : TakenAway();
}

// Locks the job; Aborted when it has ended.
absl::Status LockOpenJob(pqxx::work& transaction, const Job& job) {
  ASSIGN_OR_RETURN(const std::optional<JobState> state, LockJob(transaction, job.kind, job.job_id));
  return state && IsOpen(*state) ? absl::OkStatus() : absl::AbortedError("the job has ended");
}

}  // namespace

absl::StatusOr<std::int64_t> PgTaskStore::StartJob(std::string_view request_id, const Job& job) {
  AddedJob added;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    added = AddJob(transaction, request_id, job);
    return absl::OkStatus();
  }));
  if (!added.same) return UsedForAnother();
  return added.job_id;
}

absl::StatusOr<std::optional<Task>> PgTaskStore::ClaimTask(std::string_view worker,
                                                           const std::vector<JobKind>& kinds) {
  while (true) {
    std::optional<TaskInHand> claimed;
    RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(claimed, ClaimFreeTask(transaction, worker, kinds));
      return absl::OkStatus();
    }));
    if (!claimed) return std::nullopt;
    if (claimed->attempts <= kMaxTaskAttempts) return std::move(claimed->task);
    const absl::Status failed =
        FailTask(claimed->task, fmt::format("{} workers died over it", kMaxTaskAttempts));
    if (!absl::IsAborted(failed)) RETURN_IF_ERROR(failed);
  }
}

absl::Status PgTaskStore::RenewTask(const TaskClaim& claim, double share_done) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return ChangeHeld(transaction, claim, kRenew, static_cast<std::int64_t>(kTaskLease.count()),
                      share_done);
  });
}

absl::Status PgTaskStore::ReportSteps(const TaskClaim& claim, std::int64_t done,
                                      std::int64_t total) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return ChangeHeld(transaction, claim, kReport, done, total);
  });
}

absl::Status PgTaskStore::CompleteTask(const Task& task, const TaskOutcome& outcome) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const std::int64_t job_id = task.job.job_id;
    RETURN_IF_ERROR(LockOpenJob(transaction, task.job));
    RETURN_IF_ERROR(ChangeHeld(transaction, task.claim, kComplete, outcome.result));
    for (const SeasonForecast& season : outcome.forecasts) {
      SaveForecasts(transaction, job_id, season.season, season.forecasts);
    }
    SaveEvaluations(transaction, job_id, outcome.evaluations);
    if (outcome.bundle) {
      transaction.exec_params(kSaveBundle, outcome.bundle->sha256, job_id,
                              outcome.bundle->held_out_season);
    }
    if (outcome.bets) {
      transaction.exec_params(kSaveBets, job_id, outcome.bets->walk_forward_id, outcome.bets->csv);
    }
    for (const TaskSpec& next : outcome.next) AddTask(transaction, job_id, next);
    if (outcome.summary) {
      EndJob(transaction, job_id, JobState::kDone, std::nullopt, outcome.summary);
    } else {
      transaction.exec_params(kJobGoesOn, job_id, outcome.all_tasks);
    }
    return absl::OkStatus();
  });
}

absl::Status PgTaskStore::FailTask(const Task& task, std::string_view error) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    RETURN_IF_ERROR(LockOpenJob(transaction, task.job));
    const std::string text(error);
    RETURN_IF_ERROR(ChangeHeld(transaction, task.claim, kFail, text));
    CancelOpenTasks(transaction, task.job.job_id);
    std::string where;
    if (!task.spec.model.empty()) where += task.spec.model + " ";
    if (task.spec.season != 0) where += fmt::format("of season {} ", task.spec.season);
    EndJob(transaction, task.job.job_id, JobState::kFailed,
           where.empty() ? text : fmt::format("{}: {}", where, text), std::nullopt);
    return absl::OkStatus();
  });
}

absl::Status PgTaskStore::GiveBackTask(const TaskClaim& claim) {
  bool held = false;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    const pqxx::result rows =
        transaction.exec_params(kGiveBack, claim.task_id, claim.fencing_token);
    held = !rows.empty() && rows[0][0].as<bool>();
    return absl::OkStatus();
  }));
  return held ? absl::OkStatus() : TakenAway();
}

absl::Status PgTaskStore::PinData(const Job& job, std::string_view hash) {
  bool same = false;
  const absl::Status pinned = database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    RETURN_IF_ERROR(LockOpenJob(transaction, job));
    const pqxx::result rows =
        transaction.exec_params(kPinData, job.job_id, std::string(hash), job.restarts);
    if (rows.empty()) return absl::AbortedError("the job has begun again");
    same = rows[0][0].as<bool>();
    if (same) return absl::OkStatus();
    if (job.restarts >= kMaxRestarts) {
      return absl::FailedPreconditionError(
          fmt::format("matches or features changed while it ran, after {} beginnings: start it "
                      "again when no data comes in",
                      job.restarts + 1));
    }
    transaction.exec_params(kBeginAgain, job.job_id);
    AddTask(transaction, job.job_id, {.kind = FirstTaskOf(job.kind)});
    return absl::OkStatus();
  });
  if (!pinned.ok() || same) return pinned;
  return absl::AbortedError("matches or features have changed: the job begins again");
}

absl::StatusOr<int> PgTaskStore::FreeTasksOf(
    const std::function<bool(std::string_view worker)>& is_dead) {
  int freed = 0;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    freed = 0;
    for (const pqxx::row& row : transaction.exec(kHolders)) {
      const auto worker = row[0].as<std::string>();
      if (!is_dead(worker)) continue;
      freed += static_cast<int>(transaction.exec_params(kFreeTasksOf, worker).affected_rows());
    }
    return absl::OkStatus();
  }));
  return freed;
}

absl::Status PgTaskStore::CancelJob(JobKind kind, std::int64_t job_id) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<JobState> state, CancelOpenJob(transaction, kind, job_id));
    if (!state)
      return FieldError(absl::StatusCode::kNotFound, fmt::format("{}_id", NameOf(kind)),
                        fmt::format("there is no {}", job_id));
    if (IsOpen(*state) || *state == JobState::kCancelled) return absl::OkStatus();
    return absl::FailedPreconditionError(fmt::format("it has ended: {}", NameOf(*state)));
  });
}

}  // namespace fairline::training
