-- Replays of past seasons: what was asked for, how far it is, and what came out.

CREATE TABLE training.backtests (
    backtest_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id      text NOT NULL UNIQUE,
    settings        jsonb NOT NULL,
    state           text NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    days_done       bigint NOT NULL DEFAULT 0,
    days_total      bigint NOT NULL DEFAULT 0,
    walk_forward_id bigint NOT NULL DEFAULT 0,  -- the one it ran on
    result          jsonb,
    bets            text,                       -- CSV
    error           text,
    -- Who works on it holds the lease; each claim has a larger token, and writes under an older one
    -- change nothing.
    lease_until     timestamptz,
    fencing_token   bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX backtests_open ON training.backtests (backtest_id)
    WHERE state IN ('queued', 'running');

GRANT SELECT, INSERT, UPDATE ON training.backtests TO fairline_training;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA training TO fairline_training;
