#include "services/pipeline/storage/pg_run_store.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "libs/storage/stored.hpp"
#include "services/pipeline/storage/run_rows.hpp"

namespace fairline::pipeline {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(RunState::kQueued) == 1 && storage::Stored(RunState::kRunning) == 2 &&
              storage::Stored(RunState::kSucceeded) == 3 &&
              storage::Stored(RunState::kFailed) == 4 &&
              storage::Stored(RunState::kCancelled) == 5);
static_assert(storage::Stored(StageState::kWaiting) == 1 &&
              storage::Stored(StageState::kRunning) == 2 &&
              storage::Stored(StageState::kSucceeded) == 3 &&
              storage::Stored(StageState::kFailed) == 4);

// Claims come one after another, so that two workers never begin two runs at once.
constexpr const char* kLockClaims = "SELECT pg_advisory_xact_lock(hashtext('pipeline.claim'))";
constexpr const char* kClaim = R"sql(
  UPDATE pipeline.runs SET state = 2, lease_token = lease_token + 1, revision = revision + 1,
         lease_until = now() + $1 * interval '1 millisecond'
  WHERE run_id = (
    SELECT run_id FROM pipeline.runs
    WHERE (state = 1 OR (state = 2 AND lease_until <= now()))
      AND NOT EXISTS (SELECT FROM pipeline.runs WHERE state = 2 AND lease_until > now())
    ORDER BY state DESC, create_time
    LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING run_id::text, lease_token)sql";
constexpr const char* kRenew = R"sql(
  UPDATE pipeline.runs SET lease_until = now() + $3 * interval '1 millisecond'
  WHERE run_id = $1 AND lease_token = $2 AND state = 2
  RETURNING cancel_requested)sql";
constexpr const char* kHold = R"sql(
  UPDATE pipeline.runs SET revision = revision + 1
  WHERE run_id = $1 AND lease_token = $2 AND state = 2)sql";
constexpr const char* kHeld =
    "SELECT FROM pipeline.runs WHERE run_id = $1 AND lease_token = $2 AND state = 2";
constexpr const char* kEnd = R"sql(
  UPDATE pipeline.runs SET state = $3, error = $4, end_time = now(), lease_until = NULL,
         cancel_requested = false, revision = revision + 1
  WHERE run_id = $1 AND lease_token = $2 AND state = 2)sql";
constexpr const char* kRelease = R"sql(
  UPDATE pipeline.runs SET lease_until = now()
  WHERE run_id = $1 AND lease_token = $2 AND state = 2)sql";

constexpr const char* kInsertRun = R"sql(
  INSERT INTO pipeline.runs (actor, request_id, competition_codes, first_season_start,
                             last_season_start, stages_named, sport, content)
  VALUES ($1, nullif($2, ''), string_to_array($3, ','), $4, $5, $6, $7, $8)
  ON CONFLICT (actor, request_id) DO NOTHING
  RETURNING run_id::text)sql";
constexpr const char* kFindByRequest =
    "SELECT run_id::text, coalesce(content, $3) = $3 FROM pipeline.runs "
    "WHERE actor = $1 AND request_id = $2";
constexpr const char* kHead =
    "SELECT revision, state NOT IN (1, 2) FROM pipeline.runs WHERE run_id = $1";
constexpr const char* kCancelQueued = R"sql(
  UPDATE pipeline.runs SET state = 5, end_time = now(), revision = revision + 1
  WHERE run_id = $1 AND state = 1)sql";
constexpr const char* kCancelRunning = R"sql(
  UPDATE pipeline.runs SET cancel_requested = true, revision = revision + 1
  WHERE run_id = $1 AND state = 2)sql";
constexpr const char* kQueueAgain = R"sql(
  UPDATE pipeline.runs SET state = 1, error = '', end_time = NULL, cancel_requested = false,
         revision = revision + 1
  WHERE run_id = $1 AND state IN (4, 5))sql";
constexpr const char* kResetStages = R"sql(
  UPDATE pipeline.stages
  SET state = 1, attempts = 0, activity = '', done = 0, total = 0, start_time = NULL,
      end_time = NULL, message = '', warnings = '{}'
  WHERE run_id = $1 AND state IN (2, 4))sql";
