// The value list without a browser: what is shown, and what speaks against a price.

import assert from "node:assert/strict";
import test from "node:test";

import { plainOdds } from "../src/log_bet";
import { ageText, Arbitrage, flagReason, shownArbitrages, shownPrices, ValueFilter, ValuePrice } from "../src/value_data";

const match = {
  match_id: "1", competition_code: "E0", match_date: "2026-01-30", home_team: "Arsenal", away_team: "Leeds",
};

function price(changes: Partial<ValuePrice>): ValuePrice {
  return {
    match, market: "MARKET_MATCH_RESULT", line_quarters: 0, outcome: "OUTCOME_HOME", bookmaker_code: "b365",
    bookmaker_name: "Bet365", odds: 2.4, commission: 0, flag: "PRICE_FLAG_UNSPECIFIED", fair_odds: 2.2,
    edge: 0.05, bookmakers: 6, median_odds: 2.3, anchored: true, in_arbitrage: false, ...changes,
  };
}

const all: ValueFilter = { competition: "", market: "", minEdge: 0, onlyUsable: false };

test("prices are chosen by competition, market, edge and flag together", () => {
  const prices = [
    price({}),
    price({ edge: 0.02 }),
    price({ market: "MARKET_TOTAL" }),
    price({ flag: "PRICE_FLAG_STALE" }),
    price({ match: { ...match, competition_code: "D1" } }),
  ];
  const count = (changes: Partial<ValueFilter>) => shownPrices(prices, { ...all, ...changes }).length;
  assert.equal(count({}), 5);
  assert.equal(count({ minEdge: 0.05 }), 4);
  assert.equal(count({ market: "MARKET_TOTAL" }), 1);
  assert.equal(count({ competition: "E0" }), 4);
  assert.equal(count({ onlyUsable: true }), 4);
  assert.equal(count({ competition: "D1", market: "MARKET_TOTAL" }), 0);
});

test("an arbitrage on a suspicious price goes with the flagged prices", () => {
  const arbitrage: Arbitrage = {
    match, market: "MARKET_MATCH_RESULT", line_quarters: 0, stakes: [], profit: 0.01, least_profit: 0.01,
    suspicious: true, explanation: "",
  };
  assert.equal(shownArbitrages([arbitrage], all).length, 1);
  assert.equal(shownArbitrages([arbitrage], { ...all, onlyUsable: true }).length, 0);
  assert.equal(shownArbitrages([arbitrage], { ...all, market: "MARKET_TOTAL" }).length, 0);
});

test("what speaks against a price is said in words", () => {
  assert.equal(flagReason(price({})), "");
  assert.match(flagReason(price({ flag: "PRICE_FLAG_STALE" })), /older than the staking policy allows/);
  const far = price({ flag: "PRICE_FLAG_SUSPICIOUS", odds: 4.6, median_odds: 2.3, bookmakers: 6 });
  assert.match(flagReason(far), /^2\.0 times the median of 6 /);
  assert.match(flagReason({ ...far, median_odds: 0 }), /mistake than a gift/);
});

test("the age of a price is told in the unit that fits it", () => {
  assert.equal(ageText(undefined), "not known");
  assert.equal(ageText(0.4), "just now");
  assert.equal(ageText(89), "89 min");
  assert.equal(ageText(120), "2 h");
  assert.equal(ageText(2880), "2 days");
});

test("a price goes into the form with all its decimals", () => {
  assert.equal(plainOdds(2.1), "2.10");
  assert.equal(plainOdds(1.925), "1.925");
  assert.equal(plainOdds(3), "3.00");
});
