#pragma once
// A small league in schema sports, as ingest would have written it, and accounts that bet on it.

#include <string>

#include "libs/testing/postgres.hpp"

namespace fairline::accounts {

// Matches 1 to `matches` of competition L1 between "Home n" and "Away n", kicking off at noon of
// 2026-02-01, listed since January.
inline void FillLeague(const testing::PrivatePostgres& postgres, int matches) {
  postgres.Execute(R"(
    INSERT INTO sports.competitions (code, sport, name, country, tier)
      VALUES ('L1', 'football', 'First League', 'Nowhere', 1);
    INSERT INTO sports.bookmakers (code, name, kind)
      VALUES ('pinnacle', 'Pinnacle', 'bookmaker'), ('average', 'Average', 'aggregate')
      ON CONFLICT DO NOTHING;
    INSERT INTO sports.teams (sport, country, name)
      SELECT 'football', 'Nowhere', side || ' ' || n
      FROM generate_series(1, )" +
                   std::to_string(matches) + R"() n, unnest(ARRAY['Home', 'Away']) side;
    INSERT INTO sports.team_aliases (sport, country, alias, team_id)
      SELECT sport, country, 'H1', team_id FROM sports.teams WHERE name = 'Home 1';
    INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, kickoff_time,
                                home_team_id, away_team_id, state, listed_from)
      SELECT n, (SELECT competition_id FROM sports.competitions WHERE code = 'L1'), 2025,
             '2026-02-01', '2026-02-01T12:00:00Z', h.team_id, a.team_id, 1, '2026-01-01'
      FROM generate_series(1, )" +
                   std::to_string(matches) + R"() n
      JOIN sports.teams h ON h.name = 'Home ' || n JOIN sports.teams a ON a.name = 'Away ' || n;)");
}

// The match's result, or another one in its place.
inline std::string ResultSql(int match_id, int home, int away, int state = 4) {
  return "UPDATE sports.matches SET state = " + std::to_string(state) +
         ", home_score = " + std::to_string(home) + ", away_score = " + std::to_string(away) +
         " WHERE match_id = " + std::to_string(match_id);
}

}  // namespace fairline::accounts
