#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "libs/storage/values.hpp"
#include "services/training/app/fit/evaluation_json.hpp"
#include "services/training/app/jobs/task_names.hpp"
#include "services/training/storage/forecast_rows.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {
namespace {

// A job that was not cut into tasks yet, or in former times, has none.
constexpr char kJobs[] =
    "SELECT j.job_id, j.sport, j.options::text, coalesce(j.recipe, ''), "
    "  coalesce((extract(epoch FROM j.as_of) * 1000000)::bigint, 0), "
    "  CASE WHEN j.state = 'queued' AND t.running > 0 THEN 'running' ELSE j.state END, "
    "  t.done, greatest(t.tasks, j.units_total), "
    "  (extract(epoch FROM j.created_at) * 1000000)::bigint, coalesce(j.error, ''), "
    "  coalesce(j.summary::text, ''), j.restarts "
    "FROM training.jobs j "
    "CROSS JOIN LATERAL (SELECT count(*) AS tasks, count(*) FILTER (WHERE state = 'done') AS done, "
    "                      count(*) FILTER (WHERE state = 'running') AS running "
    "                    FROM training.tasks WHERE job_id = j.job_id) t "
    "WHERE j.kind = $1 AND ($2::bigint = 0 OR j.job_id = $2) AND ($3::bigint = 0 OR j.job_id < $3) "
    "ORDER BY j.job_id DESC LIMIT $4";
constexpr char kRunning[] =
    "SELECT kind, stage, season_start, model, trial, share_done, coalesce(worker, ''), attempts, "
    "  (extract(epoch FROM begun_at) * 1000000)::bigint "
    "FROM training.tasks WHERE job_id = $1 AND state = 'running' ORDER BY task_id";
constexpr char kResults[] =
    "SELECT kind, stage, season_start, model, trial, result::text FROM training.tasks "
    "WHERE job_id = $1 AND kind = $2 AND state = 'done' "
    "ORDER BY stage, season_start, model, trial";
constexpr char kForecasts[] =
    "SELECT season_start, forecaster, match_ids::text, match_dates::text, results::text, "
    "       probabilities::text "
    "FROM training.season_forecasts "
    "WHERE job_id = $1 AND season_start BETWEEN $2 AND $3 "
    "  AND ($4::text[] = '{}' OR forecaster = ANY($4::text[])) "
    "ORDER BY season_start, forecaster";
constexpr char kEvaluations[] =
    "SELECT evaluation::text FROM training.evaluations "
    "WHERE job_id = $1 AND ($2 OR season_start = 0) ORDER BY season_start, position";

absl::StatusOr<TaskSpec> AsSpec(const pqxx::row& row) {
  TaskSpec spec;
  ASSIGN_OR_RETURN(spec.kind, ParseTaskKind(row[0].as<std::string>()));
  spec.stage = row[1].as<int>();
  spec.season = row[2].as<int>();
  spec.model = row[3].as<std::string>();
  spec.trial = row[4].as<int>();
  return spec;
}

absl::StatusOr<std::vector<JobView>> ReadJobs(pqxx::work& transaction, JobKind kind,
                                              std::int64_t job_id, std::int64_t before_id,
                                              int limit) {
  std::vector<JobView> jobs;
  for (const pqxx::row& row :
       transaction.exec_params(kJobs, std::string(NameOf(kind)), job_id, before_id, limit)) {
    JobView view;
    view.job = {.job_id = row[0].as<std::int64_t>(),
                .kind = kind,
                .sport = row[1].as<std::string>(),
                .options = row[2].as<std::string>(),
                .recipe = row[3].as<std::string>(),
                .as_of = storage::AsInstant(row[4]),
                .restarts = row[11].as<int>()};
    ASSIGN_OR_RETURN(view.state, ParseJobState(row[5].as<std::string>()));
    view.tasks_done = row[6].as<std::int64_t>();
    view.tasks = row[7].as<std::int64_t>();
    view.created = storage::AsInstant(row[8]);
    view.error = row[9].as<std::string>();
    view.summary = row[10].as<std::string>();
    for (const pqxx::row& task : transaction.exec_params(kRunning, view.job.job_id)) {
      RunningTask running;
      ASSIGN_OR_RETURN(running.spec, AsSpec(task));
      running.share_done = task[5].as<double>();
      running.worker = task[6].as<std::string>();
      running.attempts = task[7].as<int>();
      running.begun = storage::AsInstant(task[8]);
      view.running.push_back(std::move(running));
    }
    jobs.push_back(std::move(view));
  }
  return jobs;
}

// PostgreSQL's text form of an array of names.
std::string TextArray(const std::vector<std::string>& names) {
  std::string array = "{";
  for (const std::string& name : names) {
    if (array.size() > 1) array += ',';
    array += '"';
    for (const char c : name) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array + "}";
}

}  // namespace

absl::StatusOr<JobView> PgTaskStore::GetJob(JobKind kind, std::int64_t job_id) {
  JobView view;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        std::vector<JobView> jobs;
        if (job_id > 0) {
          ASSIGN_OR_RETURN(jobs, ReadJobs(transaction, kind, job_id, 0, 1));
        }
        if (jobs.empty())
          return FieldError(absl::StatusCode::kNotFound, fmt::format("{}_id", NameOf(kind)),
                            fmt::format("there is no {}", job_id));
        view = std::move(jobs.front());
        return absl::OkStatus();
      }));
  return view;
}

absl::StatusOr<std::vector<JobView>> PgTaskStore::ListJobs(JobKind kind, std::int64_t before_id,
                                                           int limit) {
  std::vector<JobView> jobs;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(jobs, ReadJobs(transaction, kind, 0, before_id, limit));
        return absl::OkStatus();
      }));
  return jobs;
}

absl::StatusOr<std::vector<TaskResult>> PgTaskStore::LoadResults(std::int64_t job_id,
                                                                 TaskKind kind) {
  std::vector<TaskResult> results;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        results.clear();
        for (const pqxx::row& row :
             transaction.exec_params(kResults, job_id, std::string(NameOf(kind)))) {
          ASSIGN_OR_RETURN(TaskSpec spec, AsSpec(row));
          results.push_back({std::move(spec), row[5].as<std::string>()});
        }
        return absl::OkStatus();
      }));
  return results;
}

absl::StatusOr<std::vector<SeasonForecast>> PgTaskStore::LoadForecasts(
    std::int64_t job_id, std::size_t outcomes, const std::vector<std::string>& forecasters,
    int first_season, int last_season) {
  std::vector<SeasonForecast> forecasts;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        forecasts.clear();
        for (const pqxx::row& row : transaction.exec_params(kForecasts, job_id, first_season,
                                                            last_season, TextArray(forecasters))) {
          ASSIGN_OR_RETURN(ForecastSet set, AsForecastSet(row, 1, outcomes));
          forecasts.push_back({row[0].as<int>(), std::move(set)});
        }
        return absl::OkStatus();
      }));
  return forecasts;
}

absl::StatusOr<std::vector<ModelEvaluation>> PgTaskStore::LoadEvaluations(std::int64_t job_id,
                                                                          bool each_season) {
  std::vector<ModelEvaluation> evaluations;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        evaluations.clear();
        for (const pqxx::row& row : transaction.exec_params(kEvaluations, job_id, each_season)) {
          ASSIGN_OR_RETURN(ModelEvaluation parsed, EvaluationFromJson(row[0].as<std::string>()));
          evaluations.push_back(std::move(parsed));
        }
        return absl::OkStatus();
      }));
  return evaluations;
}

}  // namespace fairline::training
