// Names that wait, and teams that were made one.
#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/names/likeness.hpp"
#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/name_rows.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"

namespace fairline::ingest {
namespace {

using nlohmann::json;

constexpr int kShownRows = 20;

constexpr char kSeasonTeams[] = R"(
SELECT DISTINCT m.season_start, t.team_id
FROM sports.matches m CROSS JOIN LATERAL unnest(ARRAY[m.home_team_id, m.away_team_id]) t(team_id)
WHERE m.competition_id = $1 AND m.season_start BETWEEN $2 - 10 AND $2 AND m.set_aside_by IS NULL)";

constexpr char kSeasonFixtures[] = R"(
SELECT match_date - DATE '1970-01-01', home_team_id, away_team_id FROM sports.matches
WHERE competition_id = $1 AND season_start = $2 AND set_aside_by IS NULL)";

// With the last of the last three seasons that it played in, in any competition of its country.
constexpr char kClubs[] = R"(
WITH place AS (SELECT sport, country FROM sports.competitions WHERE competition_id = $1),
played AS (
  SELECT t.team_id, max(m.season_start) AS season_start
  FROM sports.competitions c JOIN place p ON p.sport = c.sport AND p.country = c.country
  JOIN sports.matches m USING (competition_id)
  CROSS JOIN LATERAL unnest(ARRAY[m.home_team_id, m.away_team_id]) t(team_id)
  WHERE m.season_start BETWEEN $2 - 3 AND $2 AND m.set_aside_by IS NULL
  GROUP BY t.team_id)
SELECT t.team_id, t.name, coalesce(d.season_start, 0),
       coalesce((SELECT string_agg(a.alias, E'\n') FROM sports.v1_team_aliases a
                 WHERE a.team_id = t.team_id), '')
FROM sports.v1_teams t JOIN place p ON p.sport = t.sport AND p.country = t.country
LEFT JOIN played d USING (team_id)
ORDER BY t.team_id)";

// How many teams the divisions below and above had in the season before; NULL without such one.
constexpr char kNeighbours[] = R"(
SELECT (SELECT count(DISTINCT m.home_team_id) FROM sports.matches m
        WHERE m.competition_id = below.competition_id AND m.season_start = $2 - 1),
       (SELECT count(DISTINCT m.home_team_id) FROM sports.matches m
        WHERE m.competition_id = above.competition_id AND m.season_start = $2 - 1),
       below.competition_id IS NOT NULL, above.competition_id IS NOT NULL
FROM sports.competitions c
LEFT JOIN sports.competitions below
  ON below.sport = c.sport AND below.country = c.country AND below.tier = c.tier + 1
LEFT JOIN sports.competitions above
  ON above.sport = c.sport AND above.country = c.country AND above.tier = c.tier - 1
WHERE c.competition_id = $1 LIMIT 1)";

constexpr char kHold[] = R"(
INSERT INTO sports.held_names (competition_id, season_start, name_key, name, reason, candidates)
VALUES ($1, $2, $3, $4, $5, $6::jsonb)
ON CONFLICT (competition_id, season_start, name_key) DO UPDATE
SET reason = excluded.reason, candidates = excluded.candidates
RETURNING held_name_id)";

constexpr char kHoldRows[] = R"(
INSERT INTO sports.held_rows (held_name_id, source_file_id, line, match_date, home, away)
SELECT $1, $2, n.* FROM unnest($3::int[], $4::date[], $5::text[], $6::text[]) AS n
ON CONFLICT DO NOTHING)";

// A season file's new content has all that the former ones had.
constexpr char kDropFormerRows[] = R"(
DELETE FROM sports.held_rows h USING sports.source_files f
WHERE h.source_file_id = f.source_file_id AND f.source = $1 AND f.name = $2
  AND f.source_file_id <> $3)";
constexpr char kDropReadAgain[] = "DELETE FROM sports.held_rows WHERE source_file_id = $1";
constexpr char kDropEmptyNames[] = R"(
DELETE FROM sports.held_names h
WHERE h.state = 1 AND h.competition_id = ANY ($1::int[])
  AND NOT EXISTS (SELECT FROM sports.held_rows r WHERE r.held_name_id = h.held_name_id))";

constexpr char kLogMerged[] = R"(
INSERT INTO sports.team_merge_matches (merge_id, match_id, at_home)
SELECT g.merge_id, n.match_id, n.at_home
FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS n(team_id, match_id, at_home)
JOIN sports.team_merges g ON g.team_id = n.team_id AND g.undone_at IS NULL
ON CONFLICT DO NOTHING)";

