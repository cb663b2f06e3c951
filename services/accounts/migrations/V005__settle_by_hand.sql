-- An owner may settle a bet otherwise than its score says, as the bookmaker did. From then on results
-- leave it alone.

ALTER TABLE accounts.bet_settlements ADD COLUMN by_hand boolean NOT NULL DEFAULT false;
-- Of the newest settlement; kept by the trigger below and by nothing else.
ALTER TABLE accounts.bets ADD COLUMN settled_by_hand boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION accounts.book_settlements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM accounts.bets WHERE bet_id IN (SELECT bet_id FROM settled)
    ORDER BY bet_id FOR UPDATE;
    IF EXISTS (SELECT FROM settled s JOIN accounts.bets b USING (bet_id)
               WHERE b.settlements <> s.sequence - 1 OR b.result = 6) THEN
        RAISE serialization_failure USING MESSAGE = 'the bet was settled by somebody else';
    END IF;
    INSERT INTO accounts.journal (user_id, kind, amount_minor_units, note, bet_id, effective_time)
    SELECT b.user_id, CASE WHEN s.sequence = 1 AND s.result <> 6 THEN 5 ELSE 6 END,
           s.returned_minor_units - b.returned_minor_units, s.reason, s.bet_id, s.effective_time
    FROM settled s JOIN accounts.bets b USING (bet_id)
    WHERE s.returned_minor_units <> b.returned_minor_units
    ORDER BY s.bet_id;
    UPDATE accounts.users u
    SET open_exposure_minor_units = open_exposure_minor_units - closed.exposure
    FROM (SELECT b.user_id, sum(b.exposure_minor_units)::bigint AS exposure
          FROM settled s JOIN accounts.bets b USING (bet_id)
          WHERE s.sequence = 1 GROUP BY b.user_id) closed
    WHERE u.user_id = closed.user_id;
    UPDATE accounts.bets b
    SET settlements = s.sequence, result = s.result,
        returned_minor_units = s.returned_minor_units, home_score = s.home_score,
        away_score = s.away_score, settle_time = s.create_time, result_time = s.effective_time,
        settled_by_hand = s.by_hand
    FROM settled s WHERE b.bet_id = s.bet_id;
    RETURN NULL;
END $$;
