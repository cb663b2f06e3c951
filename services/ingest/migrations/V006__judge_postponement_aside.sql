-- Whether a match was overtaken is asked of few rows, and as a subquery in the view it cost all of
-- them: the planner gave up parallel scans and compiled the query for longer than it ran. As a
-- function of its own it is called where it is needed and weighs nothing elsewhere.

-- A match of that day without a result was not played, by what is known as of now: a later match of
-- its competition has a result, or, two days on, another one of its day. Runs with its owner's
-- rights, since who reads the view may not read the tables.
CREATE FUNCTION sports.is_overtaken(competition smallint, season smallint, day date)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 1
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM sports.matches other
    WHERE other.competition_id = competition AND other.season_start = season
      AND (other.match_date > day
           OR other.match_date = day
              AND (day + 2)::timestamp AT TIME ZONE 'UTC' <= sports.as_of())
      AND other.home_score IS NOT NULL
      AND sports.is_over(other.kickoff_time, other.match_date, sports.as_of()))
$$;
REVOKE ALL ON FUNCTION sports.is_overtaken(smallint, smallint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sports.is_overtaken(smallint, smallint, date)
  TO fairline_ingest, fairline_preprocessing, fairline_training, fairline_prediction,
     fairline_accounts, fairline_pipeline;

-- State 1 is scheduled, 2 postponed.
CREATE OR REPLACE VIEW sports.v1_matches AS
SELECT m.match_id, c.sport, m.competition_id, c.code AS competition_code, c.country, c.tier,
       m.season_start, m.match_date, m.kickoff_time, m.home_team_id, m.away_team_id, m.neutral,
       CASE
         WHEN o.is_over AND m.state <> 1 THEN m.state
         WHEN m.delisted_from <= (SELECT sports.as_of()) THEN 2::smallint
         WHEN o.is_over AND sports.is_overtaken(m.competition_id, m.season_start, m.match_date)
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
