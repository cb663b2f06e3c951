-- Bets, their settlements, the limits that accounts set themselves, and self-exclusion.

-- An entry about a bet names it. `effective_time` is when it happened in the world of the matches
-- (the as-of clock); create_time is when it was written.
ALTER TABLE accounts.journal ADD COLUMN bet_id bigint, ADD COLUMN effective_time timestamptz;
UPDATE accounts.journal SET effective_time = create_time;
ALTER TABLE accounts.journal
    ALTER COLUMN effective_time SET DEFAULT now(),
    ALTER COLUMN effective_time SET NOT NULL;
CREATE INDEX journal_of_bet ON accounts.journal (bet_id) WHERE bet_id IS NOT NULL;

ALTER TABLE accounts.users
    -- What open bets can still lose, kept by the triggers below and by nothing else.
    ADD COLUMN open_exposure_minor_units bigint NOT NULL DEFAULT 0
        CONSTRAINT open_exposure_not_negative CHECK (open_exposure_minor_units >= 0),
    -- The self-exclusion that ends last; grows only.
    ADD COLUMN exclusion_start timestamptz,
    ADD COLUMN excluded_until timestamptz,
    -- Now in the trigger below, since a correction may.
    DROP CONSTRAINT bankroll_not_negative;

-- Whoever takes money out finds it there. Only a correction may leave less than nothing: a result
-- that was changed after its winnings were withdrawn is owed, as at a bookmaker.
CREATE OR REPLACE FUNCTION accounts.add_entry_to_bankroll() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    remaining bigint;
BEGIN
    UPDATE accounts.users
    SET bankroll_minor_units = bankroll_minor_units + NEW.amount_minor_units
    WHERE user_id = NEW.user_id
    RETURNING bankroll_minor_units INTO remaining;
    IF remaining < 0 AND NEW.amount_minor_units < 0 AND NEW.kind <> 6 THEN
        RAISE check_violation USING
            MESSAGE = 'the bankroll is smaller than that', CONSTRAINT = 'bankroll_not_negative';
    END IF;
    RETURN NULL;
END $$;

CREATE TABLE accounts.bets (
    bet_id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id                 bigint NOT NULL REFERENCES accounts.users,
    match_id                bigint NOT NULL,
    -- The match as it was when the bet was logged: a bet keeps its words whatever becomes of it.
    match_date              date NOT NULL,
    kickoff_time            timestamptz,
    sport                   text NOT NULL,
    competition_code        text NOT NULL,
    competition_name        text NOT NULL,
    home_team               text NOT NULL,
    away_team               text NOT NULL,
    -- Numbers of libs/domain/market.hpp and settlement.hpp.
    market                  smallint NOT NULL CHECK (market BETWEEN 1 AND 9),
    outcome                 smallint NOT NULL CHECK (outcome BETWEEN 1 AND 10),
    line_quarters           smallint NOT NULL,
    side                    smallint NOT NULL CHECK (side IN (1, 2)),
    bookmaker               text NOT NULL CHECK (length(bookmaker) <= 64),
    odds_millionths         bigint NOT NULL CHECK (odds_millionths > 1000000),
    stake_minor_units       bigint NOT NULL CHECK (stake_minor_units > 0),
    commission_basis_points integer NOT NULL CHECK (commission_basis_points BETWEEN 0 AND 9999),
    -- What it can lose: the stake, of a lay the liability.
    exposure_minor_units    bigint NOT NULL CHECK (exposure_minor_units > 0),
    note                    text NOT NULL,
    placed_time             timestamptz NOT NULL,
    logged_afterwards       boolean NOT NULL,
    -- The forecast that it followed.
    model_version           integer,
    probability             double precision CHECK (probability BETWEEN 0 AND 1),
    create_time             timestamptz NOT NULL DEFAULT now(),
    -- What the newest settlement says; kept by the trigger below and by nothing else.
    settlements             smallint NOT NULL DEFAULT 0,
    result                  smallint CHECK (result BETWEEN 1 AND 6),
    returned_minor_units    bigint NOT NULL DEFAULT 0 CHECK (returned_minor_units >= 0),
    home_score              smallint,
    away_score              smallint,
    settle_time             timestamptz,  -- real time
    result_time             timestamptz,  -- as-of time
    CHECK ((result IS NULL) = (settlements = 0))
);
CREATE INDEX bets_of_user ON accounts.bets (user_id, bet_id DESC);
CREATE INDEX bets_open ON accounts.bets (bet_id) WHERE result IS NULL;

