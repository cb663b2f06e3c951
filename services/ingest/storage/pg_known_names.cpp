// What the database knows of names: teams, aliases, decisions, and who played in which season.
#include <algorithm>
#include <string>
#include <vector>

#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/name_rows.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"

namespace fairline::ingest {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(HeldState::kHeld) == 1 &&
              storage::Stored(HeldState::kKnownTeam) == 2 &&
              storage::Stored(HeldState::kNewTeam) == 3 &&
              storage::Stored(HeldState::kRejected) == 4);

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

}  // namespace

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

}  // namespace fairline::ingest
