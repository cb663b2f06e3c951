-- What was fetched, read and refused, and the version of the data that came of it.

CREATE TABLE sports.ingest_batches (
  batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_id text UNIQUE,  -- the same request is the same batch
  as_of timestamptz NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,    -- NULL while it runs, or if it was killed
  files_unchanged bigint NOT NULL DEFAULT 0,
  files_absent bigint NOT NULL DEFAULT 0,
  files_failed bigint NOT NULL DEFAULT 0,
  warnings text[] NOT NULL DEFAULT '{}'
);

-- One row for every content that a file had; written in the transaction that loads it.
CREATE TABLE sports.source_files (
  source_file_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  batch_id bigint NOT NULL REFERENCES sports.ingest_batches,
  source text NOT NULL,
  name text NOT NULL,  -- path below the source's base URL
  url text NOT NULL,
  sha256 text NOT NULL,
  etag text,
  last_modified text,
  lake_path text NOT NULL,
  size_bytes bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('loaded', 'refused')),
  message text NOT NULL DEFAULT '',  -- why it was refused
  reader_version text NOT NULL,      -- of the code and tables that read it
  fetched_at timestamptz NOT NULL,
  matches_added bigint NOT NULL DEFAULT 0,
  matches_updated bigint NOT NULL DEFAULT 0,
  quotes_added bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0
);
CREATE INDEX ON sports.source_files (name, source_file_id DESC);
CREATE INDEX ON sports.source_files (batch_id);

CREATE TABLE sports.rejected_rows (
  rejected_row_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  batch_id bigint NOT NULL REFERENCES sports.ingest_batches,
  source_file_id bigint NOT NULL REFERENCES sports.source_files,
  line integer NOT NULL,
  column_name text NOT NULL,  -- empty when the whole row was refused
  reason text NOT NULL,
  text text NOT NULL
);
CREATE INDEX ON sports.rejected_rows (batch_id, rejected_row_id);
CREATE INDEX ON sports.rejected_rows (source_file_id);

-- One row. Grows in every transaction that changes a match or a price.
CREATE TABLE sports.data_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL,
  changed_at timestamptz NOT NULL
);
INSERT INTO sports.data_version (version, changed_at) VALUES (0, now());
