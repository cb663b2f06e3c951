#include "services/ingest/storage/pg_sports_store.hpp"

#include <algorithm>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/batch_rows.hpp"
#include "services/ingest/storage/match_writer.hpp"
#include "services/ingest/storage/name_rows.hpp"
#include "services/ingest/storage/quote_writer.hpp"

namespace fairline::ingest {
namespace {

constexpr char kSeedCompetitions[] = R"(
INSERT INTO sports.competitions (code, sport, name, country, tier)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[])
ON CONFLICT (code) DO NOTHING)";

constexpr char kSeedBookmakers[] = R"(
INSERT INTO sports.bookmakers (code, name, kind)
SELECT DISTINCT ON (code) code, name, kind
FROM unnest($1::text[], $2::text[], $3::text[]) AS n(code, name, kind)
ON CONFLICT (code) DO NOTHING)";

constexpr char kSeedPrefixes[] = R"(
INSERT INTO sports.bookmaker_prefixes (source, prefix, bookmaker_id)
SELECT n.source, n.prefix, b.bookmaker_id
FROM unnest($1::text[], $2::text[], $3::text[]) AS n(source, prefix, code)
JOIN sports.bookmakers b USING (code)
ON CONFLICT DO NOTHING)";

constexpr char kSeedAliasTeams[] = R"(
INSERT INTO sports.teams (sport, country, name)
SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT DO NOTHING)";

constexpr char kSeedAliases[] = R"(
INSERT INTO sports.team_aliases (sport, country, alias, team_id)
SELECT n.sport, n.country, n.alias, t.team_id
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS n(sport, country, name, alias)
JOIN sports.teams t USING (sport, country, name)
ON CONFLICT DO NOTHING)";

constexpr char kSeedCompetitionNames[] = R"(
INSERT INTO sports.competition_names (name, competition_id)
SELECT n.name, c.competition_id FROM unnest($1::text[], $2::text[]) AS n(code, name)
JOIN sports.competitions c USING (code)
ON CONFLICT DO NOTHING)";

constexpr char kSeedTeamNames[] = R"(
INSERT INTO sports.team_names (sport, country, team_name, name)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
ON CONFLICT DO NOTHING)";

constexpr char kBeginBatch[] = R"(
INSERT INTO sports.ingest_batches (request_id, content, as_of)
VALUES (nullif($1, ''), $2, $3::timestamptz)
ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
RETURNING batch_id, coalesce(content, $2) = $2)";

constexpr char kEndBatch[] = R"(
UPDATE sports.ingest_batches
SET ended_at = now(), files_unchanged = $2, files_absent = $3, files_failed = $4,
    warnings = $5::text[]
WHERE batch_id = $1)";

constexpr char kReadFiles[] = R"(
SELECT DISTINCT ON (name) name, url, sha256, coalesce(etag, ''), coalesce(last_modified, ''),
       reader_version, status = 'loaded', source_file_id, lake_path
FROM sports.source_files WHERE source = $1 ORDER BY name, source_file_id DESC)";

constexpr char kReadColumns[] = R"(
SELECT DISTINCT ON (name) name, columns FROM sports.source_files
WHERE source = $1 AND status = 'loaded' ORDER BY name, source_file_id DESC)";

constexpr char kReadKeptAside[] = R"(
SELECT a.name, a.rows_sha256, (extract(epoch FROM min(a.fetched_at)) * 1000000)::bigint
FROM sports.source_files a
WHERE a.source = $1 AND a.status = 'kept aside' AND NOT EXISTS (
  SELECT FROM sports.source_files l
  WHERE l.name = a.name AND l.source = a.source AND l.status = 'loaded'
    AND l.source_file_id > a.source_file_id)
GROUP BY a.name, a.rows_sha256)";

constexpr char kSeenAgain[] = R"(
UPDATE sports.source_files SET seen_at = greatest(seen_at, $2::timestamptz)
WHERE source_file_id = ANY ($1::bigint[]))";

constexpr char kAnyList[] =
    "SELECT EXISTS (SELECT FROM sports.matches WHERE list_file_id = ANY ($1::bigint[]))";

constexpr char kAddFile[] = R"(
INSERT INTO sports.source_files (batch_id, source, name, url, sha256, etag, last_modified,
                                 lake_path, size_bytes, status, message, reader_version,
                                 fetched_at, seen_at, columns, rows_sha256)
VALUES ($1, $2, $3, $4, $5, nullif($6, ''), nullif($7, ''), $8, $9, $10, $11, $12,
        $13::timestamptz, $14::timestamptz, $15::text[], nullif($16, ''))
RETURNING source_file_id)";

