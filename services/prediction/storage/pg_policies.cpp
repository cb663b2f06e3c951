#include "services/prediction/storage/pg_policies.hpp"

#include <fmt/format.h>

#include "libs/storage/values.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"

namespace fairline::prediction {
namespace {

constexpr const char* kLatest =
    "SELECT version, policy::text, actor, reason, "
    "  (extract(epoch FROM changed_at) * 1000000)::bigint "
    "FROM prediction.staking_policies ORDER BY version DESC LIMIT 1";
// One change at a time, so that each sees the one before.
constexpr const char* kBeginChange = "SELECT pg_advisory_xact_lock(7340713)";
constexpr const char* kVersion =
    "SELECT coalesce(max(version), 0) FROM prediction.staking_policies";
constexpr const char* kAdd =
    "INSERT INTO prediction.staking_policies (version, policy, actor_id, actor, reason) "
    "VALUES ($1, $2, $3, $4, $5)";

absl::StatusOr<PolicyVersion> AsVersion(const pqxx::row& row) {
  PolicyVersion version;
  version.version = row[0].as<std::int64_t>();
  ASSIGN_OR_RETURN(version.policy, ParsePolicyJson(row[1].as<std::string>()));
  version.changed_by = row[2].as<std::string>();
  version.reason = row[3].as<std::string>();
  version.changed_at = storage::AsInstant(row[4]);
  return version;
}

}  // namespace

absl::StatusOr<std::optional<PolicyVersion>> PgPolicies::Latest() {
  std::optional<PolicyVersion> latest;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) -> absl::Status {
    const pqxx::result rows = query.exec(kLatest);
    if (rows.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(latest, AsVersion(rows[0]));
    return absl::OkStatus();
  }));
  return latest;
}

absl::StatusOr<PolicyVersion> PgPolicies::Add(const PolicyChange& change,
                                              std::chrono::system_clock::time_point deadline) {
  PolicyVersion added;
  RETURN_IF_ERROR(database_.Transact({.deadline = deadline}, [&](pqxx::work& tx) -> absl::Status {
    tx.exec(kBeginChange);
    const auto latest = tx.exec1(kVersion)[0].as<std::int64_t>();
    if (change.base_version && *change.base_version != latest) {
      return FieldError(absl::StatusCode::kFailedPrecondition, "base_version",
                        fmt::format("version {} is in force, not {}: look at it again", latest,
                                    *change.base_version));
    }
    tx.exec_params(kAdd, latest + 1, PolicyJson(change.policy), change.actor_id, change.actor,
                   change.reason);
    ASSIGN_OR_RETURN(added, AsVersion(tx.exec1(kLatest)));
    return absl::OkStatus();
  }));
  return added;
}

}  // namespace fairline::prediction
