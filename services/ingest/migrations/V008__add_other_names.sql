-- What people and other sources call teams and competitions, for whoever writes a name.

-- The team need not be there yet: a name is known before its team first plays.
CREATE TABLE sports.team_names (
  sport text NOT NULL,
  country text NOT NULL,
  name text NOT NULL,
  team_name text NOT NULL,  -- sports.teams.name
  PRIMARY KEY (sport, country, name)
);

CREATE TABLE sports.competition_names (
  name text PRIMARY KEY,
  competition_id smallint NOT NULL REFERENCES sports.competitions
);

-- Spellings of the sources, and other names of the teams that are there.
CREATE OR REPLACE VIEW sports.v1_team_aliases AS
SELECT sport, country, alias, team_id FROM sports.team_aliases
UNION ALL
SELECT n.sport, n.country, n.name, t.team_id
FROM sports.team_names n
JOIN sports.teams t ON t.sport = n.sport AND t.country = n.country AND t.name = n.team_name;

CREATE VIEW sports.v1_competition_names AS
SELECT competition_id, name FROM sports.competition_names;

GRANT SELECT ON sports.v1_competition_names
  TO fairline_ingest, fairline_preprocessing, fairline_training, fairline_prediction,
     fairline_accounts, fairline_pipeline;
GRANT SELECT, INSERT, UPDATE, DELETE ON sports.team_names, sports.competition_names
  TO fairline_ingest;