#define HELD_COLUMNS                                                                         \
  "SELECT h.held_name_id, h.competition_id, h.season_start, h.name, h.reason, "              \
  "h.candidates::text, "                                                                     \
  "c.sport, c.country, c.code, h.state, (extract(epoch FROM h.held_at) * 1000000)::bigint, " \
  "(extract(epoch FROM h.decided_at) * 1000000)::bigint, h.decided_by, h.team_id, "          \
  "coalesce(t.name, ''), "                                                                   \
  "(SELECT count(*) FROM sports.held_rows r WHERE r.held_name_id = h.held_name_id) "         \
  "FROM sports.held_names h JOIN sports.competitions c USING (competition_id) "              \
  "LEFT JOIN sports.teams t ON t.team_id = h.team_id "

constexpr char kListHeld[] = HELD_COLUMNS
    "WHERE h.held_name_id < $1 AND h.state = $2 AND ($3 = '' OR c.code = $3) "
    "ORDER BY h.held_name_id DESC LIMIT $4";
constexpr char kOneHeld[] = HELD_COLUMNS "WHERE h.held_name_id = $1";
constexpr char kLockHeld[] =
    "SELECT h.state, h.team_id, h.name, c.sport, c.country FROM sports.held_names h "
    "JOIN sports.competitions c USING (competition_id) WHERE h.held_name_id = $1 FOR UPDATE OF h";
constexpr char kHeldRows[] = R"(
SELECT r.held_name_id, f.name, r.line, r.match_date - DATE '1970-01-01', r.home, r.away
FROM unnest($1::bigint[]) n(id)
CROSS JOIN LATERAL (
  SELECT * FROM sports.held_rows h WHERE h.held_name_id = n.id
  ORDER BY h.match_date, h.source_file_id, h.line LIMIT $2) r
JOIN sports.source_files f USING (source_file_id)
ORDER BY r.held_name_id, r.match_date, r.source_file_id, r.line)";

constexpr char kSetDecision[] = R"(
UPDATE sports.held_names
SET state = $2, team_id = nullif($3::bigint, 0), decided_by = $4, decided_at = clock_timestamp()
WHERE held_name_id = $1)";

constexpr char kWaiting[] = R"(
SELECT DISTINCT f.source_file_id, r.line, f.batch_id, f.source, f.name, f.url, f.sha256,
       coalesce(f.etag, ''), coalesce(f.last_modified, ''), f.lake_path, f.reader_version,
       f.size_bytes, (extract(epoch FROM f.fetched_at) * 1000000)::bigint,
       (extract(epoch FROM b.as_of) * 1000000)::bigint
FROM sports.held_rows r JOIN sports.held_names h USING (held_name_id)
JOIN sports.source_files f USING (source_file_id)
JOIN sports.ingest_batches b ON b.batch_id = f.batch_id
WHERE h.state IN (2, 3) ORDER BY f.source_file_id, r.line)";

constexpr char kFindTeam[] =
    "SELECT team_id, sport, country, name, coalesce(merged_into, 0) FROM sports.teams "
    "WHERE team_id = $1 FOR UPDATE";
constexpr char kTeamByName[] =
    "SELECT team_id FROM sports.teams WHERE sport = $1 AND country = $2 AND name = $3";
constexpr char kAliasByName[] =
    "SELECT team_id FROM sports.team_aliases WHERE sport = $1 AND country = $2 AND alias = $3";
constexpr char kAddTeam[] =
    "INSERT INTO sports.teams (sport, country, name) VALUES ($1, $2, $3) RETURNING team_id";

constexpr char kHaveMet[] = R"(
SELECT match_date::text FROM sports.matches
WHERE (home_team_id, away_team_id) IN (($1, $2), ($2, $1)) AND set_aside_by IS NULL LIMIT 1)";
constexpr char kAddMerge[] =
    "INSERT INTO sports.team_merges (team_id, into_team_id, reason, merged_by) "
    "VALUES ($1, $2, $3, $4) RETURNING merge_id";
constexpr char kMergeInForce[] =
    "SELECT merge_id, into_team_id FROM sports.team_merges WHERE team_id = $1 AND undone_at IS "
    "NULL";

// The pairs of matches that are one and the same: the merged team's, and the other's.
constexpr char kSameMatches[] = R"(
SELECT own.match_id, other.match_id, own.home_score IS NOT NULL AND other.home_score IS NULL
FROM sports.matches own
JOIN sports.matches other
  ON other.competition_id = own.competition_id AND other.match_date = own.match_date
 AND ((own.home_team_id = $1 AND other.home_team_id = $2
       AND other.away_team_id = own.away_team_id)
   OR (own.away_team_id = $1 AND other.away_team_id = $2
       AND other.home_team_id = own.home_team_id))
WHERE $1 IN (own.home_team_id, own.away_team_id) AND own.set_aside_by IS NULL
  AND other.set_aside_by IS NULL)";
