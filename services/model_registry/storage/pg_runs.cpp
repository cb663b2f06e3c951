#include <fmt/format.h>

#include "services/model_registry/storage/pg_registry_store.hpp"
#include "services/model_registry/storage/rows.hpp"

namespace fairline::model_registry {
namespace {

constexpr const char* kAddExperiment =
    "INSERT INTO registry.experiments (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
constexpr const char* kAddRun =
    "INSERT INTO registry.runs (request_id, experiment_id, name) "
    "SELECT $1, experiment_id, $3 FROM registry.experiments WHERE name = $2 "
    "ON CONFLICT (request_id) DO NOTHING";
constexpr const char* kRunOfRequest =
    "SELECT run_id::text, e.name = $2 AND r.name = $3 "
    "FROM registry.runs r JOIN registry.experiments e USING (experiment_id) WHERE request_id = $1";
constexpr const char* kLockRun = "SELECT state FROM registry.runs WHERE run_id = $1 FOR UPDATE";
constexpr const char* kAddParameter =
    "INSERT INTO registry.run_parameters (run_id, key, value) VALUES ($1, $2, $3) "
    "ON CONFLICT (run_id, key) DO NOTHING";
constexpr const char* kParameterValue =
    "SELECT value FROM registry.run_parameters WHERE run_id = $1 AND key = $2";
constexpr const char* kPutMetric =
    "INSERT INTO registry.run_metrics (run_id, key, step, value) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (run_id, key, step) DO UPDATE SET value = excluded.value, logged_at = now()";
constexpr const char* kPutTag =
    "INSERT INTO registry.run_tags (run_id, key, value) VALUES ($1, $2, $3) "
    "ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value";
constexpr const char* kEndRun =
    "UPDATE registry.runs SET state = $2, ended_at = now() WHERE run_id = $1";
constexpr const char* kListRuns =
    "SELECT run_id::text, run_number, experiments.name, runs.name, state, "
    "  (extract(epoch FROM started_at) * 1000000)::bigint, "
    "  (extract(epoch FROM ended_at) * 1000000)::bigint "
    "FROM registry.runs JOIN registry.experiments USING (experiment_id) "
    "WHERE ($1 = '' OR experiments.name = $1) AND ($2::bigint IS NULL OR run_number < $2) "
    "ORDER BY run_number DESC LIMIT $3";
constexpr const char* kGetRun =
    "SELECT run_id::text, run_number, experiments.name, runs.name, state, "
    "  (extract(epoch FROM started_at) * 1000000)::bigint, "
    "  (extract(epoch FROM ended_at) * 1000000)::bigint "
    "FROM registry.runs JOIN registry.experiments USING (experiment_id) WHERE run_id = $1";
constexpr const char* kRunParameters =
    "SELECT key, value FROM registry.run_parameters WHERE run_id = $1 ORDER BY key";
constexpr const char* kRunMetrics =
    "SELECT key, value, step FROM registry.run_metrics WHERE run_id = $1 ORDER BY key, step";
constexpr const char* kRunTags =
    "SELECT key, value FROM registry.run_tags WHERE run_id = $1 ORDER BY key";

Run AsRun(const pqxx::row& row) {
  Run run;
  run.run_id = row[0].as<std::string>();
  run.number = row[1].as<std::int64_t>();
  run.experiment = row[2].as<std::string>();
  run.name = row[3].as<std::string>();
  run.state = static_cast<RunState>(row[4].as<std::int16_t>());
  run.started_at = storage::AsInstant(row[5]);
  if (!row[6].is_null()) run.ended_at = storage::AsInstant(row[6]);
  return run;
}

absl::Status NoSuchRun(const std::string& run_id) {
  return absl::NotFoundError(fmt::format("no run {}", run_id));
}

}  // namespace

absl::StatusOr<std::string> PgRegistryStore::CreateRun(const std::string& request_id,
                                                       const std::string& experiment,
                                                       const std::string& name) {
  std::string run_id;
  RETURN_IF_ERROR(database_.Transact(Writing(), [&](pqxx::work& tx) -> absl::Status {
    tx.exec_params(kAddExperiment, experiment);
    tx.exec_params(kAddRun, request_id, experiment, name);
    const pqxx::row run = tx.exec_params1(kRunOfRequest, request_id, experiment, name);
    if (!run[1].as<bool>()) {
      return FieldError(absl::StatusCode::kAlreadyExists, "request_id",
                        "was used for another request");
    }
    run_id = run[0].as<std::string>();
    return absl::OkStatus();
  }));
  return run_id;
}

absl::Status PgRegistryStore::LogToRun(const std::string& run_id,
                                       const std::vector<Parameter>& parameters,
                                       const std::vector<Metric>& metrics,
                                       const std::vector<Tag>& tags) {
  return database_.Transact(Writing(), [&](pqxx::work& tx) -> absl::Status {
    if (tx.exec_params(kLockRun, run_id).empty()) return NoSuchRun(run_id);
    for (const Parameter& parameter : parameters) {
      const auto added = tx.exec_params(kAddParameter, run_id, parameter.key, parameter.value);
      if (added.affected_rows() == 1) continue;
      const auto known = tx.exec_params1(kParameterValue, run_id, parameter.key);
      if (known[0].as<std::string>() != parameter.value) {
        return FieldError(absl::StatusCode::kAlreadyExists, "parameters",
                          fmt::format("{} was logged with another value", parameter.key));
      }
    }
    for (const Metric& metric : metrics) {
      tx.exec_params(kPutMetric, run_id, metric.key, metric.step, metric.value);
    }
    for (const Tag& tag : tags) tx.exec_params(kPutTag, run_id, tag.key, tag.value);
    return absl::OkStatus();
  });
}

absl::Status PgRegistryStore::EndRun(const std::string& run_id, RunState state) {
  return database_.Transact(Writing(), [&](pqxx::work& tx) -> absl::Status {
    const auto rows = tx.exec_params(kLockRun, run_id);
    if (rows.empty()) return NoSuchRun(run_id);
    const auto former = static_cast<RunState>(rows[0][0].as<std::int16_t>());
    if (former == state) return absl::OkStatus();
    if (former == RunState::kFinished) {
      return absl::FailedPreconditionError(fmt::format("run {} has finished already", run_id));
    }
    tx.exec_params(kEndRun, run_id, static_cast<int>(state));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<Run>> PgRegistryStore::ListRuns(const std::string& experiment,
                                                           std::optional<std::int64_t> before,
                                                           int limit) {
  std::vector<Run> runs;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    runs.clear();
    for (const pqxx::row& row : tx.exec_params(kListRuns, experiment, before, limit)) {
      runs.push_back(AsRun(row));
    }
    for (Run& run : runs) run.tags = AsTags(tx.exec_params(kRunTags, run.run_id));
    return absl::OkStatus();
  }));
  return runs;
}

absl::StatusOr<Run> PgRegistryStore::GetRun(const std::string& run_id) {
  Run run;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    const auto rows = tx.exec_params(kGetRun, run_id);
    if (rows.empty()) return NoSuchRun(run_id);
    run = AsRun(rows[0]);
    for (const pqxx::row& row : tx.exec_params(kRunParameters, run_id)) {
      run.parameters.push_back({row[0].as<std::string>(), row[1].as<std::string>()});
    }
    run.metrics = AsMetrics(tx.exec_params(kRunMetrics, run_id));
    run.tags = AsTags(tx.exec_params(kRunTags, run_id));
    return absl::OkStatus();
  }));
  return run;
}

}  // namespace fairline::model_registry
