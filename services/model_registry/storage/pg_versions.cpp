#include <fmt/format.h>
#include <fmt/ranges.h>

#include "services/model_registry/storage/descriptions.hpp"
#include "services/model_registry/storage/pg_registry_store.hpp"
#include "services/model_registry/storage/rows.hpp"

namespace fairline::model_registry {
namespace {

constexpr const char* kRunExists = "SELECT 1 FROM registry.runs WHERE run_id = $1";
constexpr const char* kAddModel =
    "INSERT INTO registry.models (model) VALUES ($1) ON CONFLICT (model) DO NOTHING";
// Serialises the numbering of a model's versions and the moves of its aliases.
constexpr const char* kLockModel = "SELECT 1 FROM registry.models WHERE model = $1 FOR UPDATE";
constexpr const char* kSameVersion =
    "SELECT version FROM registry.versions WHERE model = $1 AND bundle_sha256 = $2";
constexpr const char* kUsedForAnother =
    "SELECT FROM registry.versions WHERE request_id = $1 AND $1 <> '' AND NOT "
    "  (model = $2 AND run_id = $3 AND bundle_sha256 = $4 AND bundle_path = $5 "
    "   AND catalogue_hash = $6)";
constexpr const char* kAddVersion =
    "INSERT INTO registry.versions "
    "  (model, version, request_id, run_id, bundle_sha256, bundle_path, catalogue_hash) "
    "SELECT $1, coalesce(max(version), 0) + 1, nullif($2, ''), $3, $4, $5, $6 "
    "FROM registry.versions WHERE model = $1 RETURNING version";
constexpr const char* kPutVersionMetric =
    "INSERT INTO registry.version_metrics (model, version, key, step, value) "
    "VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (model, version, key, step) DO NOTHING";
constexpr const char* kListModels =
    "SELECT models.model, coalesce(max(versions.version), 0), max(aliases.version) "
    "FROM registry.models LEFT JOIN registry.versions USING (model) "
    "LEFT JOIN registry.aliases ON aliases.model = models.model AND alias = 'production' "
    "WHERE models.model > $1 GROUP BY models.model ORDER BY models.model LIMIT $2";
constexpr const char* kListVersionNumbers =
    "SELECT version FROM registry.versions "
    "WHERE model = $1 AND ($2::bigint IS NULL OR version < $2) ORDER BY version DESC LIMIT $3";
constexpr const char* kModelExists = "SELECT 1 FROM registry.models WHERE model = $1";
constexpr const char* kGetVersion =
    "SELECT run_id::text, bundle_sha256, bundle_path, catalogue_hash, "
    "  (extract(epoch FROM created_at) * 1000000)::bigint "
    "FROM registry.versions WHERE model = $1 AND version = $2";
constexpr const char* kVersionTags =
    "SELECT key, value FROM registry.version_tags WHERE model = $1 AND version = $2 ORDER BY key";
constexpr const char* kVersionMetrics =
    "SELECT key, value, step FROM registry.version_metrics WHERE model = $1 AND version = $2 "
    "ORDER BY key, step";
constexpr const char* kVersionAliases =
    "SELECT alias FROM registry.aliases WHERE model = $1 AND version = $2 ORDER BY alias";
constexpr const char* kVersionOfAlias =
    "SELECT version FROM registry.aliases WHERE model = $1 AND alias = $2";

constexpr const char* kFindJudgement =
    "SELECT promoted, quality, array_to_string(reasons, E'\\n') FROM registry.judgements "
    "WHERE model = $1 AND version = $2";
constexpr const char* kAddJudgement =
    "INSERT INTO registry.judgements (model, version, champion, promoted, quality, reasons, actor) "
    "VALUES ($1, $2, $3, $4, $5, string_to_array($6, E'\\n'), $7)";
constexpr const char* kPutVersionTag =
    "INSERT INTO registry.version_tags (model, version, key, value) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (model, version, key) DO UPDATE SET value = excluded.value";
constexpr const char* kPointAlias =
    "INSERT INTO registry.aliases (model, alias, version) VALUES ($1, $2, $3) "
    "ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version";
constexpr const char* kAddMove =
    "INSERT INTO registry.alias_moves (model, alias, from_version, to_version, actor, reason) "
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "RETURNING move_id, (extract(epoch FROM moved_at) * 1000000)::bigint";
constexpr const char* kAnnounceMove = "SELECT pg_notify('registry_alias', $1)";
constexpr const char* kListMoves =
    "SELECT move_id, alias, from_version, to_version, actor, reason, "
    "  (extract(epoch FROM moved_at) * 1000000)::bigint "
    "FROM registry.alias_moves WHERE model = $1 AND ($2::bigint IS NULL OR move_id < $2) "
    "ORDER BY move_id DESC LIMIT $3";

absl::StatusOr<ModelVersion> ReadVersion(pqxx::work& tx, const std::string& model,
                                         std::int32_t number) {
  const auto rows = tx.exec_params(kGetVersion, model, number);
  if (rows.empty()) {
    return absl::NotFoundError(fmt::format("no version {} of model {}", number, model));
  }
  ModelVersion version;
  version.model = model;
  version.version = number;
  version.run_id = rows[0][0].as<std::string>();
  version.bundle_sha256 = rows[0][1].as<std::string>();
  version.bundle_path = rows[0][2].as<std::string>();
  version.catalogue_hash = rows[0][3].as<std::string>();
  version.created_at = storage::AsInstant(rows[0][4]);
  version.tags = AsTags(tx.exec_params(kVersionTags, model, number));
  version.metrics = AsMetrics(tx.exec_params(kVersionMetrics, model, number));
  for (const pqxx::row& row : tx.exec_params(kVersionAliases, model, number)) {
    version.aliases.push_back(row[0].as<std::string>());
  }
  return version;
}

std::optional<std::int32_t> VersionOfAlias(pqxx::work& tx, const std::string& model,
                                           const std::string& alias) {
  const auto rows = tx.exec_params(kVersionOfAlias, model, alias);
  return rows.empty() ? std::nullopt : std::optional(rows[0][0].as<std::int32_t>());
}

std::optional<Judgement> ReadJudgement(pqxx::work& tx, const std::string& model,
                                       std::int32_t version) {
  const auto rows = tx.exec_params(kFindJudgement, model, version);
  if (rows.empty()) return std::nullopt;
  Judgement judgement;
  judgement.promoted = rows[0][0].as<bool>();
  judgement.good = rows[0][1].as<std::string>() == "good";
  const auto reasons = rows[0][2].as<std::string>();
  for (std::size_t start = 0; start < reasons.size();) {
    const std::size_t end = std::min(reasons.find('\n', start), reasons.size());
    judgement.reasons.push_back(reasons.substr(start, end - start));
    start = end + 1;
  }
  return judgement;
}

// The model's row is locked.
AliasMove PointAlias(pqxx::work& tx, AliasMove move) {
  move.from_version = VersionOfAlias(tx, move.model, move.alias);
  tx.exec_params(kPointAlias, move.model, move.alias, move.to_version);
  const auto row = tx.exec_params1(kAddMove, move.model, move.alias, move.from_version,
                                   move.to_version, move.actor, move.reason);
  tx.exec_params(kAnnounceMove, move.model + "/" + move.alias);
  move.move_id = row[0].as<std::int64_t>();
  move.moved_at = storage::AsInstant(row[1]);
  return move;
}

}  // namespace

absl::StatusOr<ModelVersion> PgRegistryStore::RegisterVersion(const NewVersion& version) {
  ModelVersion registered;
  RETURN_IF_ERROR(database_.Transact(Writing(), [&](pqxx::work& tx) -> absl::Status {
    if (tx.exec_params(kRunExists, version.run_id).empty()) {
      return FieldError(absl::StatusCode::kNotFound, "run_id",
                        fmt::format("no run {}", version.run_id));
    }
    tx.exec_params(kAddModel, version.model);
    tx.exec_params(kLockModel, version.model);
    if (!tx.exec_params(kUsedForAnother, version.request_id, version.model, version.run_id,
                        version.bundle_sha256, version.bundle_path, version.catalogue_hash)
             .empty()) {
      return FieldError(absl::StatusCode::kAlreadyExists, "request_id",
                        "was used for another request");
    }
    auto rows = tx.exec_params(kSameVersion, version.model, version.bundle_sha256);
    if (rows.empty()) {
      SaveCatalogue(tx, version.catalogue);
      rows = tx.exec_params(kAddVersion, version.model, version.request_id, version.run_id,
                            version.bundle_sha256, version.bundle_path, version.catalogue_hash);
      const auto number = rows[0][0].as<std::int32_t>();
      for (const Metric& metric : version.metrics) {
        tx.exec_params(kPutVersionMetric, version.model, number, metric.key, metric.step,
                       metric.value);
      }
      SaveModels(tx, version.model, number, version.models);
    }
    ASSIGN_OR_RETURN(registered, ReadVersion(tx, version.model, rows[0][0].as<std::int32_t>()));
    return absl::OkStatus();
  }));
  return registered;
}

absl::StatusOr<std::vector<RegisteredModel>> PgRegistryStore::ListModels(const std::string& after,
                                                                         int limit) {
  std::vector<RegisteredModel> models;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    models.clear();
    for (const pqxx::row& row : tx.exec_params(kListModels, after, limit)) {
      models.push_back(
          {row[0].as<std::string>(), row[1].as<std::int32_t>(), AsOptionalVersion(row[2])});
    }
    return absl::OkStatus();
  }));
  return models;
}

