#include "services/training/storage/pg_job_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "libs/storage/array.hpp"
#include "services/training/app/fit/evaluation_json.hpp"
#include "services/training/storage/forecast_rows.hpp"

namespace fairline::training {
namespace {

constexpr char kAddJob[] =
    "INSERT INTO training.jobs (kind, request_id, sport) VALUES ('train', $1, $2) "
    "ON CONFLICT (kind, request_id) DO NOTHING";
constexpr char kLockJob[] =
    "SELECT job_id, sport, state, summary::text, coalesce(lease_until > now(), false) "
    "FROM training.jobs WHERE kind = 'train' AND request_id = $1 FOR UPDATE";
constexpr char kTakeLease[] =
    "UPDATE training.jobs SET state = 'running', error = NULL, updated_at = now(), "
    "  fencing_token = fencing_token + 1, lease_until = now() + $2 * interval '1 second' "
    "WHERE job_id = $1 RETURNING fencing_token";
constexpr char kRenewLease[] =
    "UPDATE training.jobs SET lease_until = now() + $3 * interval '1 second', updated_at = now() "
    "WHERE job_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kFailJob[] =
    "UPDATE training.jobs SET state = 'failed', error = $3, lease_until = NULL, "
    "  updated_at = now() "
    "WHERE job_id = $1 AND fencing_token = $2";
constexpr char kFinishJob[] =
    "UPDATE training.jobs SET state = 'done', lease_until = NULL, updated_at = now(), "
    "  summary = $3::jsonb "
    "WHERE job_id = $1 AND fencing_token = $2 AND state = 'running'";
constexpr char kSaveBundle[] =
    "INSERT INTO training.bundles (bundle_sha256, job_id, held_out_season) VALUES ($1, $2, $3) "
    "ON CONFLICT (bundle_sha256) DO NOTHING";
constexpr char kHeldOut[] =
    "SELECT f.season_start, f.forecaster, f.match_ids::text, f.match_dates::text, "
    "       f.results::text, f.probabilities::text "
    "FROM training.season_forecasts f JOIN training.bundles b USING (job_id) "
    "WHERE b.bundle_sha256 = $1 AND f.season_start = $2 AND f.forecaster = $3";
constexpr auto kLeaseSeconds = static_cast<std::int64_t>(kLease.count());

// One row must have changed: else the claim is no longer the newest.
absl::Status RequireClaim(const pqxx::result& result) {
  if (result.affected_rows() == 1) return absl::OkStatus();
  return absl::AbortedError("the job was taken up by another worker");
}

JobClaim TakeLease(pqxx::work& transaction, std::int64_t job_id) {
  const pqxx::row row = transaction.exec_params1(kTakeLease, job_id, kLeaseSeconds);
  return {.job_id = job_id, .fencing_token = row[0].as<std::int64_t>()};
}

}  // namespace

absl::Status PgJobStore::RenewLease(const JobClaim& claim) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(
        transaction.exec_params(kRenewLease, claim.job_id, claim.fencing_token, kLeaseSeconds));
  });
}

absl::Status PgJobStore::FailJob(const JobClaim& claim, std::string_view error) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    return RequireClaim(
        transaction.exec_params(kFailJob, claim.job_id, claim.fencing_token, std::string(error)));
  });
}

absl::StatusOr<TrainingStore::Claimed> PgJobStore::ClaimTraining(std::string_view request_id,
                                                                 std::string_view sport) {
  Claimed claimed;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    claimed = {};
    const std::string request(request_id);
    transaction.exec_params(kAddJob, request, std::string(sport));
    const pqxx::row row = transaction.exec_params1(kLockJob, request);
    if (row[1].as<std::string>() != sport) {
      return InvalidField("request_id", "was used for another sport");
    }
    if (row[2].as<std::string>() == "done") {
      ASSIGN_OR_RETURN(claimed.summary, SummaryFromJson(row[3].as<std::string>()));
      return absl::OkStatus();
    }
    if (row[4].as<bool>()) {
      return absl::UnavailableError("another worker is busy with this training");
    }
    claimed.claim = TakeLease(transaction, row[0].as<std::int64_t>());
    return absl::OkStatus();
  }));
  return claimed;
}

absl::Status PgJobStore::FinishTraining(const JobClaim& claim, const TrainSummary& summary,
                                        int held_out_season,
                                        const std::vector<ForecastSet>& held_out) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    RETURN_IF_ERROR(RequireClaim(transaction.exec_params(
        kFinishJob, claim.job_id, claim.fencing_token, SummaryToJson(summary))));
    for (const ForecastSet& set : held_out) {
      SaveForecasts(transaction, claim.job_id, held_out_season, set);
    }
    SaveEvaluations(transaction, claim.job_id, summary.evaluations);
    transaction.exec_params(kSaveBundle, summary.bundle_sha256, claim.job_id, held_out_season);
    return absl::OkStatus();
  });
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