constexpr char kSetAside[] = "UPDATE sports.matches SET set_aside_by = $2 WHERE match_id = $1";
constexpr char kTakeResult[] = R"(
UPDATE sports.matches m
SET state = o.state, home_score = o.home_score, away_score = o.away_score,
    kickoff_time = coalesce(m.kickoff_time, o.kickoff_time)
FROM sports.matches o WHERE o.match_id = $1 AND m.match_id = $2)";
constexpr char kTakeStatistics[] = R"(
INSERT INTO sports.match_statistics (match_id, home, away)
SELECT $2, home, away FROM sports.match_statistics WHERE match_id = $1 ON CONFLICT DO NOTHING)";
constexpr char kMoveHome[] = R"(
WITH moved AS (
  UPDATE sports.matches SET home_team_id = $2
  WHERE home_team_id = $1 AND set_aside_by IS NULL RETURNING match_id)
INSERT INTO sports.team_merge_matches (merge_id, match_id, at_home) SELECT $3, match_id, true
FROM moved)";
constexpr char kMoveAway[] = R"(
WITH moved AS (
  UPDATE sports.matches SET away_team_id = $2
  WHERE away_team_id = $1 AND set_aside_by IS NULL RETURNING match_id)
INSERT INTO sports.team_merge_matches (merge_id, match_id, at_home) SELECT $3, match_id, false
FROM moved)";
constexpr char kMoveAliases[] = R"(
WITH moved AS (
  UPDATE sports.team_aliases SET team_id = $2 WHERE team_id = $1 RETURNING alias)
INSERT INTO sports.team_merge_aliases (merge_id, alias, made) SELECT $3, alias, false FROM moved)";
constexpr char kMakeAlias[] = R"(
WITH made AS (
  INSERT INTO sports.team_aliases (sport, country, alias, team_id)
  SELECT sport, country, name, $2 FROM sports.teams WHERE team_id = $1
  ON CONFLICT DO NOTHING RETURNING alias)
INSERT INTO sports.team_merge_aliases (merge_id, alias, made)
SELECT $3, t.name, EXISTS (SELECT FROM made) FROM sports.teams t WHERE t.team_id = $1
ON CONFLICT DO NOTHING)";
constexpr char kSetMerged[] =
    "UPDATE sports.teams SET merged_into = nullif($2::bigint, 0) WHERE team_id = $1";
constexpr char kGrowVersion[] =
    "UPDATE sports.data_version SET version = version + 1, changed_at = clock_timestamp()";

constexpr char kUndoHome[] = R"(
UPDATE sports.matches m SET home_team_id = $2 FROM sports.team_merge_matches l
WHERE l.merge_id = $1 AND l.at_home AND m.match_id = l.match_id AND m.home_team_id = $3)";
constexpr char kUndoAway[] = R"(
UPDATE sports.matches m SET away_team_id = $2 FROM sports.team_merge_matches l
WHERE l.merge_id = $1 AND NOT l.at_home AND m.match_id = l.match_id AND m.away_team_id = $3)";
constexpr char kUndoAside[] =
    "UPDATE sports.matches SET set_aside_by = NULL WHERE set_aside_by = $1";
constexpr char kUndoAliases[] = R"(
UPDATE sports.team_aliases a SET team_id = $2
FROM sports.team_merge_aliases l JOIN sports.teams t ON t.team_id = $2
WHERE l.merge_id = $1 AND NOT l.made AND a.alias = l.alias AND a.sport = t.sport
  AND a.country = t.country AND a.alias <> t.name)";
constexpr char kDropMadeAlias[] = R"(
DELETE FROM sports.team_aliases a USING sports.team_merge_aliases l, sports.teams t
WHERE l.merge_id = $1 AND l.made AND t.team_id = $2 AND a.alias = l.alias AND a.sport = t.sport
  AND a.country = t.country)";
// A held name that was said to be the other team's is a team of its own by now.
constexpr char kUndoDecision[] = R"(
UPDATE sports.held_names h SET state = 3, team_id = t.team_id
FROM sports.competitions c, sports.teams t
WHERE c.competition_id = h.competition_id AND t.team_id = $1 AND t.sport = c.sport
  AND t.country = c.country AND h.name = t.name AND h.state = 2 AND h.team_id = $2)";
// Teams that were merged into one that is merged itself follow it, and come back with it.
constexpr char kFollow[] = "UPDATE sports.teams SET merged_into = $2 WHERE merged_into = $1";
constexpr char kComeBack[] = R"(
UPDATE sports.teams t SET merged_into = $1 FROM sports.team_merges g
WHERE g.team_id = t.team_id AND g.into_team_id = $1 AND g.undone_at IS NULL
  AND t.merged_into = $2)";
