-- Forecasts from the odds of past matches, and how sure each forecast was.

ALTER TABLE prediction.forecasts
  DROP CONSTRAINT forecasts_information_check,
  ADD CONSTRAINT forecasts_information_check
    CHECK (information IN ('with_odds', 'past_odds', 'no_odds')),
  -- Standard deviation of each probability; empty when the version did not say.
  ADD COLUMN deviations double precision[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT forecasts_deviations_check
    CHECK (cardinality(deviations) IN (0, cardinality(probabilities)) AND 0 <= ALL (deviations));
