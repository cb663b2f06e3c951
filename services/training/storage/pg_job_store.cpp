#include "services/training/storage/pg_job_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "services/training/app/evaluation_json.hpp"
#include "services/training/storage/array_text.hpp"

namespace fairline::training {
namespace {

constexpr char kAddJob[] =
    "INSERT INTO training.jobs (kind, request_id, sport, first_season, last_season) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, request_id) DO NOTHING";
constexpr char kLockJob[] =
    "SELECT job_id, sport, state, summary::text, coalesce(lease_until > now(), false), "
    "       first_season, last_season "
    "FROM training.jobs WHERE kind = $1 AND request_id = $2 FOR UPDATE";
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
constexpr char kNextWalkForward[] =
    "SELECT job_id, sport, first_season, last_season FROM training.jobs "
    "WHERE kind = 'walk_forward' AND (state = 'queued' "
    "  OR (state = 'running' AND coalesce(lease_until < now(), true))) "
    "ORDER BY job_id LIMIT 1 FOR UPDATE SKIP LOCKED";
constexpr char kReportProgress[] =
    "UPDATE training.jobs SET activity = $3, units_done = $4, units_total = $5, "
    "  lease_until = now() + $6 * interval '1 second', updated_at = now() "
    "WHERE job_id = $1 AND fencing_token = $2 AND state = 'running'";

constexpr char kSaveForecasts[] =
    "INSERT INTO training.season_forecasts "
    "  (job_id, season_start, forecaster, match_ids, match_dates, results, probabilities) "
    "VALUES ($1, $2, $3, $4::bigint[], $5::date[], $6::smallint[], $7::float8[])";
constexpr char kSaveEvaluation[] =
    "INSERT INTO training.evaluations (job_id, season_start, position, model, evaluation) "
    "VALUES ($1, $2, $3, $4, $5::jsonb)";
constexpr char kSaveBundle[] =
    "INSERT INTO training.bundles (bundle_sha256, job_id, held_out_season) VALUES ($1, $2, $3) "
    "ON CONFLICT (bundle_sha256) DO NOTHING";
constexpr char kForecasts[] =
    "SELECT season_start, forecaster, match_ids::text, match_dates::text, results::text, "
    "       probabilities::text "
    "FROM training.season_forecasts WHERE job_id = $1 ORDER BY season_start, forecaster";
constexpr char kHeldOut[] =
    "SELECT f.season_start, f.forecaster, f.match_ids::text, f.match_dates::text, "
    "       f.results::text, f.probabilities::text "
    "FROM training.season_forecasts f JOIN training.bundles b USING (job_id) "
    "WHERE b.bundle_sha256 = $1 AND f.season_start = $2 AND f.forecaster = $3";
constexpr char kWalkForwards[] =
    "SELECT job_id, sport, state, activity, units_done, units_total, "
    "  (extract(epoch FROM created_at) * 1000000)::bigint, coalesce(error, '') "
    "FROM training.jobs WHERE kind = 'walk_forward' AND ($1 = 0 OR job_id = $1) "
    "  AND ($2 = 0 OR job_id < $2) "
    "ORDER BY job_id DESC LIMIT $3";
constexpr char kEvaluations[] =
    "SELECT evaluation::text FROM training.evaluations "
    "WHERE job_id = $1 AND ($2 OR season_start = 0) ORDER BY season_start, position";

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

void SaveForecasts(pqxx::work& transaction, std::int64_t job_id, int season,
                   const std::vector<ForecastSet>& sets) {
  for (const ForecastSet& set : sets) {
    std::vector<std::string> dates;
    for (const Day date : set.dates) dates.push_back(FormatDay(date));
    const std::vector<int> results(set.results.begin(), set.results.end());
    transaction.exec_params(kSaveForecasts, job_id, season, set.forecaster,
                            FormatArray(set.match_ids), FormatArray(dates), FormatArray(results),
                            FormatArray(set.forecasts.values()));
  }
}

void SaveEvaluations(pqxx::work& transaction, std::int64_t job_id,
                     const std::vector<ModelEvaluation>& evaluations) {
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    transaction.exec_params(kSaveEvaluation, job_id, evaluations[i].season_start,
                            static_cast<int>(i), evaluations[i].model,
                            EvaluationToJson(evaluations[i]));
  }
}

absl::StatusOr<ForecastSet> AsForecastSet(const pqxx::row& row, std::size_t outcomes) {
  ForecastSet set(row[1].as<std::string>(), outcomes);
  ParseArray(row[2].as<std::string>(), set.match_ids);
  absl::Status status;
  ForEachElement(row[3].as<std::string>(), [&](std::string_view text) {
    const auto date = ParseDay(text);
    status.Update(date.status());
    if (date.ok()) set.dates.push_back(*date);
  });
  RETURN_IF_ERROR(status);
  std::vector<int> results;
  ParseArray(row[4].as<std::string>(), results);
  for (const int result : results) {
    set.results.push_back(static_cast<models::OutcomeIndex>(result));
  }
  std::vector<double> probabilities;
  ParseArray(row[5].as<std::string>(), probabilities);
  set.forecasts.Append(probabilities);
  return set;
}

absl::StatusOr<JobState> AsJobState(const std::string& text) {
  if (text == "queued") return JobState::kQueued;
  if (text == "running") return JobState::kRunning;
  if (text == "done") return JobState::kDone;
  if (text == "failed") return JobState::kFailed;
  return absl::InternalError("unknown job state " + text);
}

absl::StatusOr<WalkForward> AsWalkForward(pqxx::work& transaction, const pqxx::row& row,
                                          bool each_season) {
  WalkForward walk;
  walk.walk_forward_id = row[0].as<std::int64_t>();
  walk.sport = row[1].as<std::string>();
  ASSIGN_OR_RETURN(walk.state, AsJobState(row[2].as<std::string>()));
  walk.progress = {.activity = row[3].as<std::string>(),
                   .done = row[4].as<std::int64_t>(),
                   .total = row[5].as<std::int64_t>()};
  walk.created = Instant(std::chrono::microseconds(row[6].as<std::int64_t>()));
  walk.error = row[7].as<std::string>();
  const pqxx::result evaluations =
      transaction.exec_params(kEvaluations, walk.walk_forward_id, each_season);
  for (const pqxx::row& evaluation : evaluations) {
    ASSIGN_OR_RETURN(ModelEvaluation parsed, EvaluationFromJson(evaluation[0].as<std::string>()));
    walk.evaluations.push_back(std::move(parsed));
  }
  return walk;
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
    transaction.exec_params(kAddJob, "train", request, std::string(sport), 0, 0);
    const pqxx::row row = transaction.exec_params1(kLockJob, "train", request);
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
    SaveForecasts(transaction, claim.job_id, held_out_season, held_out);
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
        ParseArray(rows[0][2].as<std::string>(), matches);
        ParseArray(rows[0][5].as<std::string>(), probabilities);
        if (matches.empty()) return absl::OkStatus();
        ASSIGN_OR_RETURN(found, AsForecastSet(rows[0], probabilities.size() / matches.size()));
        return absl::OkStatus();
      }));
  return found;
}

