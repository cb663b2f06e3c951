-- A job whose matches or features have changed since it began does so again by itself, a few times.

ALTER TABLE training.jobs ADD COLUMN restarts integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN training.jobs.restarts IS 'how often it began again because new data came in';

-- Of an open job, forgets what its tasks have done and found. The service may call this and delete
-- nothing otherwise.
CREATE FUNCTION training.begin_again(outdated bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE training.jobs SET state = 'queued', restarts = restarts + 1, data_hash = NULL,
         units_total = 0, updated_at = now()
  WHERE job_id = outdated AND state IN ('queued', 'running');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'job % has ended', outdated;
  END IF;
  DELETE FROM training.tasks WHERE job_id = outdated;
  DELETE FROM training.season_forecasts WHERE job_id = outdated;
  DELETE FROM training.evaluations WHERE job_id = outdated;
END $$;
REVOKE ALL ON FUNCTION training.begin_again(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training.begin_again(bigint) TO fairline_training;
