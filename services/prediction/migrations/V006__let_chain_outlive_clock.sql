-- A clock that steps back, or that ran ahead, must not break the chain. The day of a line is the day
-- in whose seal it stands: the UTC day of sealed_at, or the first day that was not sealed yet.

ALTER TABLE prediction.record_lines DROP CONSTRAINT record_lines_check;

-- What the clock broke before: lines written into a day behind its seal, where the lines before them
-- are those that it was sealed over; and lines of a day before the last sealed one that has no seal.
-- The next seal covers them. Nothing that was hashed changes.
WITH last AS (SELECT max(day) AS day FROM prediction.seals),
numbered AS (
  SELECT line_id, day, sha256, row_number() OVER (PARTITION BY day ORDER BY line_id) AS place
  FROM prediction.record_lines),
whole AS (
  SELECT s.day, s.lines FROM prediction.seals s
  WHERE s.lines_sha256 = (
    SELECT encode(sha256(convert_to(string_agg(n.sha256 || E'\n', '' ORDER BY n.place), 'UTF8')),
                  'hex')
    FROM numbered n WHERE n.day = s.day AND n.place <= s.lines)),
behind AS (
  SELECT n.line_id FROM numbered n JOIN whole w ON w.day = n.day WHERE n.place > w.lines
  UNION ALL
  SELECT n.line_id FROM numbered n, last
  WHERE n.day < last.day AND NOT EXISTS (SELECT FROM prediction.seals s WHERE s.day = n.day))
UPDATE prediction.record_lines l SET day = last.day + 1
FROM behind b, last WHERE l.line_id = b.line_id;

-- The last guard, whatever the statement says that adds a line.
CREATE FUNCTION prediction.refuse_line_of_sealed_day() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.day <= (SELECT max(day) FROM prediction.seals) THEN
    RAISE EXCEPTION 'the record is sealed up to %: no line can be dated %',
      (SELECT max(day) FROM prediction.seals), NEW.day;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_line_of_sealed_day BEFORE INSERT ON prediction.record_lines
  FOR EACH ROW EXECUTE FUNCTION prediction.refuse_line_of_sealed_day();

-- Lines that no seal covers, dated after `today` by a clock that ran ahead, are of today, or of the
-- first day not sealed yet. The service may call this and change no line otherwise.
CREATE FUNCTION prediction.date_back_open_lines(today date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE prediction.record_lines l SET day = first.day
  FROM (SELECT greatest(today, max(day) + 1) AS day FROM prediction.seals) first
  WHERE l.day > first.day
$$;
REVOKE ALL ON FUNCTION prediction.date_back_open_lines(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prediction.date_back_open_lines(date) TO fairline_prediction;