constexpr char kCountFile[] = R"(
UPDATE sports.source_files
SET matches_added = $2, matches_updated = $3, quotes_added = $4, rows_rejected = $5,
    matches_taken_back = $6, warnings = $7::text[]
WHERE source_file_id = $1)";

constexpr char kAddRejected[] = R"(
INSERT INTO sports.rejected_rows (batch_id, source_file_id, line, column_name, reason, text)
SELECT $1, $2, n.* FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS n)";

constexpr char kNotedBefore[] = R"(
SELECT status = $5 AND sha256 = $2 AND reader_version = $3
FROM sports.source_files WHERE name = $1 AND source = $4 ORDER BY source_file_id DESC LIMIT 1)";

constexpr char kEnsureTeams[] = R"(
INSERT INTO sports.teams (sport, country, name) SELECT $1, $2, unnest($3::text[])
ON CONFLICT DO NOTHING)";

constexpr char kKeepFormerName[] = R"(
INSERT INTO sports.team_aliases (sport, country, alias, team_id)
SELECT sport, country, name, team_id FROM sports.teams WHERE team_id = $1 AND name <> $2
ON CONFLICT (sport, country, alias) DO UPDATE SET team_id = excluded.team_id)";

constexpr char kRename[] = "UPDATE sports.teams SET name = $2 WHERE team_id = $1";

constexpr char kTeamIds[] = R"(
SELECT t.team_id FROM unnest($3::text[]) WITH ORDINALITY AS n(name, position)
JOIN sports.teams t ON t.sport = $1 AND t.country = $2 AND t.name = n.name
ORDER BY n.position)";

constexpr char kGrowListVersion[] =
    "UPDATE sports.data_version SET list_version = list_version + 1";
constexpr char kGrowVersion[] =
    "UPDATE sports.data_version SET version = version + 1, changed_at = clock_timestamp()";

BatchSummary ReadBatch(pqxx::work& transaction, BatchId batch) {
  return BatchOfRow(
      transaction.exec_params(std::string(kSelectBatches) + " WHERE b.batch_id = $1", batch.value)
          .at(0));
}

std::string TextArray(const std::vector<std::string>& texts) {
  return storage::ArrayOf(texts, [](const std::string& text) { return text; });
}

std::int64_t AddFile(pqxx::work& transaction, const SourceFile& file, const char* status,
                     const std::string& message) {
  return transaction
      .exec_params1(
          kAddFile, file.batch.value, file.source, file.name, file.url, file.sha256, file.etag,
          file.last_modified, file.lake_path, file.size_bytes, status, message, file.reader_version,
          FormatInstant(file.fetched_at), FormatInstant(file.as_of),
          file.rows_sha256.empty() ? std::nullopt : std::optional(TextArray(file.columns)),
          file.rows_sha256)[0]
      .as<std::int64_t>();
}

void AddRejected(pqxx::work& transaction, BatchId batch, std::int64_t file_id,
                 const std::vector<sources::Rejected>& rejected) {
  if (rejected.empty()) return;
  storage::ArrayText lines, columns, reasons, texts;
  for (const sources::Rejected& cell : rejected) {
    lines.Add(std::int64_t{cell.line});
    columns.Add(cell.column);
    reasons.Add(cell.reason);
    texts.Add(cell.text);
  }
  transaction.exec_params(kAddRejected, batch.value, file_id, lines.Text(), columns.Text(),
                          reasons.Text(), texts.Text());
}

void SeedBookmakers(pqxx::work& transaction, const std::vector<sources::BookmakerSeed>& seed) {
  storage::ArrayText source_names, prefixes, codes, names, kinds;
  for (const sources::BookmakerSeed& entry : seed) {
    source_names.Add(entry.source);
    prefixes.Add(entry.prefix);
    codes.Add(entry.code);
    names.Add(entry.name);
    kinds.Add(entry.kind);
  }
  transaction.exec_params(kSeedBookmakers, codes.Text(), names.Text(), kinds.Text());
  transaction.exec_params(kSeedPrefixes, source_names.Text(), prefixes.Text(), codes.Text());
}

void SeedNames(pqxx::work& transaction, const Seed& seed) {
  storage::ArrayText codes, competition_names;
  for (const CompetitionNameSeed& entry : seed.competition_names) {
    codes.Add(entry.code);
    competition_names.Add(entry.name);
  }
  transaction.exec_params(kSeedCompetitionNames, codes.Text(), competition_names.Text());
  storage::ArrayText sports, countries, teams, names;
  for (const TeamNameSeed& entry : seed.team_names) {
    sports.Add(entry.sport);
    countries.Add(entry.country);
    teams.Add(entry.team);
    names.Add(entry.name);
  }
  transaction.exec_params(kSeedTeamNames, sports.Text(), countries.Text(), teams.Text(),
                          names.Text());
}

}  // namespace

