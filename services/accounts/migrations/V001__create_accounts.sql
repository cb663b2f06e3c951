-- Accounts, the journal behind each bankroll, idempotency keys and the audit trail.

CREATE TABLE accounts.users (
    user_id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- NULL once deleted: the name is free again, the journal stays.
    username             text CHECK (length(username) BETWEEN 3 AND 64),
    password_hash        text NOT NULL,
    -- Grows when all older tokens must stop working.
    token_version        integer NOT NULL DEFAULT 1,
    role                 smallint NOT NULL CHECK (role IN (0, 1, 9)),
    risk                 smallint NOT NULL CHECK (risk IN (1, 2, 3)),
    -- The sum of the journal, kept by the trigger below and by nothing else.
    bankroll_minor_units bigint NOT NULL DEFAULT 0
        CONSTRAINT bankroll_not_negative CHECK (bankroll_minor_units >= 0),
    currency             text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Whether the account said that it is of legal age; the old sign-up route does not ask.
    age_confirmed        boolean NOT NULL,
    create_time          timestamptz NOT NULL DEFAULT now(),
    delete_time          timestamptz,
    CHECK ((username IS NULL) = (delete_time IS NOT NULL))
);
-- "Admin" must not pass for "admin".
CREATE UNIQUE INDEX users_username_key ON accounts.users (lower(username));
CREATE INDEX users_admins ON accounts.users (user_id) WHERE role = 9 AND username IS NOT NULL;

-- Kinds: 1 deposit, 2 withdrawal, 3 adjustment, 4 stake, 5 return, 6 correction.
CREATE TABLE accounts.journal (
    entry_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id            bigint NOT NULL REFERENCES accounts.users,
    kind               smallint NOT NULL CHECK (kind BETWEEN 1 AND 6),
    amount_minor_units bigint NOT NULL CHECK (amount_minor_units <> 0),
    note               text NOT NULL DEFAULT '',
    create_time        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX journal_of_user ON accounts.journal (user_id, entry_id DESC);

-- Runs as the owner: the service itself has no right to write the bankroll or to change an entry.
CREATE FUNCTION accounts.add_entry_to_bankroll() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE accounts.users
    SET bankroll_minor_units = bankroll_minor_units + NEW.amount_minor_units
    WHERE user_id = NEW.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER add_entry_to_bankroll AFTER INSERT ON accounts.journal
    FOR EACH ROW EXECUTE FUNCTION accounts.add_entry_to_bankroll();

-- What a client's request id did, so that repeating the request does it once.
CREATE TABLE accounts.idempotency_keys (
    -- 0 for those who are not signed in.
    user_id     bigint NOT NULL,
    method      text NOT NULL,
    request_id  text NOT NULL CHECK (length(request_id) BETWEEN 1 AND 128),
    -- SHA-256 of what was asked: another request under the same id is refused.
    fingerprint text NOT NULL,
    -- The account that the request made or changed.
    result_id   bigint NOT NULL,
    create_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, method, request_id)
);

CREATE TABLE accounts.audit_events (
    event_id    bigint GENERATED ALWAYS AS IDENTITY,
    actor       text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    detail      text NOT NULL DEFAULT '',
    create_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, create_time)
) PARTITION BY RANGE (create_time);
CREATE TABLE accounts.audit_events_default PARTITION OF accounts.audit_events DEFAULT;
DO $$
DECLARE
    month date := date '2026-01-01';
BEGIN
    WHILE month < date '2031-01-01' LOOP
        EXECUTE format(
            'CREATE TABLE accounts.audit_events_%s PARTITION OF accounts.audit_events '
            'FOR VALUES FROM (%L) TO (%L)',
            to_char(month, 'YYYYMM'), month::timestamp AT TIME ZONE 'UTC',
            (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        month := month + interval '1 month';
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA accounts TO fairline_accounts;
GRANT SELECT, INSERT ON accounts.users TO fairline_accounts;
GRANT UPDATE (username, password_hash, token_version, role, risk, delete_time)
    ON accounts.users TO fairline_accounts;
GRANT SELECT, INSERT ON accounts.journal, accounts.idempotency_keys, accounts.audit_events
    TO fairline_accounts;
