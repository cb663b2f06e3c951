-- Experiments with their runs, and registered models with their versions, aliases and history.

CREATE TABLE registry.experiments (
    experiment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE registry.runs (
    run_id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    run_number    bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    request_id    text NOT NULL UNIQUE,
    experiment_id bigint NOT NULL REFERENCES registry.experiments,
    name          text NOT NULL,
    state         smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
    started_at    timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    CHECK ((state = 1) = (ended_at IS NULL))
);
COMMENT ON COLUMN registry.runs.state IS '1 running, 2 finished, 3 failed';
CREATE INDEX runs_by_experiment ON registry.runs (experiment_id, run_number DESC);

CREATE TABLE registry.run_parameters (
    run_id uuid NOT NULL REFERENCES registry.runs,
    key    text NOT NULL,
    value  text NOT NULL,
    PRIMARY KEY (run_id, key)
);

CREATE TABLE registry.run_metrics (
    run_id    uuid NOT NULL REFERENCES registry.runs,
    key       text NOT NULL,
    step      bigint NOT NULL DEFAULT 0,
    value     double precision NOT NULL,
    logged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, key, step)
);

CREATE TABLE registry.run_tags (
    run_id uuid NOT NULL REFERENCES registry.runs,
    key    text NOT NULL,
    value  text NOT NULL,
    PRIMARY KEY (run_id, key)
);

CREATE TABLE registry.models (
    model      text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE registry.versions (
    model          text NOT NULL REFERENCES registry.models,
    version        integer NOT NULL CHECK (version > 0),
    request_id     text UNIQUE,
    run_id         uuid NOT NULL REFERENCES registry.runs,
    bundle_sha256  text NOT NULL CHECK (bundle_sha256 ~ '^[0-9a-f]{64}$'),
    bundle_path    text NOT NULL,
    catalogue_hash text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, version),
    UNIQUE (model, bundle_sha256)
);
CREATE INDEX versions_by_run ON registry.versions (run_id);

CREATE TABLE registry.version_metrics (
    model   text NOT NULL,
    version integer NOT NULL,
    key     text NOT NULL,
    step    bigint NOT NULL DEFAULT 0,
    value   double precision NOT NULL,
    PRIMARY KEY (model, version, key, step),
    FOREIGN KEY (model, version) REFERENCES registry.versions
);

CREATE TABLE registry.version_tags (
    model   text NOT NULL,
    version integer NOT NULL,
    key     text NOT NULL,
    value   text NOT NULL,
    PRIMARY KEY (model, version, key),
    FOREIGN KEY (model, version) REFERENCES registry.versions
);

-- What the gate said, once per version.
CREATE TABLE registry.judgements (
    model     text NOT NULL,
    version   integer NOT NULL,
    champion  integer,
    promoted  boolean NOT NULL,
    quality   text NOT NULL CHECK (quality IN ('good', 'bad')),
    reasons   text[] NOT NULL,
    actor     text NOT NULL,
    judged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, version),
    FOREIGN KEY (model, version) REFERENCES registry.versions
);

CREATE TABLE registry.aliases (
    model   text NOT NULL,
    alias   text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (model, alias),
    FOREIGN KEY (model, version) REFERENCES registry.versions
);
CREATE INDEX aliases_by_version ON registry.aliases (model, version);

CREATE TABLE registry.alias_moves (
    move_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model        text NOT NULL,
    alias        text NOT NULL,
    from_version integer,
    to_version   integer NOT NULL,
    actor        text NOT NULL,
    reason       text NOT NULL CHECK (reason <> ''),
    moved_at     timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (model, from_version) REFERENCES registry.versions,
    FOREIGN KEY (model, to_version) REFERENCES registry.versions
);
CREATE INDEX alias_moves_by_model ON registry.alias_moves (model, move_id DESC);

GRANT USAGE ON SCHEMA registry TO fairline_registry;
GRANT SELECT, INSERT ON registry.experiments, registry.run_parameters, registry.versions,
    registry.version_metrics, registry.judgements, registry.alias_moves TO fairline_registry;
-- UPDATE on models is needed to lock a model's row while its versions are numbered.
GRANT SELECT, INSERT, UPDATE ON registry.runs, registry.run_metrics, registry.run_tags,
    registry.models, registry.version_tags, registry.aliases TO fairline_registry;