absl::Status PgSportsStore::AddSeed(const Seed& seed) {
  storage::ArrayText codes, sports, names, countries, tiers;
  for (const CompetitionSeed& entry : seed.competitions) {
    codes.Add(entry.code);
    sports.Add(entry.sport);
    names.Add(entry.name);
    countries.Add(entry.country);
    tiers.Add(std::int64_t{entry.tier});
  }
  storage::ArrayText alias_sports, alias_countries, alias_teams, aliases;
  for (const AliasSeed& entry : seed.aliases) {
    alias_sports.Add(entry.sport);
    alias_countries.Add(entry.country);
    alias_teams.Add(entry.team);
    aliases.Add(entry.alias);
  }
  return database_.Transact({}, [&](pqxx::work& transaction) {
    transaction.exec_params(kSeedCompetitions, codes.Text(), sports.Text(), names.Text(),
                            countries.Text(), tiers.Text());
    SeedBookmakers(transaction, seed.bookmakers);
    transaction.exec_params(kSeedAliasTeams, alias_sports.Text(), alias_countries.Text(),
                            alias_teams.Text());
    transaction.exec_params(kSeedAliases, alias_sports.Text(), alias_countries.Text(),
                            alias_teams.Text(), aliases.Text());
    SeedNames(transaction, seed);
    return absl::OkStatus();
  });
}

absl::StatusOr<BatchSummary> PgSportsStore::BeginBatch(const std::string& request_id,
                                                       const std::string& content, Instant as_of) {
  BatchSummary batch;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const auto row =
        transaction.exec_params1(kBeginBatch, request_id, content, FormatInstant(as_of));
    if (!row[1].as<bool>()) {
      return FieldError(absl::StatusCode::kAlreadyExists, "request_id",
                        "was used for another request");
    }
    batch = ReadBatch(transaction, BatchId{row[0].as<std::int64_t>()});
    return absl::OkStatus();
  }));
  return batch;
}

absl::StatusOr<BatchSummary> PgSportsStore::EndBatch(BatchId id, const BatchCounts& counts,
                                                     const std::vector<SourceFileId>& seen_again,
                                                     Instant as_of) {
  BatchSummary batch;
  const std::string files =
      storage::ArrayOf(seen_again, [](SourceFileId file) { return file.value; });
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    transaction.exec_params(kEndBatch, id.value, counts.files_unchanged, counts.files_absent,
                            counts.files_failed, TextArray(counts.warnings));
    transaction.exec_params(kSeenAgain, files, FormatInstant(as_of));
    // Prices that are as they were have become younger.
    if (transaction.exec_params1(kAnyList, files)[0].as<bool>()) transaction.exec(kGrowListVersion);
    batch = ReadBatch(transaction, id);
    return absl::OkStatus();
  }));
  return batch;
}

absl::Status PgSportsStore::MergeAliases() {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    MergeStrayTeams(transaction);
    return absl::OkStatus();
  });
}

absl::StatusOr<Reference> PgSportsStore::ReadReference() {
  Reference reference;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    reference = {};
    for (const auto& row : transaction.exec("SELECT competition_id, code, sport, country FROM "
                                            "sports.competitions ORDER BY code")) {
      reference.competitions.push_back({CompetitionId{row[0].as<std::int64_t>()},
                                        row[1].as<std::string>(), row[2].as<std::string>(),
                                        row[3].as<std::string>()});
    }
    ReadNameReference(transaction, reference);
    for (const auto& row : transaction.exec(
             "SELECT p.source, p.prefix, b.code, b.bookmaker_id FROM sports.bookmaker_prefixes p "
             "JOIN sports.bookmakers b USING (bookmaker_id) ORDER BY p.source, p.prefix")) {
      reference.prefixes[row[0].as<std::string>()].push_back(
          {row[1].as<std::string>(), row[2].as<std::string>()});
      reference.bookmakers[row[2].as<std::string>()] = BookmakerId{row[3].as<std::int64_t>()};
    }
    return absl::OkStatus();
  }));
  return reference;
}