constexpr char kSetUndone[] =
    "UPDATE sports.team_merges SET undone_by = $2, undone_at = clock_timestamp() "
    "WHERE merge_id = $1";

#define MERGE_COLUMNS                                                                       \
  "SELECT g.merge_id, g.team_id, t.name, g.into_team_id, i.name, g.reason, g.merged_by, "   \
  "(extract(epoch FROM g.merged_at) * 1000000)::bigint, "                                   \
  "(extract(epoch FROM g.undone_at) * 1000000)::bigint, g.undone_by, "                      \
  "(SELECT count(DISTINCT l.match_id) FROM sports.team_merge_matches l WHERE l.merge_id = " \
  "g.merge_id), "                                                                           \
  "(SELECT count(*) FROM sports.matches m WHERE m.set_aside_by = g.merge_id) "              \
  "FROM sports.team_merges g JOIN sports.teams t ON t.team_id = g.team_id "                 \
  "JOIN sports.teams i ON i.team_id = g.into_team_id "
constexpr char kOneMerge[] = MERGE_COLUMNS "WHERE g.merge_id = $1";
constexpr char kLockMerge[] =
    "SELECT merge_id FROM sports.team_merges WHERE merge_id = $1 FOR UPDATE";
constexpr char kListMerges[] =
    MERGE_COLUMNS "WHERE g.merge_id < $1 ORDER BY g.merge_id DESC LIMIT $2";

// A merge that was undone is not made again.
constexpr char kStrayTeams[] = R"(
SELECT t.team_id, a.team_id
FROM sports.team_aliases a
JOIN sports.teams t ON t.sport = a.sport AND t.country = a.country AND t.name = a.alias
JOIN sports.teams i ON i.team_id = a.team_id
WHERE t.team_id <> a.team_id AND t.merged_into IS NULL AND i.merged_into IS NULL
  AND NOT EXISTS (SELECT FROM sports.team_merges g
                  WHERE g.team_id = t.team_id AND g.into_team_id = a.team_id
                    AND g.undone_at IS NOT NULL))";

constexpr char kAliases[] = R"(
SELECT a.team_id, a.sport, a.country, a.alias,
       coalesce((SELECT g.team_id FROM sports.team_merges g
                 JOIN sports.team_merge_aliases l USING (merge_id)
                 JOIN sports.teams t ON t.team_id = g.team_id
                 WHERE g.undone_at IS NULL AND l.alias = a.alias AND t.sport = a.sport
                   AND t.country = a.country
                 ORDER BY g.merge_id LIMIT 1), 0)
FROM sports.team_aliases a
WHERE NOT EXISTS (
  SELECT FROM sports.teams t
  WHERE t.sport = a.sport AND t.country = a.country AND t.name = a.alias
    AND t.merged_into IS NULL AND t.team_id <> a.team_id)
ORDER BY a.sport, a.country, a.alias)";
// Names of a merged team are found through its aliases.
constexpr char kTeams[] =
    "SELECT team_id, sport, country, name FROM sports.teams WHERE merged_into IS NULL";
constexpr char kCompetitionNames[] =
    "SELECT competition_id, name FROM sports.competitions "
    "UNION ALL SELECT competition_id, name FROM sports.competition_names";
constexpr char kDecided[] = R"(
SELECT h.competition_id, h.season_start, h.name_key, h.state,
       coalesce(t.merged_into, h.team_id, 0)
FROM sports.held_names h LEFT JOIN sports.teams t ON t.team_id = h.team_id
WHERE h.state > 1)";
constexpr char kOtherNames[] = "SELECT sport, country, name, team_name FROM sports.team_names";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

json ToJson(const std::vector<NameCandidate>& candidates) {
  json out = json::array();
  for (const NameCandidate& candidate : candidates) {
    out.push_back({{"team_id", candidate.team.value},
                   {"team", candidate.name},
                   {"likeness", candidate.likeness},
                   {"same_fixtures", candidate.same_fixtures},
                   {"evidence", candidate.evidence}});
  }
  return out;
}

std::vector<NameCandidate> FromJson(const std::string& text) {
  std::vector<NameCandidate> candidates;
  for (const json& entry : json::parse(text)) {
    candidates.push_back({TeamId{entry.at("team_id").get<std::int64_t>()},
                          entry.at("team").get<std::string>(), entry.at("likeness").get<double>(),
                          entry.at("same_fixtures").get<int>(),
                          entry.at("evidence").get<std::vector<std::string>>()});
  }
  return candidates;
}

