-- Reference data of both sports. Competitions, bookmakers and aliases are rows, not code.

CREATE TABLE sports.competitions (
  competition_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  sport text NOT NULL,
  name text NOT NULL,
  country text NOT NULL,
  tier smallint NOT NULL CHECK (tier > 0)
);

CREATE TABLE sports.seasons (
  competition_id smallint NOT NULL REFERENCES sports.competitions,
  start_year smallint NOT NULL,
  label text NOT NULL,
  PRIMARY KEY (competition_id, start_year)
);

CREATE TABLE sports.teams (
  team_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport text NOT NULL,
  country text NOT NULL,
  name text NOT NULL,
  UNIQUE (sport, country, name)
);

-- Other spellings of a team's name in the sources.
CREATE TABLE sports.team_aliases (
  sport text NOT NULL,
  country text NOT NULL,
  alias text NOT NULL,
  team_id bigint NOT NULL REFERENCES sports.teams,
  PRIMARY KEY (sport, country, alias)
);

-- An aggregate is made of many bookmakers' prices: their average, their best.
CREATE TABLE sports.bookmakers (
  bookmaker_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('bookmaker', 'exchange', 'aggregate'))
);

-- How a source's columns name a bookmaker.
CREATE TABLE sports.bookmaker_prefixes (
  source text NOT NULL,
  prefix text NOT NULL,
  bookmaker_id smallint NOT NULL REFERENCES sports.bookmakers,
  PRIMARY KEY (source, prefix)
);

-- What the elements of match_statistics mean, by sport and position.
CREATE TABLE sports.statistics (
  sport text NOT NULL,
  position smallint NOT NULL CHECK (position > 0),
  code text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (sport, position),
  UNIQUE (sport, code)
);

INSERT INTO sports.statistics (sport, position, code, name) VALUES
  ('football', 1, 'half_time_goals', 'Goals at half time'),
  ('football', 2, 'shots', 'Shots'),
  ('football', 3, 'shots_on_target', 'Shots on target'),
  ('football', 4, 'corners', 'Corners'),
  ('football', 5, 'fouls', 'Fouls committed'),
  ('football', 6, 'yellow_cards', 'Yellow cards'),
  ('football', 7, 'red_cards', 'Red cards');