-- Append-only. Each settlement after the first corrects the one before.
CREATE TABLE accounts.bet_settlements (
    bet_id               bigint NOT NULL REFERENCES accounts.bets,
    sequence             smallint NOT NULL CHECK (sequence > 0),
    -- 1 win, 2 half win, 3 void, 4 half loss, 5 loss, 6 cancelled
    result               smallint NOT NULL CHECK (result BETWEEN 1 AND 6),
    -- In all, exposure included.
    returned_minor_units bigint NOT NULL CHECK (returned_minor_units >= 0),
    home_score           smallint,
    away_score           smallint,
    reason               text NOT NULL,
    effective_time       timestamptz NOT NULL,
    create_time          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bet_id, sequence)
);

-- No bet without its stake in the journal.
CREATE FUNCTION accounts.book_stake() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO accounts.journal (user_id, kind, amount_minor_units, note, bet_id, effective_time)
    VALUES (NEW.user_id, 4, -NEW.exposure_minor_units,
            NEW.home_team || ' - ' || NEW.away_team, NEW.bet_id, NEW.placed_time);
    UPDATE accounts.users
    SET open_exposure_minor_units = open_exposure_minor_units + NEW.exposure_minor_units
    WHERE user_id = NEW.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER book_stake AFTER INSERT ON accounts.bets
    FOR EACH ROW EXECUTE FUNCTION accounts.book_stake();

-- No settlement without its money, and each number once: who comes second fails and finds the
-- newer state when it tries again.
CREATE FUNCTION accounts.book_settlement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bet accounts.bets;
BEGIN
    SELECT * INTO STRICT bet FROM accounts.bets WHERE bet_id = NEW.bet_id FOR UPDATE;
    IF bet.settlements <> NEW.sequence - 1 OR bet.result = 6 THEN
        RAISE serialization_failure USING MESSAGE = 'the bet was settled by somebody else';
    END IF;
    UPDATE accounts.bets
    SET settlements = NEW.sequence, result = NEW.result,
        returned_minor_units = NEW.returned_minor_units, home_score = NEW.home_score,
        away_score = NEW.away_score, settle_time = NEW.create_time,
        result_time = NEW.effective_time
    WHERE bet_id = NEW.bet_id;
    IF NEW.sequence = 1 THEN
        UPDATE accounts.users
        SET open_exposure_minor_units = open_exposure_minor_units - bet.exposure_minor_units
        WHERE user_id = bet.user_id;
    END IF;
    IF NEW.returned_minor_units <> bet.returned_minor_units THEN
        INSERT INTO accounts.journal
            (user_id, kind, amount_minor_units, note, bet_id, effective_time)
        VALUES (bet.user_id, CASE WHEN NEW.sequence = 1 AND NEW.result <> 6 THEN 5 ELSE 6 END,
                NEW.returned_minor_units - bet.returned_minor_units, NEW.reason, NEW.bet_id,
                NEW.effective_time);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER book_settlement AFTER INSERT ON accounts.bet_settlements
    FOR EACH ROW EXECUTE FUNCTION accounts.book_settlement();