HeldNameView HeldOfRow(const pqxx::row& row) {
  HeldNameView view;
  view.id = HeldNameId{row[0].as<std::int64_t>()};
  view.held.competition = CompetitionId{row[1].as<std::int64_t>()};
  view.held.season_start = row[2].as<int>();
  view.held.name = row[3].as<std::string>();
  view.held.reason = row[4].as<std::string>();
  view.held.candidates = FromJson(row[5].as<std::string>());
  view.sport = row[6].as<std::string>();
  view.country = row[7].as<std::string>();
  view.competition_code = row[8].as<std::string>();
  view.state = static_cast<HeldState>(row[9].as<int>());
  view.held_at = storage::AsInstant(row[10]);
  view.decided_at = storage::AsOptionalInstant(row[11]);
  view.decided_by = row[12].as<std::string>();
  if (!row[13].is_null()) view.team = TeamId{row[13].as<std::int64_t>()};
  view.team_name = row[14].as<std::string>();
  view.row_count = row[15].as<std::int64_t>();
  return view;
}

void AddRows(pqxx::work& transaction, std::vector<HeldNameView>& views) {
  const std::string ids =
      storage::ArrayOf(views, [](const HeldNameView& view) { return view.id.value; });
  for (const pqxx::row& row : transaction.exec_params(kHeldRows, ids, kShownRows)) {
    const HeldNameId id{row[0].as<std::int64_t>()};
    const auto view = std::find_if(views.begin(), views.end(),
                                   [&](const HeldNameView& one) { return one.id == id; });
    view->held.rows.push_back({row[1].as<std::string>(), row[2].as<int>(), storage::AsDay(row[3]),
                               row[4].as<std::string>(), row[5].as<std::string>()});
  }
}

SourceFile FileOfRow(const pqxx::row& row) {
  SourceFile file;
  file.batch = BatchId{row[2].as<std::int64_t>()};
  file.source = row[3].as<std::string>();
  file.name = row[4].as<std::string>();
  file.url = row[5].as<std::string>();
  file.sha256 = row[6].as<std::string>();
  file.etag = row[7].as<std::string>();
  file.last_modified = row[8].as<std::string>();
  file.lake_path = row[9].as<std::string>();
  file.reader_version = row[10].as<std::string>();
  file.size_bytes = row[11].as<std::int64_t>();
  file.fetched_at = storage::AsInstant(row[12]);
  file.as_of = storage::AsInstant(row[13]);
  return file;
}

TeamMerge MergeOfRow(const pqxx::row& row) {
  TeamMerge merge;
  merge.id = MergeId{row[0].as<std::int64_t>()};
  merge.team = TeamId{row[1].as<std::int64_t>()};
  merge.name = row[2].as<std::string>();
  merge.into = TeamId{row[3].as<std::int64_t>()};
  merge.into_name = row[4].as<std::string>();
  merge.reason = row[5].as<std::string>();
  merge.merged_by = row[6].as<std::string>();
  merge.merged_at = storage::AsInstant(row[7]);
  merge.undone_at = storage::AsOptionalInstant(row[8]);
  merge.undone_by = row[9].as<std::string>();
  merge.match_count = row[10].as<std::int64_t>();
  merge.set_aside_count = row[11].as<std::int64_t>();
  return merge;
}

struct TeamRow {
  std::string sport;
  std::string country;
  std::string name;
  TeamId merged_into;
};

absl::StatusOr<TeamRow> LockTeam(pqxx::work& transaction, TeamId id) {
  const pqxx::result rows = transaction.exec_params(kFindTeam, id.value);
  if (rows.empty()) return absl::NotFoundError(fmt::format("there is no team {}", id.value));
  return TeamRow{rows[0][1].as<std::string>(), rows[0][2].as<std::string>(),
                 rows[0][3].as<std::string>(), TeamId{rows[0][4].as<std::int64_t>()}};
}

// The matches, aliases and the name of `team` become those of `into`.
MergeId GiveAll(pqxx::work& transaction, TeamId team, TeamId into, const std::string& reason,
                const std::string& actor) {
  const MergeId merge{transaction.exec_params1(kAddMerge, team.value, into.value, reason, actor)[0]
                          .as<std::int64_t>()};
  for (const pqxx::row& row : transaction.exec_params(kSameMatches, team.value, into.value)) {
    const auto own = row[0].as<std::int64_t>();
    const auto other = row[1].as<std::int64_t>();
    if (row[2].as<bool>()) transaction.exec_params(kTakeResult, own, other);
    transaction.exec_params(kTakeStatistics, own, other);
    transaction.exec_params(kSetAside, own, merge.value);
  }
  for (const char* move : {kMoveHome, kMoveAway, kMoveAliases, kMakeAlias}) {
    transaction.exec_params(move, team.value, into.value, merge.value);
  }
  transaction.exec_params(kFollow, team.value, into.value);
  transaction.exec_params(kSetMerged, team.value, into.value);
  return merge;
}

