-- Every staking policy that an admin has put in force; the newest counts, and before the first the
-- service's environment does. The service can add and read, nothing else.

CREATE TABLE prediction.staking_policies (
  version    bigint PRIMARY KEY CHECK (version > 0),
  policy     jsonb NOT NULL,       -- every field of libs/domain/staking.hpp; null is infinity
  actor_id   bigint NOT NULL,      -- account
  actor      text NOT NULL,        -- its name at the time
  reason     text NOT NULL CHECK (reason <> ''),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()  -- real time
);
GRANT SELECT, INSERT ON prediction.staking_policies TO fairline_prediction;

-- Bets of one day are staked together, so that an outcome may have room at one risk level only.
ALTER TABLE prediction.advice
  DROP CONSTRAINT advice_check,
  ADD CONSTRAINT advice_bet_has_stake CHECK (
    (no_bet_reason IS NULL) = (greatest(stake_low, stake_medium, stake_high) > 0));
