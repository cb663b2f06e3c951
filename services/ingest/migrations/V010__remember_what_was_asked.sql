-- What the request of a batch asked for, so that its id cannot be used for another one. NULL in
-- batches from before.

ALTER TABLE sports.ingest_batches ADD COLUMN content text;
