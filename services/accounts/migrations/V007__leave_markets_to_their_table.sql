-- Which markets and outcomes there are is said by one table, in libs/domain/market.cpp, by which every
-- bet is checked before it is written: a new one needs no migration.
ALTER TABLE accounts.bets
  DROP CONSTRAINT bets_market_check,
  DROP CONSTRAINT bets_outcome_check,
  ADD CONSTRAINT bets_market_check CHECK (market > 0),
  ADD CONSTRAINT bets_outcome_check CHECK (outcome > 0);
