-- One queue: a training and a backtest are jobs of one task, and the task alone is leased. What a
-- job of an earlier version held goes over with its id; what was being worked on can be claimed at
-- once, under a new token.

ALTER TABLE training.jobs
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('train', 'walk_forward', 'search', 'backtest'));
ALTER TABLE training.tasks
    DROP CONSTRAINT tasks_kind_check,
    ADD CONSTRAINT tasks_kind_check
        CHECK (kind IN ('plan', 'forecast', 'trial', 'promote', 'judge_season', 'judge', 'train',
                        'replay')),
    -- Of tasks that count: days of a backtest. 0: not known yet.
    ADD COLUMN steps_done  bigint NOT NULL DEFAULT 0,
    ADD COLUMN steps_total bigint NOT NULL DEFAULT 0;

-- Trainings. What V002 wrote into their options was never asked for.
UPDATE training.jobs SET options = '{}' WHERE kind = 'train';
INSERT INTO training.tasks (job_id, kind, stage, season_start, state, share_done, error, attempts,
                            lease_until, fencing_token, begun_at)
SELECT job_id, 'train', 0, 0, state, (state = 'done')::int, error, (fencing_token > 0)::int,
       CASE WHEN state = 'running' THEN now() END, fencing_token,
       CASE WHEN fencing_token > 0 THEN created_at END
FROM training.jobs WHERE kind = 'train' ORDER BY job_id;

-- Backtests.
INSERT INTO training.jobs (kind, request_id, sport, state, options, summary, error, created_at)
SELECT 'backtest', request_id, '', state, settings, CASE WHEN state = 'done' THEN '{}'::jsonb END,
       error, created_at
FROM training.backtests ORDER BY backtest_id;

ALTER TABLE training.backtests ADD COLUMN job_id bigint UNIQUE REFERENCES training.jobs;
UPDATE training.backtests b SET job_id = j.job_id
FROM training.jobs j WHERE j.kind = 'backtest' AND j.request_id = b.request_id;

INSERT INTO training.tasks (job_id, kind, stage, season_start, state, share_done, result, error,
                            attempts, lease_until, fencing_token, begun_at, steps_done,
                            steps_total)
SELECT job_id, 'replay', 0, 0, state, (state = 'done')::int, result, error,
       (fencing_token > 0)::int, CASE WHEN state = 'running' THEN now() END, fencing_token,
       CASE WHEN fencing_token > 0 THEN created_at END, days_done, days_total
FROM training.backtests ORDER BY backtest_id;

-- What is left says what people call a backtest, and what its job has no place for.
ALTER TABLE training.backtests
    ALTER COLUMN job_id SET NOT NULL,
    DROP COLUMN request_id, DROP COLUMN settings, DROP COLUMN state, DROP COLUMN days_done,
    DROP COLUMN days_total, DROP COLUMN result, DROP COLUMN error, DROP COLUMN lease_until,
    DROP COLUMN fencing_token, DROP COLUMN created_at;
ALTER TABLE training.jobs
    DROP COLUMN lease_until, DROP COLUMN fencing_token, DROP COLUMN activity,
    DROP COLUMN units_done;
COMMENT ON COLUMN training.jobs.sport IS 'empty for a backtest: that of its walk-forward';
