-- Walk-forwards and searches are cut into tasks that any number of workers claim, and can be
-- cancelled. Their forecasts are published for backtests.

ALTER TABLE training.jobs
    DROP CONSTRAINT jobs_kind_check,
    DROP CONSTRAINT jobs_state_check,
    ADD CHECK (kind IN ('train', 'walk_forward', 'search')),
    ADD CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    ADD COLUMN options   jsonb NOT NULL DEFAULT '{}',
    -- What every worker must agree on for the same bits: fixed when the job was asked for, the
    -- hash when the first of them had read the data.
    ADD COLUMN recipe    text,
    ADD COLUMN as_of     timestamptz,
    ADD COLUMN data_hash text;

UPDATE training.jobs SET options = jsonb_build_object('first_season', first_season,
                                                      'last_season', last_season);
UPDATE training.jobs
SET state = 'failed', lease_until = NULL, error = 'begun by an earlier version: start it again'
WHERE kind = 'walk_forward' AND state IN ('queued', 'running');
ALTER TABLE training.jobs DROP COLUMN first_season, DROP COLUMN last_season;

CREATE TABLE training.tasks (
    task_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id        bigint NOT NULL REFERENCES training.jobs,
    kind          text NOT NULL
                  CHECK (kind IN ('plan', 'forecast', 'trial', 'promote', 'judge_season', 'judge')),
    -- A task waits for those of its job with a smaller stage and no later season.
    stage         smallint NOT NULL,
    season_start  smallint NOT NULL,
    model         text NOT NULL DEFAULT '',
    trial         integer NOT NULL DEFAULT -1,  -- of a search; -1: none
    state         text NOT NULL DEFAULT 'queued'
                  CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    share_done    real NOT NULL DEFAULT 0,
    result        jsonb,
    error         text,
    worker        text,                         -- who claimed it last
    attempts      integer NOT NULL DEFAULT 0,
    lease_until   timestamptz,
    fencing_token bigint NOT NULL DEFAULT 0,
    begun_at      timestamptz,
    ended_at      timestamptz,
    UNIQUE (job_id, kind, stage, season_start, model, trial)
);
CREATE INDEX tasks_open ON training.tasks (job_id, season_start, stage, task_id)
    WHERE state IN ('queued', 'running');
CREATE INDEX tasks_unfinished ON training.tasks (job_id, stage, season_start)
    WHERE state <> 'done';

-- One row a match. The arrays are taken apart by position: slices would unpack them once a match.
CREATE VIEW training.v1_walk_forward_forecasts AS
SELECT f.job_id AS walk_forward_id, j.sport, f.season_start, f.forecaster,
       m.match_id, m.match_date, p.probabilities
FROM training.season_forecasts f
JOIN training.jobs j USING (job_id)
CROSS JOIN LATERAL unnest(f.match_ids, f.match_dates)
    WITH ORDINALITY AS m (match_id, match_date, position)
JOIN LATERAL (
    SELECT (u.place - 1) / (cardinality(f.probabilities) / cardinality(f.match_ids)) + 1
               AS position,
           array_agg(u.probability ORDER BY u.place) AS probabilities
    FROM unnest(f.probabilities) WITH ORDINALITY AS u (probability, place)
    GROUP BY 1) p ON p.position = m.position
WHERE j.kind = 'walk_forward' AND j.state = 'done';

GRANT SELECT, INSERT, UPDATE ON training.tasks TO fairline_training;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA training TO fairline_training;
GRANT USAGE ON SCHEMA training TO fairline_prediction, fairline_accounts;
GRANT SELECT ON training.v1_walk_forward_forecasts
    TO fairline_training, fairline_prediction, fairline_accounts;