-- Append-only: of each kind and period the newest row whose time has come holds. So a lower limit
-- holds at once, a higher one later, and a lower one cancels a higher one still to come.
CREATE TABLE accounts.limits (
    limit_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id            bigint NOT NULL REFERENCES accounts.users,
    kind               smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),    -- deposit, stake, loss
    period             smallint NOT NULL CHECK (period BETWEEN 1 AND 3),  -- 1, 7, 30 days
    amount_minor_units bigint CHECK (amount_minor_units >= 0),            -- NULL: none
    effective_time     timestamptz NOT NULL,
    create_time        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX limits_of_user ON accounts.limits (user_id, kind, period, limit_id DESC);

CREATE TABLE accounts.exclusions (
    exclusion_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id      bigint NOT NULL REFERENCES accounts.users,
    end_time     timestamptz NOT NULL,  -- the year 9999: for good
    create_time  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX exclusions_of_user ON accounts.exclusions (user_id);

CREATE FUNCTION accounts.exclude_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE accounts.users
    SET exclusion_start = CASE WHEN excluded_until > NEW.create_time THEN exclusion_start
                               ELSE NEW.create_time END,
        excluded_until = greatest(excluded_until, NEW.end_time)
    WHERE user_id = NEW.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER exclude_account AFTER INSERT ON accounts.exclusions
    FOR EACH ROW EXECUTE FUNCTION accounts.exclude_account();

-- What must always be empty.
CREATE VIEW accounts.v1_ledger_violations AS
WITH entries AS (
    SELECT bet_id, sum(amount_minor_units) AS amount, count(*) FILTER (WHERE kind = 4) AS stakes
    FROM accounts.journal WHERE bet_id IS NOT NULL GROUP BY bet_id
), newest AS (
    SELECT DISTINCT ON (bet_id) bet_id, sequence, result, returned_minor_units
    FROM accounts.bet_settlements ORDER BY bet_id, sequence DESC
)
SELECT format('account %s: the bankroll is %s and the journal sums to %s', u.user_id,
              u.bankroll_minor_units, coalesce(j.amount, 0)) AS violation
FROM accounts.users u
LEFT JOIN (SELECT user_id, sum(amount_minor_units) AS amount FROM accounts.journal GROUP BY user_id) j
    USING (user_id)
WHERE u.bankroll_minor_units <> coalesce(j.amount, 0)
UNION ALL
SELECT format('account %s: the open exposure is %s and its open bets sum to %s', u.user_id,
              u.open_exposure_minor_units, coalesce(b.exposure, 0))
FROM accounts.users u
LEFT JOIN (SELECT user_id, sum(exposure_minor_units) AS exposure FROM accounts.bets
           WHERE result IS NULL GROUP BY user_id) b USING (user_id)
WHERE u.open_exposure_minor_units <> coalesce(b.exposure, 0)
UNION ALL
SELECT format('bet %s: %s went out, %s came back and the journal has %s', b.bet_id,
              b.exposure_minor_units, b.returned_minor_units, coalesce(e.amount, 0))
FROM accounts.bets b LEFT JOIN entries e USING (bet_id)
WHERE coalesce(e.amount, 0) <> b.returned_minor_units - b.exposure_minor_units
   OR coalesce(e.stakes, 0) <> 1
UNION ALL
SELECT format('bet %s: it does not show its newest settlement', b.bet_id)
FROM accounts.bets b LEFT JOIN newest n USING (bet_id)
WHERE (b.settlements, b.result, b.returned_minor_units) IS DISTINCT FROM
      (coalesce(n.sequence, 0::smallint), n.result, coalesce(n.returned_minor_units, 0));

GRANT SELECT ON accounts.bets, accounts.v1_ledger_violations TO fairline_accounts;
GRANT INSERT (user_id, match_id, match_date, kickoff_time, sport, competition_code,
              competition_name, home_team, away_team, market, outcome, line_quarters, side,
              bookmaker, odds_millionths, stake_minor_units, commission_basis_points,
              exposure_minor_units, note, placed_time, logged_afterwards, model_version,
              probability)
    ON accounts.bets TO fairline_accounts;
GRANT SELECT, INSERT ON accounts.bet_settlements, accounts.limits, accounts.exclusions
    TO fairline_accounts;