constexpr const char* kAddEvent =
    "INSERT INTO pipeline.events (run_id, stage, event) VALUES ($1, nullif($2, 0), left($3, 2000))";
constexpr const char* kFindTraining = R"sql(
  SELECT train.model, train.model_version
  FROM pipeline.stages AS features
  JOIN pipeline.stages AS train ON train.run_id = features.run_id AND train.stage = 3
  JOIN pipeline.stages AS judged ON judged.run_id = features.run_id AND judged.stage = 4
  WHERE features.stage = 2 AND features.data_version = $1 AND features.catalogue_hash = $2
    AND features.finished_matches = $3 AND train.state = 3 AND judged.state = 3
    AND train.model IS NOT NULL AND train.model_version IS NOT NULL
  ORDER BY train.model_version DESC
  LIMIT 1)sql";

const storage::TransactionOptions kReadOnly{.read_only = true};

absl::Status LeaseLost(const Lease& lease) {
  return absl::AbortedError(fmt::format("the lease on run {} has passed on", lease.run_id));
}

absl::Status NoSuchRun(const std::string& run_id) {
  return absl::NotFoundError(fmt::format("there is no run {}", run_id));
}

void AddEvent(pqxx::work& work, const std::string& run_id, int stage, const std::string& event) {
  work.exec_params0(kAddEvent, run_id, stage, event);
}

}  // namespace

absl::StatusOr<Run> PgRunStore::Create(const Run& run, const std::string& actor,
                                       const std::string& request_id) {
  std::optional<Run> created;
  const std::string content = ContentOf(run);
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    const pqxx::result inserted = work.exec_params(
        kInsertRun, actor, request_id, JoinCodes(run.competition_codes), run.first_season_start,
        run.last_season_start, run.stages_named, run.sport, content);
    std::string run_id;
    if (inserted.empty()) {
      const pqxx::row known = work.exec_params1(kFindByRequest, actor, request_id, content);
      if (!known[1].as<bool>()) {
        return FieldError(absl::StatusCode::kAlreadyExists, "request_id",
                          "was used for another request");
      }
      run_id = known[0].as<std::string>();
    } else {
      run_id = inserted[0][0].as<std::string>();
      for (const Stage& stage : run.stages) InsertStage(work, run_id, stage);
      AddEvent(work, run_id, 0, "queued by " + actor);
    }
    created = ReadRun(work, run_id);
    return absl::OkStatus();
  }));
  return *std::move(created);
}

absl::StatusOr<Run> PgRunStore::Get(const std::string& run_id) {
  std::optional<Run> run;
  if (!IsUuid(run_id)) return NoSuchRun(run_id);
  RETURN_IF_ERROR(database_.Transact(kReadOnly, [&](pqxx::work& work) -> absl::Status {
    run = ReadRun(work, run_id);
    return run ? absl::OkStatus() : NoSuchRun(run_id);
  }));
  return *std::move(run);
}

absl::StatusOr<RunStore::Head> PgRunStore::GetHead(const std::string& run_id) {
  Head head;
  if (!IsUuid(run_id)) return NoSuchRun(run_id);
  RETURN_IF_ERROR(database_.Transact(kReadOnly, [&](pqxx::work& work) -> absl::Status {
    const pqxx::result row = work.exec_params(kHead, run_id);
    if (row.empty()) return NoSuchRun(run_id);
    head = {row[0][0].as<std::int64_t>(), row[0][1].as<bool>()};
    return absl::OkStatus();
  }));
  return head;
}

absl::StatusOr<Page<Run>> PgRunStore::List(int page_size, const std::string& page_token) {
  std::vector<Run> runs;
  if (!page_token.empty() && !IsUuid(page_token)) return NotAPageToken();
  RETURN_IF_ERROR(database_.Transact(kReadOnly, [&](pqxx::work& work) -> absl::Status {
    runs = ReadRunsAfter(work, page_token, page_size + 1);
    return absl::OkStatus();
  }));
  return CutPage(std::move(runs), page_size, [](const Run& last) { return last.run_id; });
}