absl::StatusOr<std::vector<ModelVersion>> PgRegistryStore::ListVersions(
    const std::string& model, std::optional<std::int64_t> before, int limit) {
  std::vector<ModelVersion> versions;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    versions.clear();
    if (tx.exec_params(kModelExists, model).empty()) {
      return absl::NotFoundError(fmt::format("no model {}", model));
    }
    for (const pqxx::row& row : tx.exec_params(kListVersionNumbers, model, before, limit)) {
      ASSIGN_OR_RETURN(ModelVersion version, ReadVersion(tx, model, row[0].as<std::int32_t>()));
      versions.push_back(std::move(version));
    }
    return absl::OkStatus();
  }));
  return versions;
}

absl::StatusOr<VersionDescription> PgRegistryStore::DescribeVersion(const std::string& model,
                                                                    std::int32_t version) {
  VersionDescription found;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    ASSIGN_OR_RETURN(found.version, ReadVersion(tx, model, version));
    found.catalogue = ReadCatalogue(tx, found.version.catalogue_hash);
    found.models = ReadModels(tx, model, version);
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<ModelVersion> PgRegistryStore::GetVersionByAlias(const std::string& model,
                                                                const std::string& alias) {
  ModelVersion found;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    const std::optional<std::int32_t> version = VersionOfAlias(tx, model, alias);
    if (!version) {
      return absl::NotFoundError(fmt::format("no version of model {} is \"{}\"", model, alias));
    }
    ASSIGN_OR_RETURN(found, ReadVersion(tx, model, *version));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::optional<Judgement>> PgRegistryStore::FindJudgement(const std::string& model,
                                                                        std::int32_t version) {
  std::optional<Judgement> judgement;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    judgement = ReadJudgement(tx, model, version);
    return absl::OkStatus();
  }));
  return judgement;
}

