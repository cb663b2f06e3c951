-- A match that was listed and is not played shows as postponed: as soon as a newer list of coming
-- matches leaves it out, and at the latest when a later match of its competition has a result.

-- Left out of the list of coming matches since; NULL while it is listed.
ALTER TABLE sports.matches ADD COLUMN delisted_from timestamptz;

-- State 1 is scheduled, 2 postponed.
CREATE OR REPLACE VIEW sports.v1_matches AS
SELECT m.match_id, c.sport, m.competition_id, c.code AS competition_code, c.country, c.tier,
       m.season_start, m.match_date, m.kickoff_time, m.home_team_id, m.away_team_id, m.neutral,
       CASE
         WHEN o.is_over AND m.state <> 1 THEN m.state
         WHEN m.delisted_from <= (SELECT sports.as_of()) THEN 2::smallint
         WHEN o.is_over AND EXISTS (
           SELECT FROM sports.matches later
           WHERE later.competition_id = m.competition_id AND later.season_start = m.season_start
             AND later.match_date > m.match_date AND later.home_score IS NOT NULL
             AND sports.is_over(later.kickoff_time, later.match_date, (SELECT sports.as_of())))
           THEN 2::smallint
         ELSE 1::smallint
       END AS state,
       CASE WHEN o.is_over THEN m.home_score END AS home_score,
       CASE WHEN o.is_over THEN m.away_score END AS away_score,
       CASE WHEN o.is_over THEN s.home END AS home_statistics,
       CASE WHEN o.is_over THEN s.away END AS away_statistics
FROM sports.matches m
JOIN sports.competitions c USING (competition_id)
LEFT JOIN sports.match_statistics s USING (match_id)
CROSS JOIN LATERAL (
  SELECT sports.is_over(m.kickoff_time, m.match_date, (SELECT sports.as_of())) AS is_over) o
WHERE (o.is_over AND m.state <> 1) OR m.listed_from <= (SELECT sports.as_of());
