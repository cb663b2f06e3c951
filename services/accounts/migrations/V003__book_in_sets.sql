-- Money is booked once per statement and account, not once per row: thousands of bets of one account
-- would otherwise write its row thousands of times in one transaction, each time through all
-- versions before.

DROP TRIGGER add_entry_to_bankroll ON accounts.journal;
DROP FUNCTION accounts.add_entry_to_bankroll();
CREATE FUNCTION accounts.add_entries_to_bankrolls() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE accounts.users u
    SET bankroll_minor_units = bankroll_minor_units + added.amount
    FROM (SELECT user_id, sum(amount_minor_units)::bigint AS amount
          FROM entries GROUP BY user_id) added
    WHERE u.user_id = added.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER add_entries_to_bankrolls AFTER INSERT ON accounts.journal
    REFERENCING NEW TABLE AS entries
    FOR EACH STATEMENT EXECUTE FUNCTION accounts.add_entries_to_bankrolls();

-- Whoever takes money out finds it there when the transaction ends. Only a correction may leave less
-- than nothing: a result that was changed after its winnings were withdrawn is owed, as at a
-- bookmaker.
CREATE FUNCTION accounts.check_bankroll() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT bankroll_minor_units FROM accounts.users WHERE user_id = NEW.user_id) < 0 THEN
        RAISE check_violation USING
            MESSAGE = 'the bankroll is smaller than that', CONSTRAINT = 'bankroll_not_negative';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bankroll_not_negative AFTER INSERT ON accounts.journal
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.amount_minor_units < 0 AND NEW.kind <> 6)
    EXECUTE FUNCTION accounts.check_bankroll();

-- No bet without its stake in the journal.
DROP TRIGGER book_stake ON accounts.bets;
DROP FUNCTION accounts.book_stake();
CREATE FUNCTION accounts.book_stakes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO accounts.journal (user_id, kind, amount_minor_units, note, bet_id, effective_time)
    SELECT user_id, 4, -exposure_minor_units, home_team || ' - ' || away_team, bet_id, placed_time
    FROM placed ORDER BY bet_id;
    UPDATE accounts.users u
    SET open_exposure_minor_units = open_exposure_minor_units + added.exposure
    FROM (SELECT user_id, sum(exposure_minor_units)::bigint AS exposure
          FROM placed GROUP BY user_id) added
    WHERE u.user_id = added.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER book_stakes AFTER INSERT ON accounts.bets
    REFERENCING NEW TABLE AS placed
    FOR EACH STATEMENT EXECUTE FUNCTION accounts.book_stakes();

-- No settlement without its money, and each number once: who comes second fails and finds the
-- newer state when it tries again.
DROP TRIGGER book_settlement ON accounts.bet_settlements;
DROP FUNCTION accounts.book_settlement();
CREATE FUNCTION accounts.book_settlements() RETURNS trigger
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
        away_score = s.away_score, settle_time = s.create_time, result_time = s.effective_time
    FROM settled s WHERE b.bet_id = s.bet_id;
    RETURN NULL;
END $$;
CREATE TRIGGER book_settlements AFTER INSERT ON accounts.bet_settlements
    REFERENCING NEW TABLE AS settled
    FOR EACH STATEMENT EXECUTE FUNCTION accounts.book_settlements();

-- For the run of losses that an account is in.
CREATE INDEX bets_settled_of_user
    ON accounts.bets (user_id, result_time DESC, settle_time DESC, bet_id DESC)
    WHERE result IS NOT NULL;
