-- A revision without a score: the match's result was taken back, and its forecast counts no longer.
ALTER TABLE prediction.scores
  ALTER COLUMN home_score DROP NOT NULL,
  ALTER COLUMN away_score DROP NOT NULL,
  ALTER COLUMN result DROP NOT NULL,
  ADD CHECK ((home_score IS NULL) = (result IS NULL) AND (away_score IS NULL) = (result IS NULL));
