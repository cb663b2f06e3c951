-- What a source stops saying counts no longer. Every match, result and price knows the content of a
-- file that had it last; what a newer content leaves out is taken back by a mark, never by a delete,
-- and as of a moment before the mark it shows as it did.

-- 'kept aside': a content that looks cut in transit. It counts once it is fetched on a later day too.
ALTER TABLE sports.source_files DROP CONSTRAINT source_files_status_check;
ALTER TABLE sports.source_files
  ADD CONSTRAINT source_files_status_check CHECK (status IN ('loaded', 'refused', 'kept aside')),
  ADD COLUMN columns text[],        -- the header's names that mean something to the reader
  ADD COLUMN rows_sha256 text,      -- of the days and pairings of its rows, in file order
  ADD COLUMN seen_at timestamptz,   -- as-of moment of the last fetch that had this content
  ADD COLUMN matches_taken_back bigint NOT NULL DEFAULT 0;

ALTER TABLE sports.matches
  ADD COLUMN season_file_id bigint,       -- of sports.source_files: the last season file that had it
  ADD COLUMN season_line integer,         -- and the line there
  ADD COLUMN list_file_id bigint,         -- the last list of coming matches that had it
  ADD COLUMN not_offered_from timestamptz,  -- its whole competition is missing from the list since
  ADD COLUMN taken_back_at timestamptz,     -- the season file has no such row any more since
  -- What bets on an awarded match go by: the score before it was awarded; NULL if it had none.
  ADD COLUMN played_home_score smallint,
  ADD COLUMN played_away_score smallint,
  ADD CHECK ((played_home_score IS NULL) = (played_away_score IS NULL));

-- Matches of season files that are stored already: of the last content that was loaded.
UPDATE sports.matches m SET season_file_id = f.source_file_id
FROM (
  SELECT DISTINCT ON (s.name) s.name, s.source_file_id FROM sports.source_files s
  WHERE s.status = 'loaded' AND s.source = 'football-data' ORDER BY s.name, s.source_file_id DESC) f,
  sports.competitions c
WHERE c.competition_id = m.competition_id
  AND f.name = format('mmz4281/%s%s/%s.csv', lpad((m.season_start % 100)::text, 2, '0'),
                      lpad(((m.season_start + 1) % 100)::text, 2, '0'), c.code)
  AND (m.home_score IS NOT NULL OR m.listed_from IS NULL);

-- One entry for everything that a source said of a match and later said otherwise.
ALTER TABLE sports.match_corrections
  ALTER COLUMN former_home_score DROP NOT NULL,
  ALTER COLUMN former_away_score DROP NOT NULL,
  -- 1 another score, 2 a score taken away, 3 the row taken back, 4 the row is there again
  ADD COLUMN kind smallint NOT NULL DEFAULT 1 CHECK (kind BETWEEN 1 AND 4),
  ADD COLUMN known_at timestamptz;  -- as-of moment of the load

ALTER TABLE sports.quotes
  -- The last list that had the price: its age counts from that list's seen_at. NULL for prices of
  -- history, which the season file of their match had last.
  ADD COLUMN list_file_id bigint,
  ADD COLUMN withdrawn_at timestamptz;  -- left out by a newer content since

-- Grows when a list was fetched again: its matches and prices are what they were, and younger.
ALTER TABLE sports.data_version ADD COLUMN list_version bigint NOT NULL DEFAULT 0;
CREATE OR REPLACE VIEW sports.v1_data_version AS
SELECT version, changed_at, list_version FROM sports.data_version;

CREATE OR REPLACE FUNCTION sports.is_overtaken(competition smallint, season smallint, day date)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 1
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM sports.matches other
    WHERE other.competition_id = competition AND other.season_start = season
      AND (other.match_date > day
           OR other.match_date = day
              AND (day + 2)::timestamp AT TIME ZONE 'UTC' <= sports.as_of())
      AND other.home_score IS NOT NULL AND other.taken_back_at IS NULL
      AND sports.is_over(other.kickoff_time, other.match_date, sports.as_of()))
$$;

-- New at the end:
--   settlement_*      what bets and the record go by: the score, but of an awarded match (state 5)
--                     the one before it was awarded; NULL without a score
--   not_offered_from  since when the list of coming matches leaves its whole competition out
-- A match that was taken back does not show; sports.v1_taken_back_matches has it.
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
       CASE WHEN o.is_over THEN s.away END AS away_statistics,
       CASE WHEN NOT o.is_over THEN NULL
            WHEN m.state = 5 THEN m.played_home_score ELSE m.home_score END
         AS settlement_home_score,
       CASE WHEN NOT o.is_over THEN NULL
            WHEN m.state = 5 THEN m.played_away_score ELSE m.away_score END
         AS settlement_away_score,
       CASE WHEN m.not_offered_from <= (SELECT sports.as_of()) THEN m.not_offered_from END
         AS not_offered_from
FROM sports.matches m
JOIN sports.competitions c USING (competition_id)
LEFT JOIN sports.match_statistics s USING (match_id)
CROSS JOIN LATERAL (
  SELECT sports.is_over(m.kickoff_time, m.match_date, (SELECT sports.as_of())) AS is_over) o
WHERE ((o.is_over AND m.state <> 1) OR m.listed_from <= (SELECT sports.as_of()))
  AND (m.taken_back_at IS NULL OR m.taken_back_at > (SELECT sports.as_of()));

-- Matches that showed once and that their source took back: bets on them are void.
CREATE VIEW sports.v1_taken_back_matches AS
SELECT match_id, taken_back_at FROM sports.matches
WHERE taken_back_at <= (SELECT sports.as_of());

-- A withdrawn price does not show. New at the end: seen_at, when the price was last on offer as far
-- as known; NULL for prices of history.
CREATE OR REPLACE VIEW sports.v1_quotes AS
SELECT q.match_id, q.match_date, q.bookmaker_id, b.code AS bookmaker_code,
       b.kind AS bookmaker_kind, q.market, q.line_quarters, q.phase, q.price_1, q.price_2,
       q.price_3, q.captured_at,
       greatest(q.captured_at, least(f.seen_at, (SELECT sports.as_of()))) AS seen_at
FROM sports.quotes q
JOIN sports.bookmakers b USING (bookmaker_id)
LEFT JOIN sports.source_files f ON f.source_file_id = q.list_file_id
JOIN sports.matches m ON m.match_id = q.match_id AND m.match_date = q.match_date
WHERE (q.captured_at <= (SELECT sports.as_of())
       OR (q.captured_at IS NULL
           AND sports.is_over(m.kickoff_time, m.match_date, (SELECT sports.as_of()))))
  AND (q.withdrawn_at IS NULL OR q.withdrawn_at > (SELECT sports.as_of()));

GRANT SELECT ON sports.v1_taken_back_matches
  TO fairline_ingest, fairline_preprocessing, fairline_training, fairline_prediction,
     fairline_accounts, fairline_pipeline;
