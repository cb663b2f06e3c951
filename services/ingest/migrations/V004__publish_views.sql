-- What other services read. Nothing later than the as-of moment shows: the transaction's setting
-- fairline.as_of, or now.

CREATE FUNCTION sports.as_of() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('fairline.as_of', true), '')::timestamptz, now());

-- A result is known 150 minutes after kick-off or, without a time, when the day is over. Each
-- parameter stands once in the body: only then does the planner inline it.
CREATE FUNCTION sports.is_over(kickoff_time timestamptz, match_date date, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(kickoff_time + interval '150 minutes',
                (match_date + 1)::timestamp AT TIME ZONE 'UTC') <= at;

CREATE VIEW sports.v1_competitions AS
SELECT competition_id, code, sport, name, country, tier FROM sports.competitions;

CREATE VIEW sports.v1_teams AS SELECT team_id, sport, country, name FROM sports.teams;

CREATE VIEW sports.v1_team_aliases AS
SELECT sport, country, alias, team_id FROM sports.team_aliases;

CREATE VIEW sports.v1_bookmakers AS
SELECT bookmaker_id, code, name, kind FROM sports.bookmakers;

-- Results, and coming matches as soon as they are listed. Until a match is over it shows as
-- scheduled, without score and statistics.
CREATE VIEW sports.v1_matches AS
SELECT m.match_id, c.sport, m.competition_id, c.code AS competition_code, c.country, c.tier,
       m.season_start, m.match_date, m.kickoff_time, m.home_team_id, m.away_team_id, m.neutral,
       CASE WHEN o.is_over THEN m.state ELSE 1::smallint END AS state,
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

-- Prices seen by now, and those of history once the match is over. The day is part of the join so
-- that only its partition is looked into.
CREATE VIEW sports.v1_quotes AS
SELECT q.match_id, q.match_date, q.bookmaker_id, b.code AS bookmaker_code,
       b.kind AS bookmaker_kind, q.market, q.line_quarters, q.phase, q.price_1, q.price_2,
       q.price_3, q.captured_at
FROM sports.quotes q
JOIN sports.bookmakers b USING (bookmaker_id)
JOIN sports.matches m ON m.match_id = q.match_id AND m.match_date = q.match_date
WHERE q.captured_at <= (SELECT sports.as_of())
   OR (q.captured_at IS NULL
       AND sports.is_over(m.kickoff_time, m.match_date, (SELECT sports.as_of())));

CREATE VIEW sports.v1_data_version AS SELECT version, changed_at FROM sports.data_version;

GRANT USAGE ON SCHEMA sports TO fairline_ingest, fairline_preprocessing, fairline_training,
  fairline_prediction, fairline_accounts, fairline_pipeline;
GRANT EXECUTE ON FUNCTION sports.as_of(), sports.is_over(timestamptz, date, timestamptz)
  TO fairline_ingest, fairline_preprocessing, fairline_training, fairline_prediction,
     fairline_accounts, fairline_pipeline;
GRANT SELECT ON sports.v1_competitions, sports.v1_teams, sports.v1_team_aliases,
  sports.v1_bookmakers, sports.v1_matches, sports.v1_quotes, sports.v1_data_version
  TO fairline_ingest, fairline_preprocessing, fairline_training, fairline_prediction,
     fairline_accounts, fairline_pipeline;

-- The service writes rows of its tables and never their shape.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  sports.competitions, sports.seasons, sports.teams, sports.team_aliases, sports.bookmakers,
  sports.bookmaker_prefixes, sports.ingest_batches, sports.source_files, sports.rejected_rows,
  sports.matches, sports.match_statistics, sports.quotes
  TO fairline_ingest;
GRANT SELECT, INSERT ON sports.match_corrections TO fairline_ingest;
GRANT SELECT, UPDATE ON sports.data_version TO fairline_ingest;
GRANT SELECT ON sports.statistics TO fairline_ingest;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA sports TO fairline_ingest;
