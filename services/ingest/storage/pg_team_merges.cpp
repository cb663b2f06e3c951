// Teams that were made one, and made two again.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "libs/storage/array.hpp"
#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/name_rows.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"
#include "services/ingest/storage/team_merges.hpp"

namespace fairline::ingest {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(HeldState::kKnownTeam) == 2 &&
              storage::Stored(HeldState::kNewTeam) == 3);

constexpr char kLogMerged[] = R"(
INSERT INTO sports.team_merge_matches (merge_id, match_id, at_home)
SELECT g.merge_id, n.match_id, n.at_home
FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS n(team_id, match_id, at_home)
JOIN sports.team_merges g ON g.team_id = n.team_id AND g.undone_at IS NULL
ON CONFLICT DO NOTHING)";

constexpr char kFindTeam[] =
    "SELECT team_id, sport, country, name, coalesce(merged_into, 0) FROM sports.teams "
    "WHERE team_id = $1 FOR UPDATE";

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

}  // namespace

absl::StatusOr<TeamRow> LockTeam(pqxx::work& transaction, TeamId id) {
  const pqxx::result rows = transaction.exec_params(kFindTeam, id.value);
  if (rows.empty()) return absl::NotFoundError(fmt::format("there is no team {}", id.value));
  return TeamRow{rows[0][1].as<std::string>(), rows[0][2].as<std::string>(),
                 rows[0][3].as<std::string>(), TeamId{rows[0][4].as<std::int64_t>()}};
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
