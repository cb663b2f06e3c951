#include "services/training/storage/pg_task_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "libs/storage/values.hpp"
#include "services/training/app/jobs/task_names.hpp"
#include "services/training/storage/forecast_rows.hpp"

namespace fairline::training {
namespace {

constexpr char kAddJob[] =
    "INSERT INTO training.jobs (kind, request_id, sport, options, recipe, as_of) "
    "VALUES ($1, $2, $3, $4::jsonb, $5, to_timestamp($6 / 1000000.0)) "
    "ON CONFLICT (kind, request_id) DO NOTHING RETURNING job_id";
constexpr char kJobOfRequest[] =
    "SELECT job_id, sport = $3 AND options = $4::jsonb FROM training.jobs "
    "WHERE kind = $1 AND request_id = $2";
constexpr char kLockJob[] =
    "SELECT state FROM training.jobs WHERE job_id = $1 AND kind = $2 FOR UPDATE";
constexpr char kPinData[] =
    "UPDATE training.jobs SET data_hash = coalesce(data_hash, $2) WHERE job_id = $1 "
    "RETURNING data_hash = $2";
constexpr char kJobGoesOn[] =
    "UPDATE training.jobs SET state = 'running', updated_at = now(), "
    "  units_total = coalesce($2, units_total) WHERE job_id = $1";
constexpr char kEndJob[] =
    "UPDATE training.jobs SET state = $2, error = $3, summary = $4::jsonb, updated_at = now() "
    "WHERE job_id = $1";

constexpr char kAddTask[] =
    "INSERT INTO training.tasks (job_id, kind, stage, season_start, model, trial) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
constexpr char kClaim[] =
    "UPDATE training.tasks t "
    "SET state = 'running', worker = $1, attempts = t.attempts + 1, share_done = 0, "
    "    fencing_token = t.fencing_token + 1, begun_at = now(), "
    "    lease_until = now() + $2 * interval '1 second' "
    "FROM (SELECT open.task_id FROM training.tasks open "
    "      WHERE (open.state = 'queued' OR (open.state = 'running' AND open.lease_until < now())) "
    "        AND NOT EXISTS (SELECT 1 FROM training.tasks before "
    "                        WHERE before.job_id = open.job_id AND before.stage < open.stage "
    "                          AND before.season_start <= open.season_start "
    "                          AND before.state <> 'done') "
    "      ORDER BY open.job_id, open.season_start, open.stage, open.task_id "
    "      LIMIT 1 FOR UPDATE SKIP LOCKED) next, training.jobs j "
    "WHERE t.task_id = next.task_id AND j.job_id = t.job_id "
    "RETURNING t.task_id, t.fencing_token, t.attempts, t.kind, t.stage, t.season_start, t.model, "
    "  t.trial, j.job_id, j.kind, j.sport, j.options::text, coalesce(j.recipe, ''), "
    "  coalesce((extract(epoch FROM j.as_of) * 1000000)::bigint, 0)";
constexpr char kRenew[] =
    "UPDATE training.tasks SET lease_until = now() + $3 * interval '1 second', share_done = $4 "
    "WHERE task_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kComplete[] =
    "UPDATE training.tasks SET state = 'done', result = $3::jsonb, share_done = 1, "
    "  lease_until = NULL, ended_at = now() "
    "WHERE task_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kFail[] =
    "UPDATE training.tasks SET state = 'failed', error = $3, lease_until = NULL, ended_at = now() "
    "WHERE task_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kGiveBack[] =
    "UPDATE training.tasks SET state = 'queued', lease_until = NULL, attempts = attempts - 1 "
    "WHERE task_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kCancelOpen[] =
    "UPDATE training.tasks SET state = 'cancelled', lease_until = NULL, ended_at = now() "
    "WHERE job_id = $1 AND state IN ('queued', 'running')";

// One row must have changed: else the task is cancelled or another's.
absl::Status RequireClaim(const pqxx::result& result) {
  if (result.affected_rows() == 1) return absl::OkStatus();
  return absl::AbortedError("the task was taken up by another worker, or cancelled");
}

bool IsOpen(const std::string& state) { return state == "queued" || state == "running"; }

// Locks the job; Aborted when it has ended.
absl::Status LockOpenJob(pqxx::work& transaction, const Job& job) {
  const pqxx::result rows =
      transaction.exec_params(kLockJob, job.job_id, std::string(NameOf(job.kind)));
  if (rows.empty() || !IsOpen(rows[0][0].as<std::string>())) {
    return absl::AbortedError("the job has ended");
  }
  return absl::OkStatus();
}

void AddTask(pqxx::work& transaction, std::int64_t job_id, const TaskSpec& spec) {
  transaction.exec_params(kAddTask, job_id, std::string(NameOf(spec.kind)), spec.stage, spec.season,
                          spec.model, spec.trial);
}

absl::StatusOr<Task> AsTask(const pqxx::row& row) {
  Task task;
  task.claim = {.task_id = row[0].as<std::int64_t>(), .fencing_token = row[1].as<std::int64_t>()};
  ASSIGN_OR_RETURN(task.spec.kind, ParseTaskKind(row[3].as<std::string>()));
  task.spec.stage = row[4].as<int>();
  task.spec.season = row[5].as<int>();
  task.spec.model = row[6].as<std::string>();
  task.spec.trial = row[7].as<int>();
  task.job.job_id = row[8].as<std::int64_t>();
  ASSIGN_OR_RETURN(task.job.kind, ParseJobKind(row[9].as<std::string>()));
  task.job.sport = row[10].as<std::string>();
  task.job.options = row[11].as<std::string>();
  task.job.recipe = row[12].as<std::string>();
  task.job.as_of = storage::AsInstant(row[13]);
  return task;
}

}  // namespace

absl::StatusOr<std::int64_t> PgTaskStore::StartJob(std::string_view request_id, const Job& job) {
  std::int64_t job_id = 0;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const std::string kind(NameOf(job.kind));
    const std::string request(request_id);
    const pqxx::result added =
        transaction.exec_params(kAddJob, kind, request, job.sport, job.options, job.recipe,
                                static_cast<std::int64_t>(job.as_of.time_since_epoch().count()));
    if (!added.empty()) {
      job_id = added[0][0].as<std::int64_t>();
      AddTask(transaction, job_id, {.kind = TaskKind::kPlan});
      return absl::OkStatus();
    }
    const pqxx::row known =
        transaction.exec_params1(kJobOfRequest, kind, request, job.sport, job.options);
    if (!known[1].as<bool>()) return InvalidField("request_id", "was used for another request");
    job_id = known[0].as<std::int64_t>();
    return absl::OkStatus();
  }));
  return job_id;
}

