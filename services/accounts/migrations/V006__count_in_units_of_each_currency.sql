-- Amounts were counted in hundredths whatever the currency. From here on a minor unit is the
-- currency's own (ISO 4217): whole yen, thousandths of a dinar. Here, and nowhere else, what such
-- accounts have is counted anew, so that it shows what it showed: 1,000.00 becomes 1,000 yen. What
-- does not divide is rounded, each amount by itself and the bankroll as a whole, and the difference
-- is an entry of the journal that says so.

-- Counts everything that `account` has in units of 10^-new_digits instead of 10^-old_digits, and
-- names its currency. Runs as the owner: the service may write none of these columns. The caller
-- has checked that the account may do so and holds its row.
CREATE FUNCTION accounts.count_in_units(account bigint, new_currency text, old_digits integer,
                                        new_digits integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    factor numeric := power(10::numeric, new_digits - old_digits);
    bankroll bigint;
    counted bigint;
BEGIN
    SELECT round(bankroll_minor_units * factor)::bigint INTO STRICT bankroll
    FROM accounts.users WHERE user_id = account FOR UPDATE;

    -- What each entry of a bet leaves out of the account: its exposure, then what came back of it.
    WITH running AS (
        SELECT j.entry_id, j.bet_id,
               greatest(round((sum(j.amount_minor_units)
                                   OVER (PARTITION BY j.bet_id ORDER BY j.entry_id)
                               + b.exposure_minor_units) * factor), 0)
               - greatest(round(b.exposure_minor_units * factor), 1) AS left_over
        FROM accounts.journal j JOIN accounts.bets b USING (bet_id)
        WHERE j.user_id = account
    ), amounts AS (
        SELECT entry_id,
               (left_over - lag(left_over, 1, 0::numeric)
                    OVER (PARTITION BY bet_id ORDER BY entry_id))::bigint AS amount
        FROM running
        UNION ALL
        SELECT entry_id, round(amount_minor_units * factor)::bigint
        FROM accounts.journal WHERE user_id = account AND bet_id IS NULL
    ), nothing AS (
        DELETE FROM accounts.journal j USING amounts a
        WHERE j.entry_id = a.entry_id AND a.amount = 0
    )
    UPDATE accounts.journal j SET amount_minor_units = a.amount
    FROM amounts a WHERE j.entry_id = a.entry_id AND a.amount <> 0;

    UPDATE accounts.bet_settlements s
    SET returned_minor_units = round(s.returned_minor_units * factor)::bigint
    FROM accounts.bets b WHERE b.bet_id = s.bet_id AND b.user_id = account;
    UPDATE accounts.bets
    SET stake_minor_units = greatest(round(stake_minor_units * factor), 1)::bigint,
        exposure_minor_units = greatest(round(exposure_minor_units * factor), 1)::bigint,
        returned_minor_units = round(returned_minor_units * factor)::bigint
    WHERE user_id = account;
    UPDATE accounts.limits SET amount_minor_units = floor(amount_minor_units * factor)::bigint
    WHERE user_id = account;

    SELECT coalesce(sum(amount_minor_units), 0)::bigint INTO counted
    FROM accounts.journal WHERE user_id = account;
    UPDATE accounts.users
    SET currency = new_currency, bankroll_minor_units = counted,
        open_exposure_minor_units = (SELECT coalesce(sum(exposure_minor_units), 0)::bigint
                                     FROM accounts.bets
                                     WHERE user_id = account AND result IS NULL)
    WHERE user_id = account;
    IF counted <> bankroll THEN
        -- An adjustment, but a correction where more is owed than there is.
        INSERT INTO accounts.journal (user_id, kind, amount_minor_units, note)
        VALUES (account, CASE WHEN bankroll < 0 THEN 6 ELSE 3 END, bankroll - counted,
                'rounding: amounts are counted in the minor units of ' || new_currency);
    END IF;
END $$;
REVOKE ALL ON FUNCTION accounts.count_in_units(bigint, text, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.count_in_units(bigint, text, integer, integer)
    TO fairline_accounts;

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT u.user_id, u.username, u.currency, c.digits
        FROM accounts.users u
        JOIN (VALUES ('BHD', 3), ('BIF', 0), ('CLF', 4), ('CLP', 0), ('DJF', 0), ('GNF', 0),
                     ('IQD', 3), ('ISK', 0), ('JOD', 3), ('JPY', 0), ('KMF', 0), ('KRW', 0),
                     ('KWD', 3), ('LYD', 3), ('OMR', 3), ('PYG', 0), ('RWF', 0), ('TND', 3),
                     ('UGX', 0), ('UYI', 0), ('UYW', 4), ('VND', 0), ('VUV', 0), ('XAF', 0),
                     ('XOF', 0), ('XPF', 0)) c (code, digits) ON c.code = u.currency
        ORDER BY u.user_id
    LOOP
        PERFORM accounts.count_in_units(one.user_id, one.currency, 2, one.digits);
        INSERT INTO accounts.audit_events (actor, action, subject, detail)
        VALUES ('accounts', 'counted_in_minor_units', coalesce(one.username, ''),
                format('%s has %s digits; amounts were counted in hundredths before',
                       one.currency, one.digits));
    END LOOP;
END $$;
