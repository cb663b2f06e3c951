-- The append-only log of forecasts and of the advice that followed from them: once per match, odds
-- snapshot and model version, before kick-off. Both tables are partitioned by the month of the
-- match; the default partition is a net under ensure_month.

CREATE TABLE prediction.forecasts (
  match_id             bigint NOT NULL,
  match_date           date NOT NULL,
  odds_hash            text NOT NULL,     -- SHA-256 over the prices known
  model                text NOT NULL,     -- registered model: the sport
  model_version        integer NOT NULL,
  bundle_sha256        text NOT NULL,
  information          text NOT NULL CHECK (information IN ('with_odds', 'no_odds')),
  kickoff_time         timestamptz,
  market               smallint NOT NULL,  -- libs/domain/market.hpp
  probabilities        double precision[] NOT NULL,  -- in the market's order
  market_probabilities double precision[] NOT NULL,  -- of the average line, de-vigged; or empty
  average_odds         double precision[] NOT NULL,  -- decimal; or empty
  features_hash        text NOT NULL,     -- SHA-256 of the feature row
  as_of                timestamptz NOT NULL,  -- of the data
  state_as_of          timestamptz NOT NULL,  -- of the team states
  data_version         bigint NOT NULL,
  sealed_at            timestamptz NOT NULL DEFAULT now(),  -- real time
  CHECK (as_of < coalesce(kickoff_time, (match_date + 1)::timestamp AT TIME ZONE 'UTC')),
  PRIMARY KEY (match_date, match_id, model, model_version, odds_hash)
) PARTITION BY RANGE (match_date);
CREATE TABLE prediction.forecasts_default PARTITION OF prediction.forecasts DEFAULT;
CREATE INDEX forecasts_by_match ON prediction.forecasts (match_id);

-- Free of any bankroll: the stakes are parts of it, at each risk level, after the caps of `policy`.
CREATE TABLE prediction.advice (
  match_id       bigint NOT NULL,
  match_date     date NOT NULL,
  odds_hash      text NOT NULL,
  model          text NOT NULL,
  model_version  integer NOT NULL,
  outcome        smallint NOT NULL,  -- libs/domain/market.hpp
  probability    double precision NOT NULL,
  best_odds      double precision,
  bookmaker_code text,
  captured_at    timestamptz,        -- when the price was taken
  edge           double precision,   -- probability * best_odds - 1
  full_kelly     double precision NOT NULL,
  stake_low      double precision NOT NULL,
  stake_medium   double precision NOT NULL,
  stake_high     double precision NOT NULL,
  no_bet_reason  text,               -- NULL: a bet
  policy         jsonb NOT NULL,
  sealed_at      timestamptz NOT NULL DEFAULT now(),
  CHECK ((no_bet_reason IS NULL) = (stake_high > 0)),
  PRIMARY KEY (match_date, match_id, model, model_version, odds_hash, outcome),
  FOREIGN KEY (match_date, match_id, model, model_version, odds_hash)
    REFERENCES prediction.forecasts
) PARTITION BY RANGE (match_date);
CREATE TABLE prediction.advice_default PARTITION OF prediction.advice DEFAULT;
CREATE INDEX advice_by_match ON prediction.advice (match_id);

-- Makes the partitions of the month that holds `day`. The service may call this and no other DDL.
CREATE FUNCTION prediction.ensure_month(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first  date := date_trunc('month', day)::date;
  next   date := (date_trunc('month', day) + interval '1 month')::date;
  suffix text := to_char(day, 'YYYYMM');
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['forecasts', 'advice'] LOOP
    IF to_regclass(format('prediction.%s_%s', parent, suffix)) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('prediction.ensure_month'));
      EXECUTE format('CREATE TABLE IF NOT EXISTS prediction.%I PARTITION OF prediction.%I '
                     'FOR VALUES FROM (%L) TO (%L)',
                     parent || '_' || suffix, parent, first, next);
    END IF;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION prediction.ensure_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prediction.ensure_month(date) TO fairline_prediction;
GRANT USAGE ON SCHEMA prediction TO fairline_prediction;
GRANT SELECT, INSERT ON prediction.forecasts, prediction.advice TO fairline_prediction;