absl::StatusOr<std::optional<Task>> PgTaskStore::ClaimTask(std::string_view worker) {
  while (true) {
    std::optional<Task> task;
    int attempts = 0;
    RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
      task.reset();
      const pqxx::result rows = transaction.exec_params(
          kClaim, std::string(worker), static_cast<std::int64_t>(kTaskLease.count()));
      if (rows.empty()) return absl::OkStatus();
      attempts = rows[0][2].as<int>();
      ASSIGN_OR_RETURN(task, AsTask(rows[0]));
      return absl::OkStatus();
    }));
    if (!task || attempts <= kMaxTaskAttempts) return task;
    const absl::Status failed =
        FailTask(*task, fmt::format("{} workers died over it", kMaxTaskAttempts));
    if (!absl::IsAborted(failed)) RETURN_IF_ERROR(failed);
  }
}

absl::Status PgTaskStore::RenewTask(const TaskClaim& claim, double share_done) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(transaction.exec_params(kRenew, claim.task_id, claim.fencing_token,
                                                static_cast<std::int64_t>(kTaskLease.count()),
                                                share_done));
  });
}

absl::Status PgTaskStore::CompleteTask(const Task& task, const TaskOutcome& outcome) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const std::int64_t job_id = task.job.job_id;
    RETURN_IF_ERROR(LockOpenJob(transaction, task.job));
    RETURN_IF_ERROR(RequireClaim(transaction.exec_params(
        kComplete, task.claim.task_id, task.claim.fencing_token, outcome.result)));
    for (const SeasonForecast& season : outcome.forecasts) {
      SaveForecasts(transaction, job_id, season.season, season.forecasts);
    }
    SaveEvaluations(transaction, job_id, outcome.evaluations);
    for (const TaskSpec& next : outcome.next) AddTask(transaction, job_id, next);
    if (outcome.summary) {
      transaction.exec_params(kEndJob, job_id, "done", nullptr, *outcome.summary);
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
    RETURN_IF_ERROR(RequireClaim(
        transaction.exec_params(kFail, task.claim.task_id, task.claim.fencing_token, text)));
    transaction.exec_params(kCancelOpen, task.job.job_id);
    std::string where;
    if (!task.spec.model.empty()) where += task.spec.model + " ";
    if (task.spec.season != 0) where += fmt::format("of season {} ", task.spec.season);
    transaction.exec_params(kEndJob, task.job.job_id, "failed",
                            where.empty() ? text : fmt::format("{}: {}", where, text), nullptr);
    return absl::OkStatus();
  });
}

absl::Status PgTaskStore::GiveBackTask(const TaskClaim& claim) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(transaction.exec_params(kGiveBack, claim.task_id, claim.fencing_token));
  });
}

absl::Status PgTaskStore::PinData(std::int64_t job_id, std::string_view hash) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const pqxx::row row = transaction.exec_params1(kPinData, job_id, std::string(hash));
    if (row[0].as<bool>()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "matches or features have changed since the job began: start it again");
  });
}

absl::Status PgTaskStore::CancelJob(JobKind kind, std::int64_t job_id) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const pqxx::result rows = transaction.exec_params(kLockJob, job_id, std::string(NameOf(kind)));
    if (rows.empty())
      return FieldError(absl::StatusCode::kNotFound, fmt::format("{}_id", NameOf(kind)),
                        fmt::format("there is no {}", job_id));
    const auto state = rows[0][0].as<std::string>();
    if (state == "cancelled") return absl::OkStatus();
    if (!IsOpen(state)) return absl::FailedPreconditionError("it has ended: " + state);
    transaction.exec_params(kCancelOpen, job_id);
    transaction.exec_params(kEndJob, job_id, "cancelled", nullptr, nullptr);
    return absl::OkStatus();
  });
}

}  // namespace fairline::training
