-- Durable runs of the stages ingest, preprocess, train, register, predict.

CREATE TABLE pipeline.runs (
  run_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Who asked, and the key under which a repeated call finds the same run.
  actor text NOT NULL,
  request_id text,
  -- 1 queued, 2 running, 3 succeeded, 4 failed, 5 cancelled
  state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 5),
  -- Empty means all.
  competition_codes text[] NOT NULL,
  -- 0 means 2005 and the current season.
  first_season_start integer NOT NULL,
  last_season_start integer NOT NULL,
  -- True when the caller named the stages: a named stage is run even when nothing is new.
  stages_named boolean NOT NULL,
  cancel_requested boolean NOT NULL DEFAULT false,
  error text NOT NULL DEFAULT '',
  -- Grows with every change of the run or its stages; what watchers resume from.
  revision bigint NOT NULL DEFAULT 1,
  -- Grows with every claim; a worker whose token is older writes nothing.
  lease_token bigint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  create_time timestamptz NOT NULL DEFAULT now(),
  end_time timestamptz,
  UNIQUE (actor, request_id)
);
CREATE INDEX runs_newest_first ON pipeline.runs (create_time DESC, run_id DESC);
CREATE INDEX runs_unfinished ON pipeline.runs (create_time) WHERE state IN (1, 2);

CREATE TABLE pipeline.stages (
  run_id uuid NOT NULL REFERENCES pipeline.runs ON DELETE CASCADE,
  -- 1 ingest, 2 preprocess, 3 train, 4 register, 5 predict
  stage smallint NOT NULL CHECK (stage BETWEEN 1 AND 5),
  -- 1 waiting, 2 running, 3 succeeded, 4 failed, 5 skipped
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
  attempts integer NOT NULL DEFAULT 0,
  activity text NOT NULL DEFAULT '',
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  start_time timestamptz,
  end_time timestamptz,
  message text NOT NULL DEFAULT '',
  -- What later stages and later runs need to know of this one; null where it does not apply.
  data_version bigint,
  catalogue_hash text,
  finished_matches bigint,
  model text,
  model_version integer,
  promoted boolean,
  PRIMARY KEY (run_id, stage)
);
-- Finds an earlier training on the same data.
CREATE INDEX stages_by_data ON pipeline.stages (stage, data_version, catalogue_hash)
  WHERE data_version IS NOT NULL;

-- What happened to a run, for the operator who asks why; never changed.
CREATE TABLE pipeline.events (
  event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES pipeline.runs ON DELETE CASCADE,
  event_time timestamptz NOT NULL DEFAULT now(),
  -- null for events of the run as a whole
  stage smallint,
  event text NOT NULL
);
CREATE INDEX events_of_run ON pipeline.events (run_id, event_id);

GRANT USAGE ON SCHEMA pipeline TO fairline_pipeline;
GRANT SELECT, INSERT, UPDATE ON pipeline.runs, pipeline.stages TO fairline_pipeline;
GRANT SELECT, INSERT ON pipeline.events TO fairline_pipeline;
