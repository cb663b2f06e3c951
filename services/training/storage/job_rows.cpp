#include "services/training/storage/job_rows.hpp"

#include <string>

#include "libs/storage/values.hpp"
#include "services/training/app/jobs/task_names.hpp"

namespace fairline::training {
namespace {

constexpr char kAddJob[] =
    "INSERT INTO training.jobs (kind, request_id, sport, options, recipe, as_of) "
    "VALUES ($1, $2, $3, $4::jsonb, nullif($5, ''), "
    "        CASE WHEN $6::bigint <> 0 THEN to_timestamp($6 / 1000000.0) END) "
    "ON CONFLICT (kind, request_id) DO NOTHING RETURNING job_id";
constexpr char kJobOfRequest[] =
    "SELECT job_id, sport = $3 AND options = $4::jsonb FROM training.jobs "
    "WHERE kind = $1 AND request_id = $2";
constexpr char kLockJob[] =
    "SELECT state FROM training.jobs WHERE job_id = $1 AND kind = $2 FOR UPDATE";
constexpr char kEndJob[] =
    "UPDATE training.jobs SET state = $2, error = $3, summary = $4::jsonb, updated_at = now() "
    "WHERE job_id = $1";

constexpr char kAddTask[] =
    "INSERT INTO training.tasks (job_id, kind, stage, season_start, model, trial) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
constexpr char kCancelOpenTasks[] =
    "UPDATE training.tasks SET state = 'cancelled', lease_until = NULL, ended_at = now() "
    "WHERE job_id = $1 AND state IN ('queued', 'running')";
constexpr char kClaim[] =
    "UPDATE training.tasks t "
    "SET state = 'running', worker = $1, attempts = t.attempts + 1, share_done = 0, "
    "    fencing_token = t.fencing_token + 1, begun_at = now(), "
    "    lease_until = now() + $2 * interval '1 second' "
    "FROM (SELECT open.task_id FROM training.tasks open JOIN training.jobs j USING (job_id) "
    "      WHERE (open.state = 'queued' OR (open.state = 'running' AND open.lease_until < now())) "
    "        AND j.kind = ANY($3::text[]) AND ($4::bigint IS NULL OR open.job_id = $4) "
    "        AND NOT EXISTS (SELECT 1 FROM training.tasks before "
    "                        WHERE before.job_id = open.job_id AND before.stage < open.stage "
    "                          AND before.season_start <= open.season_start "
    "                          AND before.state <> 'done') "
    "      ORDER BY open.job_id, open.season_start, open.stage, open.task_id "
    "      LIMIT 1 FOR UPDATE OF open SKIP LOCKED) next, training.jobs j "
    "WHERE t.task_id = next.task_id AND j.job_id = t.job_id "
    "RETURNING t.task_id, t.fencing_token, t.attempts, t.kind, t.stage, t.season_start, t.model, "
    "  t.trial, j.job_id, j.kind, j.sport, j.options::text, coalesce(j.recipe, ''), "
    "  coalesce((extract(epoch FROM j.as_of) * 1000000)::bigint, 0), j.restarts";

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
  task.job.restarts = row[14].as<int>();
  return task;
}

}  // namespace

absl::Status UsedForAnother() {
  return FieldError(absl::StatusCode::kAlreadyExists, "request_id", "was used for another request");
}

AddedJob AddJob(pqxx::work& transaction, std::string_view request_id, const Job& job) {
  const std::string kind(NameOf(job.kind)), request(request_id);
  const pqxx::result added =
      transaction.exec_params(kAddJob, kind, request, job.sport, job.options, job.recipe,
                              static_cast<std::int64_t>(job.as_of.time_since_epoch().count()));
  if (added.empty()) {
    const pqxx::row known =
        transaction.exec_params1(kJobOfRequest, kind, request, job.sport, job.options);
    return {known[0].as<std::int64_t>(), known[1].as<bool>()};
  }
  const auto job_id = added[0][0].as<std::int64_t>();
  AddTask(transaction, job_id, {.kind = FirstTaskOf(job.kind)});
  return {job_id, true};
}

void AddTask(pqxx::work& transaction, std::int64_t job_id, const TaskSpec& spec) {
  transaction.exec_params(kAddTask, job_id, std::string(NameOf(spec.kind)), spec.stage, spec.season,
                          spec.model, spec.trial);
}

absl::StatusOr<std::optional<JobState>> LockJob(pqxx::work& transaction, JobKind kind,
                                                std::int64_t job_id) {
  const pqxx::result rows = transaction.exec_params(kLockJob, job_id, std::string(NameOf(kind)));
  if (rows.empty()) return std::nullopt;
  return ParseJobState(rows[0][0].as<std::string>());
}

absl::StatusOr<std::optional<JobState>> CancelOpenJob(pqxx::work& transaction, JobKind kind,
                                                      std::int64_t job_id) {
  ASSIGN_OR_RETURN(const std::optional<JobState> state, LockJob(transaction, kind, job_id));
  if (state && IsOpen(*state)) {
    CancelOpenTasks(transaction, job_id);
    EndJob(transaction, job_id, JobState::kCancelled, std::nullopt, std::nullopt);
  }
  return state;
}

void EndJob(pqxx::work& transaction, std::int64_t job_id, JobState state,
            const std::optional<std::string>& error, const std::optional<std::string>& summary) {
  transaction.exec_params(kEndJob, job_id, std::string(NameOf(state)), error, summary);
}

void CancelOpenTasks(pqxx::work& transaction, std::int64_t job_id) {
  transaction.exec_params(kCancelOpenTasks, job_id);
}

absl::StatusOr<std::optional<TaskInHand>> ClaimFreeTask(pqxx::work& transaction,
                                                        std::string_view worker,
                                                        const std::vector<JobKind>& kinds,
                                                        std::optional<std::int64_t> job_id) {
  std::string names = "{";
  for (const JobKind kind : kinds) names.append(names.size() > 1 ? "," : "").append(NameOf(kind));
  const pqxx::result rows =
      transaction.exec_params(kClaim, std::string(worker),
                              static_cast<std::int64_t>(kTaskLease.count()), names + "}", job_id);
  if (rows.empty()) return std::nullopt;
  TaskInHand in_hand{.task = {}, .attempts = rows[0][2].as<int>()};
  ASSIGN_OR_RETURN(in_hand.task, AsTask(rows[0]));
  return in_hand;
}

}  // namespace fairline::training
