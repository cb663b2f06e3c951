-- Point-in-time features of matches, and the state of knowledge that they were made from.

-- One catalogue of features of one sport. A change of any feature's calculation is a new row.
CREATE TABLE features.feature_sets (
  feature_set_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sport text NOT NULL,
  name text NOT NULL,
  catalogue_hash text NOT NULL UNIQUE,
  catalogue jsonb NOT NULL,  -- {"features": [{"name", "meaning", "unit", "source", "block"}], ...}
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One row a match, all as of the latest row of team_states; replaced together with it. An element
-- of values belongs to the catalogue's feature of the same position; NaN is "not known".
CREATE TABLE features.match_features (
  feature_set_id integer NOT NULL REFERENCES features.feature_sets,
  match_id bigint NOT NULL,
  match_date date NOT NULL,
  is_coming boolean NOT NULL,
  values real[] NOT NULL,
  computed_at timestamptz NOT NULL DEFAULT now(),  -- when this row last changed
  PRIMARY KEY (feature_set_id, match_id)
);
CREATE INDEX ON features.match_features (feature_set_id, match_date, match_id);

-- Each computation: what it knew and the replay's state after it, to forecast any pairing from.
CREATE TABLE features.team_states (
  state_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feature_set_id integer NOT NULL REFERENCES features.feature_sets,
  as_of timestamptz NOT NULL,
  data_version bigint NOT NULL,  -- sports.v1_data_version
  finished_matches bigint NOT NULL,
  coming_matches bigint NOT NULL,
  state bytea NOT NULL,  -- features::Replay::Save
  computed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON features.team_states (feature_set_id, state_id DESC);

CREATE VIEW features.v1_feature_sets AS
SELECT feature_set_id, sport, name, catalogue_hash, catalogue FROM features.feature_sets;

CREATE VIEW features.v1_match_features AS
SELECT feature_set_id, match_id, match_date, is_coming, values FROM features.match_features;

CREATE VIEW features.v1_latest_state AS
SELECT DISTINCT ON (s.feature_set_id)
       s.feature_set_id, f.catalogue_hash, s.as_of, s.data_version, s.state
FROM features.team_states s
JOIN features.feature_sets f USING (feature_set_id)
ORDER BY s.feature_set_id, s.state_id DESC;

GRANT USAGE ON SCHEMA features TO fairline_training, fairline_prediction;
GRANT SELECT ON features.v1_feature_sets, features.v1_match_features, features.v1_latest_state
  TO fairline_preprocessing, fairline_training, fairline_prediction;
GRANT SELECT, INSERT ON features.feature_sets TO fairline_preprocessing;
GRANT SELECT, INSERT, UPDATE, DELETE ON features.match_features TO fairline_preprocessing;
GRANT SELECT, INSERT, DELETE ON features.team_states TO fairline_preprocessing;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA features TO fairline_preprocessing;
