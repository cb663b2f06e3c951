-- The public record: what was sealed, literally, before it happened; the daily hash chain over it
-- (libs/record/chain.hpp); and how it came out. The service can add and read, nothing else.

CREATE TABLE prediction.record_lines (
  line_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- the order of the chain
  day          date NOT NULL,          -- UTC day of sealed_at
  sealed_at    timestamptz NOT NULL,   -- real time
  kind         smallint NOT NULL CHECK (kind IN (1, 2)),  -- 1 forecast with its advice, 2 withdrawal
  match_id     bigint NOT NULL,
  hidden_until timestamptz NOT NULL,   -- the line is public from kick-off on, its hash at once
  withdraws    bigint UNIQUE REFERENCES prediction.record_lines,
  reason       text,                   -- of a withdrawal
  line         text NOT NULL,          -- JSON, exactly as hashed
  sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CHECK (day = (sealed_at AT TIME ZONE 'UTC')::date),
  CHECK ((kind = 2) = (withdraws IS NOT NULL) AND (kind = 2) = (reason IS NOT NULL))
);
CREATE INDEX record_lines_by_day ON prediction.record_lines (day, line_id);
CREATE INDEX record_lines_by_match ON prediction.record_lines (match_id, line_id DESC)
  WHERE kind = 1;
CREATE INDEX record_lines_coming ON prediction.record_lines (hidden_until) WHERE kind = 1;

-- One a day that has lines, made when the day is over.
CREATE TABLE prediction.seals (
  day             date PRIMARY KEY,
  lines           bigint NOT NULL CHECK (lines > 0),
  lines_sha256    text NOT NULL CHECK (lines_sha256 ~ '^[0-9a-f]{64}$'),
  previous_sha256 text NOT NULL UNIQUE CHECK (previous_sha256 ~ '^[0-9a-f]{64}$'),
  sha256          text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  sealed_at       timestamptz NOT NULL DEFAULT now()
);

-- The last forecast before kick-off against the result; a corrected result is a new revision.
CREATE TABLE prediction.scores (
  match_id              bigint NOT NULL,
  revision              integer NOT NULL CHECK (revision > 0),
  line_id               bigint NOT NULL REFERENCES prediction.record_lines,
  match_date            date NOT NULL,
  competition_code      text NOT NULL,
  home_score            smallint NOT NULL,
  away_score            smallint NOT NULL,
  result                smallint NOT NULL,  -- position among the outcomes
  base_probabilities    double precision[] NOT NULL,     -- of the competition's five seasons before
  closing_probabilities double precision[] NOT NULL,     -- power de-vig; or empty
  closing_source        text NOT NULL CHECK (closing_source IN ('', 'pinnacle', 'average')),
  scored_at             timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (match_id, revision)
);
CREATE INDEX scores_by_day ON prediction.scores (match_date DESC, match_id DESC);

GRANT SELECT, INSERT ON prediction.record_lines, prediction.seals, prediction.scores
  TO fairline_prediction;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA prediction TO fairline_prediction;