absl::StatusOr<std::map<std::string, KnownFile>> PgSportsStore::ReadFiles(
    std::string_view source_name) {
  const std::string source(source_name);
  std::map<std::string, KnownFile> files;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    files.clear();
    for (const auto& row : transaction.exec_params(kReadFiles, source)) {
      files[row[0].as<std::string>()] = {.id = {row[7].as<std::int64_t>()},
                                         .url = row[1].as<std::string>(),
                                         .sha256 = row[2].as<std::string>(),
                                         .etag = row[3].as<std::string>(),
                                         .last_modified = row[4].as<std::string>(),
                                         .reader_version = row[5].as<std::string>(),
                                         .lake_path = row[8].as<std::string>(),
                                         .loaded = row[6].as<bool>(),
                                         .columns = {},
                                         .kept_aside = {}};
    }
    for (const auto& row : transaction.exec_params(kReadColumns, source)) {
      if (row[1].is_null()) continue;
      files.at(row[0].as<std::string>()).columns = storage::AsTexts(row[1]);
    }
    for (const auto& row : transaction.exec_params(kReadKeptAside, source)) {
      files.at(row[0].as<std::string>())
          .kept_aside.emplace(row[1].as<std::string>(), storage::AsInstant(row[2]));
    }
    return absl::OkStatus();
  }));
  return files;
}

absl::StatusOr<std::vector<TeamId>> PgSportsStore::EnsureTeams(
    const std::string& sport, const std::string& country, const std::vector<std::string>& names) {
  storage::ArrayText text;
  for (const std::string& name : names) text.Add(name);
  std::vector<TeamId> ids;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    ids.clear();
    transaction.exec_params(kEnsureTeams, sport, country, text.Text());
    for (const auto& row : transaction.exec_params(kTeamIds, sport, country, text.Text())) {
      ids.push_back(TeamId{row[0].as<std::int64_t>()});
    }
    return absl::OkStatus();
  }));
  if (ids.size() != names.size()) return absl::InternalError("a team just added is not there");
  return ids;
}

absl::Status PgSportsStore::RenameTeam(const Team& team) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    transaction.exec_params(kKeepFormerName, team.id.value, team.name);
    transaction.exec_params(kRename, team.id.value, team.name);
    transaction.exec(kGrowVersion);
    return absl::OkStatus();
  });
}

absl::StatusOr<LoadOutcome> PgSportsStore::LoadFile(const FileLoad& load) {
  LoadOutcome outcome;
  const absl::Status status = database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    outcome = {};
    LoadCounts& counts = outcome.counts;
    const SourceFileId file_id{AddFile(transaction, load.file, "loaded", "")};
    std::vector<WrittenMatches> written;
    std::vector<std::string> notes = load.warnings;
    for (const CompetitionRows& rows : load.competitions) {
      written.push_back(WriteMatches(transaction, load, file_id, rows));
      LogMergedMatches(transaction, rows, written.back());
      WrittenMatches& matches = written.back();
      if (!matches.doubt.empty() && !load.believed) {
        outcome.doubt = std::move(matches.doubt);
        return absl::FailedPreconditionError("the file is doubted");
      }
      counts.matches_added += matches.added_count;
      counts.matches_updated += matches.updated_count;
      counts.matches_taken_back += matches.taken_back_count;
      notes.insert(notes.end(), matches.notes.begin(), matches.notes.end());
    }
    counts.quotes_added = WriteQuotes(transaction, load, file_id, written);
    AddRejected(transaction, load.file.batch, file_id.value, load.rejected);
    WriteHeldNames(transaction, load, file_id.value);
    // A content that is read again belongs to the batch that fetched it, which has ended.
    std::vector<std::string> warnings;
    if (!load.read_again_from) {
      for (const std::string& note : notes) warnings.push_back(load.file.name + ": " + note);
    }
    transaction.exec_params(kCountFile, file_id.value, counts.matches_added, counts.matches_updated,
                            counts.quotes_added, static_cast<std::int64_t>(load.rejected.size()),
                            counts.matches_taken_back, TextArray(warnings));
    // Last, since their row lock makes concurrent loads wait for this one's commit.
    if (counts.matches_added + counts.matches_updated + counts.quotes_added > 0) {
      transaction.exec(kGrowVersion);
    }
    if (load.kind == sources::FileKind::kFixtures) transaction.exec(kGrowListVersion);
    return absl::OkStatus();
  });
  if (outcome.doubt.empty()) RETURN_IF_ERROR(status);
  return outcome;
}

absl::Status PgSportsStore::RefuseFile(const SourceFile& file, const std::string& message) {
  return NoteFile(file, "refused", message);
}

absl::Status PgSportsStore::KeepAside(const SourceFile& file, const std::string& message) {
  return NoteFile(file, "kept aside", message);
}

absl::Status PgSportsStore::NoteFile(const SourceFile& file, const char* status,
                                     const std::string& message) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    const pqxx::result before = transaction.exec_params(kNotedBefore, file.name, file.sha256,
                                                        file.reader_version, file.source, status);
    if (before.empty() || !before[0][0].as<bool>()) AddFile(transaction, file, status, message);
    return absl::OkStatus();
  });
}

}  // namespace fairline::ingest
