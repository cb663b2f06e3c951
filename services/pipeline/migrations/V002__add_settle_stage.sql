-- A sixth stage: settle. Runs from before it have it as left out.

ALTER TABLE pipeline.stages DROP CONSTRAINT stages_stage_check,
  ADD CONSTRAINT stages_stage_check CHECK (stage BETWEEN 1 AND 6);
INSERT INTO pipeline.stages (run_id, stage, state, message)
SELECT run_id, 6, 5, 'Made before bets were settled.' FROM pipeline.runs;
