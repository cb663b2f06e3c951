-- A changed staking policy makes advice of its own on the same odds and the same model version.

ALTER TABLE prediction.advice
  -- Of the policy's fields, whatever number its version has.
  ADD COLUMN policy_md5 text NOT NULL
    GENERATED ALWAYS AS (md5((policy - 'version')::text)) STORED,
  DROP CONSTRAINT advice_pkey,
  ADD PRIMARY KEY (match_date, match_id, model, model_version, odds_hash, policy_md5, outcome);