absl::StatusOr<MergeId> Merge(pqxx::work& transaction, TeamId team, TeamId into,
                              const std::string& reason, const std::string& actor) {
  if (team == into) return InvalidField("into_team_id", "must be another team");
  const pqxx::result in_force = transaction.exec_params(kMergeInForce, team.value);
  if (!in_force.empty() && TeamId{in_force[0][1].as<std::int64_t>()} == into) {
    return MergeId{in_force[0][0].as<std::int64_t>()};
  }
  // In one order, whoever merges.
  for (const TeamId id : {std::min(team, into), std::max(team, into)}) {
    RETURN_IF_ERROR(LockTeam(transaction, id).status());
  }
  ASSIGN_OR_RETURN(const TeamRow given, LockTeam(transaction, team));
  ASSIGN_OR_RETURN(const TeamRow taking, LockTeam(transaction, into));
  if (given.sport != taking.sport || given.country != taking.country) {
    return absl::FailedPreconditionError(
        fmt::format("{} and {} are not of one country", given.name, taking.name));
  }
  for (const TeamRow* row : {&given, &taking}) {
    if (row->merged_into.value == 0) continue;
    return absl::FailedPreconditionError(
        fmt::format("{} is part of team {} already", row->name, row->merged_into.value));
  }
  const pqxx::result met = transaction.exec_params(kHaveMet, team.value, into.value);
  if (!met.empty()) {
    return absl::FailedPreconditionError(fmt::format("{} and {} met each other on {}", given.name,
                                                     taking.name, met[0][0].as<std::string>()));
  }
  const MergeId merge = GiveAll(transaction, team, into, reason, actor);
  transaction.exec(kGrowVersion);
  return merge;
}

// The team that a held name is said to be: another name of `team`, or one of its own.
absl::StatusOr<TeamId> TeamOfDecision(pqxx::work& transaction, const pqxx::row& held,
                                      HeldState decision, std::optional<TeamId> team,
                                      const std::string& actor) {
  const auto name = held[2].as<std::string>();
  const auto sport = held[3].as<std::string>();
  const auto country = held[4].as<std::string>();
  const pqxx::result same = transaction.exec_params(kTeamByName, sport, country, name);
  const bool alias = !transaction.exec_params(kAliasByName, sport, country, name).empty();
  if (decision == HeldState::kNewTeam) {
    if (!same.empty()) return TeamId{same[0][0].as<std::int64_t>()};
    return TeamId{transaction.exec_params1(kAddTeam, sport, country, name)[0].as<std::int64_t>()};
  }
  ASSIGN_OR_RETURN(const TeamRow row, LockTeam(transaction, *team));
  if (row.sport != sport || row.country != country) {
    return InvalidField("team_id", fmt::format("{} is not of {}", row.name, country));
  }
  if (row.merged_into.value != 0) {
    return InvalidField("team_id", fmt::format("{} is part of another team", row.name));
  }
  if (same.empty() && !alias) {
    const TeamId added{
        transaction.exec_params1(kAddTeam, sport, country, name)[0].as<std::int64_t>()};
    RETURN_IF_ERROR(
        Merge(transaction, added, *team, fmt::format("held name, said to be {}", row.name), actor)
            .status());
  }
  return *team;
}

}  // namespace

void WriteHeldNames(pqxx::work& transaction, const FileLoad& load, std::int64_t source_file_id) {
  if (load.read_again_from) transaction.exec_params(kDropReadAgain, load.read_again_from->value);
  if (load.kind == sources::FileKind::kSeason) {
    transaction.exec_params(kDropFormerRows, load.file.source, load.file.name, source_file_id);
  }
  for (const HeldName& held : load.held) {
    const auto id =
        transaction
            .exec_params1(kHold, held.competition.value, held.season_start, names::Key(held.name),
                          held.name, held.reason, ToJson(held.candidates).dump())[0]
            .as<std::int64_t>();
    storage::ArrayText lines, dates, homes, aways;
    for (const HeldRow& row : held.rows) {
      lines.Add(std::int64_t{row.line});
      dates.Add(FormatDay(row.date));
      homes.Add(row.home);
      aways.Add(row.away);
    }
    transaction.exec_params(kHoldRows, id, source_file_id, lines.Text(), dates.Text(), homes.Text(),
                            aways.Text());
  }
  storage::ArrayText competitions;
  for (const CompetitionRows& rows : load.competitions) competitions.Add(rows.competition.value);
  transaction.exec_params(kDropEmptyNames, competitions.Text());
}

void LogMergedMatches(pqxx::work& transaction, const CompetitionRows& rows,
                      const WrittenMatches& written) {
  storage::ArrayText teams, matches, at_home;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const LoadRow& load_row = rows.rows[row];
    for (const auto& [team, home] :
         {std::pair{load_row.reported_home, true}, std::pair{load_row.reported_away, false}}) {
      if (!team) continue;
      teams.Add(team->value);
      matches.Add(written.ids[row].value);
      at_home.Add(home);
    }
  }
  if (teams.empty()) return;
  transaction.exec_params(kLogMerged, teams.Text(), matches.Text(), at_home.Text());
}

