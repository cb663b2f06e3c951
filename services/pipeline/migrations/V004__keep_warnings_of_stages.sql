-- A stage can succeed and still have something to say: files that failed, contents kept aside, rows
-- that a source took back.
ALTER TABLE pipeline.stages ADD COLUMN warnings text[] NOT NULL DEFAULT '{}';
