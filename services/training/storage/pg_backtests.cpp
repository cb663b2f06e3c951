#include "services/training/storage/pg_backtests.hpp"

#include <fmt/format.h>

#include "libs/storage/values.hpp"
#include "services/training/app/jobs/task_names.hpp"
#include "services/training/storage/job_rows.hpp"

namespace fairline::training {
namespace {

constexpr char kAdd[] =
    "INSERT INTO training.backtests (job_id) VALUES ($1) ON CONFLICT (job_id) DO NOTHING";
constexpr char kOfJob[] = "SELECT backtest_id FROM training.backtests WHERE job_id = $1";
constexpr char kJobOf[] = "SELECT job_id FROM training.backtests WHERE backtest_id = $1";
constexpr char kViews[] =
    "SELECT b.backtest_id, t.state, t.steps_done, t.steps_total, b.walk_forward_id, "
    "  (extract(epoch FROM j.created_at) * 1000000)::bigint, j.options::text, "
    "  coalesce(CASE WHEN $4 THEN t.result "
    "                ELSE (t.result - 'variants') #- '{report,equity}' END, '{}')::text, "
    "  coalesce(j.error, '') "
    "FROM training.backtests b "
    "JOIN training.jobs j USING (job_id) JOIN training.tasks t USING (job_id) "
    "WHERE ($1::bigint = 0 OR b.backtest_id = $1) AND ($2::bigint = 0 OR b.backtest_id < $2) "
    "ORDER BY b.backtest_id DESC LIMIT $3";
constexpr char kBets[] =
    "SELECT t.state, b.bets FROM training.backtests b JOIN training.tasks t USING (job_id) "
    "WHERE b.backtest_id = $1";

absl::Status NoSuch(std::int64_t id) {
  return FieldError(absl::StatusCode::kNotFound, "backtest_id", fmt::format("there is no {}", id));
}

absl::StatusOr<BacktestView> AsView(const pqxx::row& row) {
  BacktestView view;
  view.backtest_id = row[0].as<std::int64_t>();
  ASSIGN_OR_RETURN(view.state, ParseJobState(row[1].as<std::string>()));
  view.days_done = row[2].as<std::int64_t>();
  view.days_total = row[3].as<std::int64_t>();
  view.walk_forward_id = row[4].as<std::int64_t>();
  view.created = storage::AsInstant(row[5]);
  view.settings_json = row[6].as<std::string>();
  view.result_json = row[7].as<std::string>();
  view.error = row[8].as<std::string>();
  return view;
}

}  // namespace

absl::StatusOr<std::int64_t> PgBacktests::StartBacktest(std::string_view request_id,
                                                        std::string_view settings_json) {
  const Job job{.kind = JobKind::kBacktest, .options = std::string(settings_json)};
  std::int64_t id = 0;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const AddedJob added = AddJob(transaction, request_id, job);
    if (!added.same) return UsedForAnother();
    transaction.exec_params(kAdd, added.job_id);
    id = transaction.exec_params1(kOfJob, added.job_id)[0].as<std::int64_t>();
    return absl::OkStatus();
  }));
  return id;
}

absl::Status PgBacktests::CancelBacktest(std::int64_t id) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const pqxx::result jobs = transaction.exec_params(kJobOf, id);
    if (jobs.empty()) return NoSuch(id);
    ASSIGN_OR_RETURN(const std::optional<JobState> state,
                     CancelOpenJob(transaction, JobKind::kBacktest, jobs[0][0].as<std::int64_t>()));
    if (state && (IsOpen(*state) || *state == JobState::kCancelled)) return absl::OkStatus();
    return absl::FailedPreconditionError("the backtest has ended");
  });
}

absl::StatusOr<BacktestView> PgBacktests::GetBacktest(std::int64_t id) {
  BacktestView view;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows =
            id <= 0 ? pqxx::result() : transaction.exec_params(kViews, id, 0, 1, true);
        if (rows.empty()) return NoSuch(id);
        ASSIGN_OR_RETURN(view, AsView(rows[0]));
        return absl::OkStatus();
      }));
  return view;
}

absl::StatusOr<std::vector<BacktestView>> PgBacktests::ListBacktests(std::int64_t before_id,
                                                                     int limit) {
  std::vector<BacktestView> views;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        views.clear();
        for (const pqxx::row& row : transaction.exec_params(kViews, 0, before_id, limit, false)) {
          ASSIGN_OR_RETURN(BacktestView view, AsView(row));
          views.push_back(std::move(view));
        }
        return absl::OkStatus();
      }));
  return views;
}

absl::StatusOr<std::string> PgBacktests::LoadBets(std::int64_t id) {
  std::string bets;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(kBets, id);
        if (rows.empty()) return NoSuch(id);
        ASSIGN_OR_RETURN(const JobState state, ParseJobState(rows[0][0].as<std::string>()));
        if (state != JobState::kDone) {
          return absl::FailedPreconditionError("the backtest is not done");
        }
        bets = rows[0][1].as<std::string>();
        return absl::OkStatus();
      }));
  return bets;
}

}  // namespace fairline::training