bool MergeStrayTeams(pqxx::work& transaction) {
  bool moved = false;
  for (const pqxx::row& row : transaction.exec(kStrayTeams)) {
    const auto merged = Merge(transaction, TeamId{row[0].as<std::int64_t>()},
                              TeamId{row[1].as<std::int64_t>()}, "its name is an alias", "ingest");
    moved = moved || merged.ok();
  }
  return moved;
}

void ReadNameReference(pqxx::work& transaction, Reference& reference) {
  for (const pqxx::row& row : transaction.exec(kTeams)) {
    reference.teams.push_back({TeamId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                               row[2].as<std::string>(), row[3].as<std::string>()});
  }
  for (const pqxx::row& row : transaction.exec(kCompetitionNames)) {
    reference.competition_names.emplace_back(row[1].as<std::string>(),
                                             CompetitionId{row[0].as<std::int64_t>()});
  }
  for (const pqxx::row& row : transaction.exec(kAliases)) {
    reference.aliases.push_back({TeamId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                                 row[2].as<std::string>(), row[3].as<std::string>()});
    if (row[4].as<std::int64_t>() != 0) {
      reference.reported_as[{row[1].as<std::string>(), row[2].as<std::string>(),
                             row[3].as<std::string>()}] = TeamId{row[4].as<std::int64_t>()};
    }
  }
  for (const pqxx::row& row : transaction.exec(kDecided)) {
    reference.decided[{CompetitionId{row[0].as<std::int64_t>()}, row[1].as<int>(),
                       row[2].as<std::string>()}] = {static_cast<HeldState>(row[3].as<int>()),
                                                     TeamId{row[4].as<std::int64_t>()}};
  }
  for (const pqxx::row& row : transaction.exec(kOtherNames)) {
    reference.other_names.push_back({row[0].as<std::string>(), row[1].as<std::string>(),
                                     row[2].as<std::string>(), row[3].as<std::string>()});
  }
}

absl::StatusOr<KnownSeasons> PgSportsStore::ReadSeasons(CompetitionId competition, int season_start,
                                                        bool with_clubs) {
  // Divisions are seldom smaller.
  constexpr int kWholeDivision = 8;
  KnownSeasons known;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    known = {};
    for (const pqxx::row& row :
         transaction.exec_params(kSeasonTeams, competition.value, season_start)) {
      known.seasons[row[0].as<int>()].insert(TeamId{row[1].as<std::int64_t>()});
    }
    for (const pqxx::row& row :
         transaction.exec_params(kSeasonFixtures, competition.value, season_start)) {
      known.fixtures.push_back({storage::AsDay(row[0]), TeamId{row[1].as<std::int64_t>()},
                                TeamId{row[2].as<std::int64_t>()}});
    }
    if (!with_clubs) return absl::OkStatus();
    for (const pqxx::row& row : transaction.exec_params(kClubs, competition.value, season_start)) {
      known.clubs.push_back({TeamId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                             Lines(row[3].as<std::string>()), row[2].as<int>()});
    }
    const pqxx::row row = transaction.exec_params1(kNeighbours, competition.value, season_start);
    const bool below = row[2].as<bool>() && row[0].as<int>() >= kWholeDivision;
    const bool above = !row[3].as<bool>() || row[1].as<int>() >= kWholeDivision;
    known.neighbours_known = below && above;
    return absl::OkStatus();
  }));
  return known;
}

absl::StatusOr<Page<HeldNameView>> PgSportsStore::HeldNames(const HeldFilter& filter,
                                                            const PageRequest& page) {
  ASSIGN_OR_RETURN(const auto after, ParsePageToken<1>(page.token));
  const std::int64_t before = after ? (*after)[0] : std::numeric_limits<std::int64_t>::max();
  Page<HeldNameView> listed;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    listed = {};
    for (const pqxx::row& row :
         transaction.exec_params(kListHeld, before, static_cast<int>(filter.state),
                                 filter.competition_code, page.size + 1)) {
      if (static_cast<int>(listed.items.size()) == page.size) {
        listed.next_token = PageToken<1>({listed.items.back().id.value});
        break;
      }
      listed.items.push_back(HeldOfRow(row));
    }
    AddRows(transaction, listed.items);
    return absl::OkStatus();
  }));
  return listed;
}