absl::StatusOr<Judgement> PgRegistryStore::RecordJudgement(const std::string& model,
                                                           std::int32_t version,
                                                           std::optional<std::int32_t> champion,
                                                           const Judgement& judgement,
                                                           const std::string& actor) {
  Judgement in_force;
  RETURN_IF_ERROR(database_.Transact(Writing(), [&](pqxx::work& tx) -> absl::Status {
    tx.exec_params(kLockModel, model);
    if (auto former = ReadJudgement(tx, model, version)) {
      in_force = *std::move(former);
      return absl::OkStatus();
    }
    if (VersionOfAlias(tx, model, std::string(kProduction)) != champion) {
      return absl::AbortedError("production moved while the version was judged");
    }
    const std::string quality = judgement.good ? "good" : "bad";
    const std::string reasons = fmt::format("{}", fmt::join(judgement.reasons, "\n"));
    tx.exec_params(kAddJudgement, model, version, champion, judgement.promoted, quality, reasons,
                   actor);
    tx.exec_params(kPutVersionTag, model, version, std::string(kQualityTag), quality);
    if (judgement.promoted && champion != version) {
      PointAlias(tx, {.model = model,
                      .alias = std::string(kProduction),
                      .to_version = version,
                      .actor = actor,
                      .reason = fmt::format("gate: {}", fmt::join(judgement.reasons, " "))});
    }
    in_force = judgement;
    return absl::OkStatus();
  }));
  return in_force;
}

absl::StatusOr<AliasMove> PgRegistryStore::MoveAlias(const std::string& model,
                                                     const std::string& alias, std::int32_t version,
                                                     const std::string& actor,
                                                     const std::string& reason) {
  AliasMove move;
  RETURN_IF_ERROR(database_.Transact(Writing(), [&](pqxx::work& tx) -> absl::Status {
    tx.exec_params(kLockModel, model);
    ASSIGN_OR_RETURN(const ModelVersion target, ReadVersion(tx, model, version));
    move = PointAlias(tx, {.model = target.model,
                           .alias = alias,
                           .to_version = target.version,
                           .actor = actor,
                           .reason = reason});
    return absl::OkStatus();
  }));
  return move;
}

absl::StatusOr<std::vector<AliasMove>> PgRegistryStore::ListAliasMoves(
    const std::string& model, std::optional<std::int64_t> before, int limit) {
  std::vector<AliasMove> moves;
  RETURN_IF_ERROR(database_.Transact(Reading(), [&](pqxx::work& tx) -> absl::Status {
    moves.clear();
    if (tx.exec_params(kModelExists, model).empty()) {
      return absl::NotFoundError(fmt::format("no model {}", model));
    }
    for (const pqxx::row& row : tx.exec_params(kListMoves, model, before, limit)) {
      AliasMove move;
      move.move_id = row[0].as<std::int64_t>();
      move.model = model;
      move.alias = row[1].as<std::string>();
      move.from_version = AsOptionalVersion(row[2]);
      move.to_version = row[3].as<std::int32_t>();
      move.actor = row[4].as<std::string>();
      move.reason = row[5].as<std::string>();
      move.moved_at = storage::AsInstant(row[6]);
      moves.push_back(std::move(move));
    }
    return absl::OkStatus();
  }));
  return moves;
}

}  // namespace fairline::model_registry