absl::StatusOr<Run> PgRunStore::RequestCancel(const std::string& run_id) {
  std::optional<Run> run;
  if (!IsUuid(run_id)) return NoSuchRun(run_id);
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    const bool changed = work.exec_params0(kCancelQueued, run_id).affected_rows() > 0 ||
                         work.exec_params0(kCancelRunning, run_id).affected_rows() > 0;
    run = ReadRun(work, run_id);
    if (!run) return NoSuchRun(run_id);
    if (!changed) return absl::FailedPreconditionError("the run has ended");
    AddEvent(work, run_id, 0, "cancel requested");
    return absl::OkStatus();
  }));
  return *std::move(run);
}

absl::StatusOr<Run> PgRunStore::Retry(const std::string& run_id) {
  std::optional<Run> run;
  if (!IsUuid(run_id)) return NoSuchRun(run_id);
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    const bool changed = work.exec_params0(kQueueAgain, run_id).affected_rows() > 0;
    if (changed) {
      work.exec_params0(kResetStages, run_id);
      AddEvent(work, run_id, 0, "queued again");
    }
    run = ReadRun(work, run_id);
    if (!run) return NoSuchRun(run_id);
    if (!changed) return absl::FailedPreconditionError("the run has not failed or been cancelled");
    return absl::OkStatus();
  }));
  return *std::move(run);
}

absl::StatusOr<std::optional<Lease>> PgRunStore::Claim(std::chrono::milliseconds lease) {
  std::optional<Lease> claimed;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    work.exec1(kLockClaims);
    const pqxx::result row = work.exec_params(kClaim, static_cast<std::int64_t>(lease.count()));
    if (row.empty()) return absl::OkStatus();
    claimed = Lease{row[0][0].as<std::string>(), row[0][1].as<std::int64_t>()};
    AddEvent(work, claimed->run_id, 0, fmt::format("claimed, lease {}", claimed->token));
    return absl::OkStatus();
  }));
  return claimed;
}

absl::StatusOr<bool> PgRunStore::Renew(const Lease& lease, std::chrono::milliseconds duration) {
  bool cancel_requested = false;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    const pqxx::result row = work.exec_params(kRenew, lease.run_id, lease.token,
                                              static_cast<std::int64_t>(duration.count()));
    if (row.empty()) return LeaseLost(lease);
    cancel_requested = row[0][0].as<bool>();
    return absl::OkStatus();
  }));
  return cancel_requested;
}

absl::StatusOr<Run> PgRunStore::Load(const Lease& lease) {
  std::optional<Run> run;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    if (work.exec_params(kHeld, lease.run_id, lease.token).empty()) return LeaseLost(lease);
    run = ReadRun(work, lease.run_id);
    return absl::OkStatus();
  }));
  return *std::move(run);
}

absl::Status PgRunStore::SaveStage(const Lease& lease, const Stage& stage,
                                   const std::string& event) {
  return database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    if (work.exec_params0(kHold, lease.run_id, lease.token).affected_rows() == 0) {
      return LeaseLost(lease);
    }
    UpdateStage(work, lease.run_id, stage);
    if (!event.empty()) AddEvent(work, lease.run_id, static_cast<int>(stage.name), event);
    return absl::OkStatus();
  });
}

absl::Status PgRunStore::End(const Lease& lease, RunState state, const std::string& error) {
  return database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    if (work.exec_params0(kEnd, lease.run_id, lease.token, static_cast<int>(state), error)
            .affected_rows() == 0) {
      return LeaseLost(lease);
    }
    AddEvent(work, lease.run_id, 0, fmt::format("ended in state {}", static_cast<int>(state)));
    return absl::OkStatus();
  });
}

absl::Status PgRunStore::Release(const Lease& lease) {
  return database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    if (work.exec_params0(kRelease, lease.run_id, lease.token).affected_rows() == 0) {
      return LeaseLost(lease);
    }
    AddEvent(work, lease.run_id, 0, "given back");
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<EarlierTraining>> PgRunStore::FindTraining(const TrainingData& data) {
  std::optional<EarlierTraining> earlier;
  RETURN_IF_ERROR(database_.Transact(kReadOnly, [&](pqxx::work& work) -> absl::Status {
    const pqxx::result row = work.exec_params(kFindTraining, data.data_version, data.catalogue_hash,
                                              data.finished_matches);
    if (!row.empty()) earlier = EarlierTraining{row[0][0].as<std::string>(), row[0][1].as<int>()};
    return absl::OkStatus();
  }));
  return earlier;
}

}  // namespace fairline::pipeline