absl::StatusOr<HeldNameView> PgSportsStore::HeldNameOf(HeldNameId id) {
  std::vector<HeldNameView> views;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    views.clear();
    for (const pqxx::row& row : transaction.exec_params(kOneHeld, id.value)) {
      views.push_back(HeldOfRow(row));
    }
    AddRows(transaction, views);
    return absl::OkStatus();
  }));
  if (views.empty()) return absl::NotFoundError(fmt::format("there is no held name {}", id.value));
  return std::move(views.front());
}

absl::Status PgSportsStore::DecideName(HeldNameId id, HeldState decision,
                                       std::optional<TeamId> team, const std::string& actor) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const pqxx::result rows = transaction.exec_params(kLockHeld, id.value);
    if (rows.empty()) return absl::NotFoundError(fmt::format("there is no held name {}", id.value));
    const auto state = static_cast<HeldState>(rows[0][0].as<int>());
    const auto said = rows[0][1].is_null() ? std::optional<TeamId>()
                                           : std::optional(TeamId{rows[0][1].as<std::int64_t>()});
    if (state == decision && (decision != HeldState::kKnownTeam || said == team)) {
      return absl::OkStatus();
    }
    if (state == HeldState::kKnownTeam || state == HeldState::kNewTeam) {
      return absl::FailedPreconditionError(
          "it was decided otherwise; teams are merged, and a merge is undone, by its own command");
    }
    TeamId decided;
    if (decision != HeldState::kRejected) {
      ASSIGN_OR_RETURN(decided, TeamOfDecision(transaction, rows[0], decision, team, actor));
    }
    transaction.exec_params(kSetDecision, id.value, static_cast<int>(decision), decided.value,
                            actor);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<WaitingFile>> PgSportsStore::WaitingFiles() {
  std::vector<WaitingFile> files;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    files.clear();
    for (const pqxx::row& row : transaction.exec(kWaiting)) {
      const SourceFileId id{row[0].as<std::int64_t>()};
      if (files.empty() || files.back().file_id != id) {
        files.push_back({id, FileOfRow(row), {}});
      }
      files.back().lines.push_back(row[1].as<int>());
    }
    return absl::OkStatus();
  }));
  return files;
}

absl::StatusOr<TeamMerge> PgSportsStore::MergeTeams(TeamId team, TeamId into,
                                                    const std::string& reason,
                                                    const std::string& actor) {
  TeamMerge merge;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const MergeId id, Merge(transaction, team, into, reason, actor));
    merge = MergeOfRow(transaction.exec_params1(kOneMerge, id.value));
    return absl::OkStatus();
  }));
  return merge;
}

absl::StatusOr<TeamMerge> PgSportsStore::UndoMerge(MergeId id, const std::string& actor) {
  TeamMerge merge;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    if (transaction.exec_params(kLockMerge, id.value).empty()) {
      return absl::NotFoundError(fmt::format("there is no merge {}", id.value));
    }
    merge = MergeOfRow(transaction.exec_params1(kOneMerge, id.value));
    if (merge.undone_at) return absl::OkStatus();
    ASSIGN_OR_RETURN(const TeamRow taking, LockTeam(transaction, merge.into));
    if (taking.merged_into.value != 0) {
      return absl::FailedPreconditionError(
          fmt::format("{} is part of team {} by now: undo that first", merge.into_name,
                      taking.merged_into.value));
    }
    for (const char* undo : {kUndoHome, kUndoAway}) {
      transaction.exec_params(undo, id.value, merge.team.value, merge.into.value);
    }
    transaction.exec_params(kUndoAside, id.value);
    transaction.exec_params(kUndoAliases, id.value, merge.team.value);
    transaction.exec_params(kDropMadeAlias, id.value, merge.team.value);
    transaction.exec_params(kSetMerged, merge.team.value, 0);
    transaction.exec_params(kComeBack, merge.team.value, merge.into.value);
    transaction.exec_params(kUndoDecision, merge.team.value, merge.into.value);
    transaction.exec_params(kSetUndone, id.value, actor);
    transaction.exec(kGrowVersion);
    merge = MergeOfRow(transaction.exec_params1(kOneMerge, id.value));
    return absl::OkStatus();
  }));
  return merge;
}

absl::StatusOr<Page<TeamMerge>> PgSportsStore::Merges(const PageRequest& page) {
  ASSIGN_OR_RETURN(const auto after, ParsePageToken<1>(page.token));
  const std::int64_t before = after ? (*after)[0] : std::numeric_limits<std::int64_t>::max();
  Page<TeamMerge> listed;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    listed = {};
    for (const pqxx::row& row : transaction.exec_params(kListMerges, before, page.size + 1)) {
      if (static_cast<int>(listed.items.size()) == page.size) {
        listed.next_token = PageToken<1>({listed.items.back().id.value});
        break;
      }
      listed.items.push_back(MergeOfRow(row));
    }
    return absl::OkStatus();
  }));
  return listed;
}

}  // namespace fairline::ingest
