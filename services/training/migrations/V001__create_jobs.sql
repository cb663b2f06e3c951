-- Work that outlives a process: trainings and walk-forwards, with what they found.

CREATE TABLE training.jobs (
    job_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('train', 'walk_forward')),
    request_id    text NOT NULL,
    sport         text NOT NULL,
    first_season  smallint NOT NULL DEFAULT 0,
    last_season   smallint NOT NULL DEFAULT 0,
    state         text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    activity      text NOT NULL DEFAULT '',
    units_done    bigint NOT NULL DEFAULT 0,
    units_total   bigint NOT NULL DEFAULT 0,
    summary       jsonb,
    error         text,
    -- Who works on it holds the lease; each claim has a larger token, and writes under an older one
    -- change nothing.
    lease_until   timestamptz,
    fencing_token bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, request_id)
);
COMMENT ON COLUMN training.jobs.first_season IS 'start year; 0: the last six complete seasons';
CREATE INDEX jobs_open ON training.jobs (kind, job_id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_kind ON training.jobs (kind, job_id DESC);

-- Finished fits, so that none is repeated: the key is a hash of data, recipe, seed and code.
CREATE TABLE training.checkpoints (
    key          text PRIMARY KEY CHECK (key ~ '^[0-9a-f]{64}$'),
    booster      bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX checkpoints_by_use ON training.checkpoints (last_used_at);

-- Out-of-sample forecasts of one season by one forecaster; the arrays have one entry a match, the
-- probabilities one an outcome of each match.
CREATE TABLE training.season_forecasts (
    job_id        bigint NOT NULL REFERENCES training.jobs,
    season_start  smallint NOT NULL,
    forecaster    text NOT NULL,
    match_ids     bigint[] NOT NULL,
    match_dates   date[] NOT NULL,
    results       smallint[] NOT NULL,
    probabilities double precision[] NOT NULL,
    PRIMARY KEY (job_id, season_start, forecaster)
);

-- How they were judged; season_start 0 holds all seasons together.
CREATE TABLE training.evaluations (
    job_id       bigint NOT NULL REFERENCES training.jobs,
    season_start smallint NOT NULL,
    position     smallint NOT NULL,
    model        text NOT NULL,
    evaluation   jsonb NOT NULL,
    PRIMARY KEY (job_id, season_start, model)
);

-- Which training made a bundle first.
CREATE TABLE training.bundles (
    bundle_sha256   text PRIMARY KEY CHECK (bundle_sha256 ~ '^[0-9a-f]{64}$'),
    job_id          bigint NOT NULL REFERENCES training.jobs,
    held_out_season smallint NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

GRANT USAGE ON SCHEMA training TO fairline_training;
GRANT SELECT, INSERT, UPDATE ON training.jobs TO fairline_training;
GRANT SELECT, INSERT, UPDATE, DELETE ON training.checkpoints TO fairline_training;
GRANT SELECT, INSERT ON training.season_forecasts, training.evaluations, training.bundles
  TO fairline_training;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA training TO fairline_training;
