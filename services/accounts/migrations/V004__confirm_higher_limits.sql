-- A higher limit, or none, is asked for, and confirmed when there was time to think it over. What
-- awaits its confirmation never holds; `effective_time` is since when it can be confirmed. Of each
-- kind and period the newest confirmed row holds, and a newer row takes a request away. What was on
-- its way to hold by itself is confirmed like all others.

ALTER TABLE accounts.limits
    ADD COLUMN awaits_confirmation boolean NOT NULL DEFAULT false;
UPDATE accounts.limits SET awaits_confirmation = true WHERE effective_time > now();
