-- Names that wait for somebody's word, and teams that were made one.

-- A team that was merged lives on under the other's id; its row stays, so that it can be taken back.
ALTER TABLE sports.teams ADD COLUMN merged_into bigint REFERENCES sports.teams;

CREATE TABLE sports.held_names (
  held_name_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  competition_id smallint NOT NULL REFERENCES sports.competitions,
  season_start smallint NOT NULL,
  name_key text NOT NULL,  -- the same for all its spellings (libs/names/likeness.hpp)
  name text NOT NULL,
  state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 4),  -- app/name_store.hpp
  reason text NOT NULL,
  candidates jsonb NOT NULL DEFAULT '[]',  -- team_id, likeness, same_fixtures, evidence
  team_id bigint REFERENCES sports.teams,  -- once decided, unless rejected
  held_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_at timestamptz,
  decided_by text NOT NULL DEFAULT '',
  UNIQUE (competition_id, season_start, name_key)
);
CREATE INDEX ON sports.held_names (state, held_name_id DESC);

-- Rows of the contents of files that wait; gone once they are loaded.
CREATE TABLE sports.held_rows (
  held_name_id bigint NOT NULL REFERENCES sports.held_names ON DELETE CASCADE,
  source_file_id bigint NOT NULL REFERENCES sports.source_files,
  line integer NOT NULL,
  match_date date NOT NULL,
  home text NOT NULL,
  away text NOT NULL,
  PRIMARY KEY (held_name_id, source_file_id, line)
);
CREATE INDEX ON sports.held_rows (source_file_id);

CREATE TABLE sports.team_merges (
  merge_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id bigint NOT NULL REFERENCES sports.teams,
  into_team_id bigint NOT NULL REFERENCES sports.teams,
  reason text NOT NULL,
  merged_by text NOT NULL,
  merged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  undone_by text NOT NULL DEFAULT '',
  undone_at timestamptz
);
CREATE UNIQUE INDEX ON sports.team_merges (team_id) WHERE undone_at IS NULL;
CREATE INDEX ON sports.team_merges (into_team_id);

-- The matches that were reported under the merged team's names, before and since.
CREATE TABLE sports.team_merge_matches (
  merge_id bigint NOT NULL REFERENCES sports.team_merges,
  match_id bigint NOT NULL REFERENCES sports.matches,
  at_home boolean NOT NULL,
  PRIMARY KEY (merge_id, match_id, at_home)
);

-- The names that came with it; `made` are those that were no aliases before.
CREATE TABLE sports.team_merge_aliases (
  merge_id bigint NOT NULL REFERENCES sports.team_merges,
  alias text NOT NULL,
  made boolean NOT NULL,
  PRIMARY KEY (merge_id, alias)
);

-- Both teams of a merge had this match; the other one shows.
ALTER TABLE sports.matches ADD COLUMN set_aside_by bigint REFERENCES sports.team_merges;
CREATE INDEX ON sports.matches (set_aside_by) WHERE set_aside_by IS NOT NULL;

-- As before, without what was set aside.
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
  AND (m.taken_back_at IS NULL OR m.taken_back_at > (SELECT sports.as_of()))
  AND m.set_aside_by IS NULL;

CREATE OR REPLACE VIEW sports.v1_teams AS
SELECT team_id, sport, country, name FROM sports.teams WHERE merged_into IS NULL;

-- An alias that is a team's own name is that team's, which a merge has been undone of.
CREATE OR REPLACE VIEW sports.v1_team_aliases AS
SELECT a.sport, a.country, a.alias, a.team_id FROM sports.team_aliases a
WHERE NOT EXISTS (
  SELECT FROM sports.teams t
  WHERE t.sport = a.sport AND t.country = a.country AND t.name = a.alias
    AND t.merged_into IS NULL AND t.team_id <> a.team_id)
UNION ALL
SELECT n.sport, n.country, n.name, coalesce(t.merged_into, t.team_id)
FROM sports.team_names n
JOIN sports.teams t ON t.sport = n.sport AND t.country = n.country AND t.name = n.team_name;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  sports.held_names, sports.held_rows, sports.team_merges, sports.team_merge_matches,
  sports.team_merge_aliases
  TO fairline_ingest;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA sports TO fairline_ingest;
