#include "services/training/storage/pg_job_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "libs/storage/array.hpp"
#include "services/training/app/fit/evaluation_json.hpp"
#include "services/training/storage/forecast_rows.hpp"
#include "services/training/storage/job_rows.hpp"

namespace fairline::training {
namespace {

constexpr char kSummary[] = "SELECT summary::text FROM training.jobs WHERE job_id = $1";
constexpr char kReopenTask[] =
    "UPDATE training.tasks SET state = 'queued', attempts = 0, error = NULL, ended_at = NULL "
    "WHERE job_id = $1";
constexpr char kReopenJob[] =
    "UPDATE training.jobs SET state = 'queued', error = NULL, updated_at = now() WHERE job_id = $1";
constexpr char kHeldOut[] =
    "SELECT f.season_start, f.forecaster, f.match_ids::text, f.match_dates::text, "
    "       f.results::text, f.probabilities::text "
    "FROM training.season_forecasts f JOIN training.bundles b USING (job_id) "
    "WHERE b.bundle_sha256 = $1 AND f.season_start = $2 AND f.forecaster = $3";

static_assert(kLease == kTaskLease);

Task AsTask(const JobClaim& claim) {
  return {.claim = {.task_id = claim.task_id, .fencing_token = claim.fencing_token},
          .job = {.job_id = claim.job_id, .kind = JobKind::kTraining},
          .spec = {.kind = TaskKind::kTrain}};
}

}  // namespace

absl::Status PgJobStore::RenewLease(const JobClaim& claim) {
  return tasks_.RenewTask(AsTask(claim).claim, 0.0);
}

absl::Status PgJobStore::FailJob(const JobClaim& claim, std::string_view error) {
  return tasks_.FailTask(AsTask(claim), error);
}

absl::Status PgJobStore::FinishTraining(const JobClaim& claim, const TrainSummary& summary,
                                        int held_out_season,
                                        const std::vector<ForecastSet>& held_out) {
  TaskOutcome outcome{.evaluations = summary.evaluations,
                      .summary = SummaryToJson(summary),
                      .bundle = TrainedBundle{summary.bundle_sha256, held_out_season}};
  for (const ForecastSet& set : held_out) outcome.forecasts.push_back({held_out_season, set});
  return tasks_.CompleteTask(AsTask(claim), outcome);
}

absl::StatusOr<TrainingStore::Claimed> PgJobStore::ClaimTraining(std::string_view request_id,
                                                                 std::string_view sport) {
  const Job job{.kind = JobKind::kTraining, .sport = std::string(sport)};
  Claimed claimed;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    claimed = {};
    const AddedJob added = AddJob(transaction, request_id, job);
    if (!added.same) return UsedForAnother();
    ASSIGN_OR_RETURN(const auto state, LockJob(transaction, JobKind::kTraining, added.job_id));
    if (state == JobState::kDone) {
      const pqxx::row row = transaction.exec_params1(kSummary, added.job_id);
      ASSIGN_OR_RETURN(claimed.summary, SummaryFromJson(row[0].as<std::string>()));
      return absl::OkStatus();
    }
    if (state == JobState::kFailed) {
      transaction.exec_params(kReopenTask, added.job_id);
      transaction.exec_params(kReopenJob, added.job_id);
    }
    ASSIGN_OR_RETURN(const auto in_hand,
                     ClaimFreeTask(transaction, worker_, {JobKind::kTraining}, added.job_id));
    if (!in_hand) return absl::UnavailableError("another worker is busy with this training");
    claimed.claim = {.job_id = added.job_id,
                     .task_id = in_hand->task.claim.task_id,
                     .fencing_token = in_hand->task.claim.fencing_token};
    return absl::OkStatus();
  }));
  return claimed;
}

absl::StatusOr<std::optional<ForecastSet>> PgJobStore::FindHeldOut(std::string_view bundle_sha256,
                                                                   int season,
                                                                   std::string_view model) {
  std::optional<ForecastSet> found;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(kHeldOut, std::string(bundle_sha256),
                                                          season, std::string(model));
        if (rows.empty()) return absl::OkStatus();
        std::vector<std::int64_t> matches;
        std::vector<double> probabilities;
        storage::ParseArray(rows[0][2].as<std::string>(), matches);
        storage::ParseArray(rows[0][5].as<std::string>(), probabilities);
        if (matches.empty()) return absl::OkStatus();
        ASSIGN_OR_RETURN(found, AsForecastSet(rows[0], 1, probabilities.size() / matches.size()));
        return absl::OkStatus();
      }));
  return found;
}

}  // namespace fairline::training