absl::StatusOr<std::int64_t> PgJobStore::StartWalkForward(std::string_view request_id,
                                                          std::string_view sport, int first_season,
                                                          int last_season) {
  std::int64_t job_id = 0;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const std::string request(request_id);
    transaction.exec_params(kAddJob, "walk_forward", request, std::string(sport), first_season,
                            last_season);
    const pqxx::row row = transaction.exec_params1(kLockJob, "walk_forward", request);
    if (row[1].as<std::string>() != sport || row[5].as<int>() != first_season ||
        row[6].as<int>() != last_season) {
      return InvalidField("request_id", "was used for another walk-forward");
    }
    job_id = row[0].as<std::int64_t>();
    return absl::OkStatus();
  }));
  return job_id;
}

absl::StatusOr<std::optional<WalkForwardTask>> PgJobStore::ClaimWalkForward() {
  std::optional<WalkForwardTask> task;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    task.reset();
    const pqxx::result rows = transaction.exec(kNextWalkForward);
    if (rows.empty()) return absl::OkStatus();
    task = WalkForwardTask{.claim = TakeLease(transaction, rows[0][0].as<std::int64_t>()),
                           .sport = rows[0][1].as<std::string>(),
                           .first_season = rows[0][2].as<int>(),
                           .last_season = rows[0][3].as<int>()};
    return absl::OkStatus();
  }));
  return task;
}

absl::Status PgJobStore::SaveSeason(const JobClaim& claim, int season,
                                    const std::vector<ForecastSet>& forecasts,
                                    const std::vector<ModelEvaluation>& evaluations,
                                    const TaskProgress& progress) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    RETURN_IF_ERROR(RequireClaim(
        transaction.exec_params(kReportProgress, claim.job_id, claim.fencing_token,
                                progress.activity, progress.done, progress.total, kLeaseSeconds)));
    SaveForecasts(transaction, claim.job_id, season, forecasts);
    SaveEvaluations(transaction, claim.job_id, evaluations);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::map<int, std::vector<ForecastSet>>> PgJobStore::LoadSeasons(
    std::int64_t walk_forward_id, std::size_t outcomes) {
  std::map<int, std::vector<ForecastSet>> seasons;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        seasons.clear();
        for (const pqxx::row& row : transaction.exec_params(kForecasts, walk_forward_id)) {
          ASSIGN_OR_RETURN(ForecastSet set, AsForecastSet(row, outcomes));
          seasons[row[0].as<int>()].push_back(std::move(set));
        }
        return absl::OkStatus();
      }));
  return seasons;
}

absl::Status PgJobStore::FinishWalkForward(const JobClaim& claim,
                                           const std::vector<ModelEvaluation>& all_seasons) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    RETURN_IF_ERROR(RequireClaim(
        transaction.exec_params(kFinishJob, claim.job_id, claim.fencing_token, nullptr)));
    SaveEvaluations(transaction, claim.job_id, all_seasons);
    return absl::OkStatus();
  });
}

absl::StatusOr<WalkForward> PgJobStore::GetWalkForward(std::int64_t id) {
  std::optional<WalkForward> walk;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        const pqxx::result rows =
            id <= 0 ? pqxx::result() : transaction.exec_params(kWalkForwards, id, 0, 1);
        if (rows.empty()) {
          return absl::NotFoundError(fmt::format("walk_forward_id: there is no {}", id));
        }
        ASSIGN_OR_RETURN(walk, AsWalkForward(transaction, rows[0], true));
        return absl::OkStatus();
      }));
  return *std::move(walk);
}

absl::StatusOr<std::vector<WalkForward>> PgJobStore::ListWalkForwards(std::int64_t before_id,
                                                                      int limit) {
  std::vector<WalkForward> walks;
  RETURN_IF_ERROR(
      database_.Transact({.read_only = true}, [&](pqxx::work& transaction) -> absl::Status {
        walks.clear();
        const pqxx::result rows = transaction.exec_params(kWalkForwards, 0, before_id, limit);
        for (const pqxx::row& row : rows) {
          ASSIGN_OR_RETURN(WalkForward walk, AsWalkForward(transaction, row, false));
          walks.push_back(std::move(walk));
        }
        return absl::OkStatus();
      }));
  return walks;
}

}  // namespace fairline::training
