#include <fmt/format.h>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"

namespace fairline::ingest {
namespace {

constexpr char kArchivedLists[] = R"(
SELECT lake_path, size_bytes, EXISTS (
         SELECT FROM sports.source_files aside
         WHERE aside.source = $1 AND aside.name = $2 AND aside.status = 'kept aside'
           AND aside.rows_sha256 = contents.rows_sha256)
FROM (
  SELECT DISTINCT ON (sha256) source_file_id, lake_path, size_bytes, rows_sha256
  FROM sports.source_files WHERE source = $1 AND name = $2 AND status = 'loaded'
  ORDER BY sha256, source_file_id DESC) contents
ORDER BY source_file_id)";

constexpr char kOnlyListed[] = R"(
SELECT m.match_id, c.code, m.season_start, m.match_date - DATE '1970-01-01', m.home_team_id,
       m.away_team_id, h.name, a.name
FROM sports.matches m
JOIN sports.competitions c USING (competition_id)
JOIN sports.teams h ON h.team_id = m.home_team_id
JOIN sports.teams a ON a.team_id = m.away_team_id
WHERE c.sport = $1 AND m.listed_from IS NOT NULL AND m.season_file_id IS NULL
  AND m.home_score IS NULL AND m.taken_back_at IS NULL AND m.set_aside_by IS NULL
ORDER BY m.match_date, m.match_id)";

// A match that got a result since it was found is none of these.
constexpr char kTakeBack[] = R"(
UPDATE sports.matches SET taken_back_at = $2::timestamptz
WHERE match_id = ANY ($1::bigint[]) AND taken_back_at IS NULL AND home_score IS NULL)";

constexpr char kCorrect[] = R"(
INSERT INTO sports.match_corrections (match_id, batch_id, former_home_score, former_away_score,
                                      former_state, kind, known_at)
SELECT match_id, $2, NULL, NULL, state, $3, $4::timestamptz
FROM sports.matches WHERE match_id = ANY ($1::bigint[]))";

constexpr char kBatch[] = R"(
INSERT INTO sports.ingest_batches (as_of, content, ended_at, files_unchanged, files_absent,
                                   files_failed, warnings)
VALUES ($1::timestamptz, $2, now(), 0, 0, 0, $3::text[])
RETURNING batch_id)";

}  // namespace

absl::StatusOr<std::vector<ArchivedList>> PgSportsStore::ArchivedLists(std::string_view source,
                                                                       const std::string& name) {
  std::vector<ArchivedList> lists;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    lists.clear();
    for (const auto& row : transaction.exec_params(kArchivedLists, std::string(source), name)) {
      lists.push_back(
          {name, row[0].as<std::string>(), row[1].as<std::size_t>(), row[2].as<bool>()});
    }
    return absl::OkStatus();
  }));
  return lists;
}

absl::StatusOr<std::vector<ListedMatch>> PgSportsStore::OnlyListed(const std::string& sport) {
  std::vector<ListedMatch> matches;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    matches.clear();
    for (const auto& row : transaction.exec_params(kOnlyListed, sport)) {
      matches.push_back({MatchId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                         row[2].as<int>(), storage::AsDay(row[3]),
                         TeamId{row[4].as<std::int64_t>()}, TeamId{row[5].as<std::int64_t>()},
                         row[6].as<std::string>(), row[7].as<std::string>()});
    }
    return absl::OkStatus();
  }));
  return matches;
}

absl::Status PgSportsStore::TakeBack(const std::vector<ListedMatch>& matches,
                                     const std::string& actor, Instant as_of) {
  const std::string ids =
      storage::ArrayOf(matches, [](const ListedMatch& match) { return match.id.value; });
  const std::string warnings = storage::ArrayOf(matches, [](const ListedMatch& match) {
    return fmt::format("taken back: {} - {} of {}", match.home_name, match.away_name,
                       FormatDay(match.date));
  });
  return database_.Transact({}, [&](pqxx::work& transaction) {
    const std::string now = FormatInstant(as_of);
    const auto batch =
        transaction.exec_params1(kBatch, now, "stray matches, for " + actor, warnings)[0]
            .as<std::int64_t>();
    if (transaction.exec_params(kTakeBack, ids, now).affected_rows() == matches.size()) {
      transaction.exec_params(kCorrect, ids, batch, static_cast<int>(CorrectionKind::kTakenBack),
                              now);
      transaction.exec(
          "UPDATE sports.data_version SET version = version + 1, changed_at = clock_timestamp()");
      return absl::OkStatus();
    }
    return absl::AbortedError("a match changed meanwhile; ask again");
  });
}

}  // namespace fairline::ingest
