-- What was said when a content was loaded is known as long as the load is: a batch that was killed
-- and taken up again names all of it. Batches from before have theirs in their own row.

ALTER TABLE sports.source_files ADD COLUMN warnings text[] NOT NULL DEFAULT '{}';
