-- Which sport a run is about. Empty, as in the runs from before: the data of every sport, and the
-- models of the default one.

ALTER TABLE pipeline.runs ADD COLUMN sport text NOT NULL DEFAULT '';
