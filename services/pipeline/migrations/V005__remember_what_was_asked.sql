-- What a run was asked to do, so that its request_id cannot be used for another one. NULL in runs
-- from before.

ALTER TABLE pipeline.runs ADD COLUMN content text;
