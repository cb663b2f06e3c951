// Backtests without a browser: settings in and out, the curve's heights, and what a verdict comes to.

import assert from "node:assert/strict";
import test from "node:test";

import { variantCount } from "../src/backtest_data";
import {
  describe, forecastersOf, listText, moneyText, Override, overrides, parseList, parseMoney,
} from "../src/backtest_settings";
import { judgement } from "../src/backtests";
import { heights, seasonEnds, yearMarks } from "../src/equity";
import { keptWord, reach, standing } from "../src/interval_plot";

function override(key: string): Override {
  const found = overrides.find((one) => one.key === key);
  assert.ok(found);
  return found;
}

test("a list of values is read in its unit, however it is parted", () => {
  assert.deepEqual(parseList(override("min_edge"), "1, 2.5 4"), { values: [0.01, 0.025, 0.04] });
  assert.deepEqual(parseList(override("min_edge"), "1,2"), { values: [0.01, 0.02] });
  assert.deepEqual(parseList(override("max_odds"), "3; 5,5; 10"), { values: [3, 5.5, 10] });
  assert.deepEqual(parseList(override("max_odds"), "  "), { values: [] });
  assert.match(JSON.stringify(parseList(override("max_odds"), "3, x")), /“x”: Must be a number/);
  assert.match(JSON.stringify(parseList(override("kelly_fraction"), "120")), /Must be from 0% to 100%/);
  assert.equal(listText(override("min_edge"), [0.01, 0.025]), "1, 2.5");
});

test("money that is not filled in is the default", () => {
  assert.equal(parseMoney(" ", "EUR"), undefined);
  assert.equal(parseMoney("250,5", "EUR"), "25050");
  assert.equal(parseMoney("x", "EUR"), null);
  assert.equal(moneyText("0", "EUR"), "");
  assert.equal(moneyText("25050", "EUR"), "250.50");
});

test("the variants of a sweep are all combinations", () => {
  assert.equal(variantCount({}), 1);
  assert.equal(variantCount({ sweep_min_edges: [0.01], sweep_max_odds: [] }), 1);
  assert.equal(
    variantCount({ sweep_min_edges: [0.01, 0.02, 0.03], sweep_kelly_fractions: [0.1, 0.25], sweep_price_sources: ["PRICE_SOURCE_BEST", "PRICE_SOURCE_AVERAGE"] }),
    12,
  );
});

test("settings are told in one line, and what is not default is named", () => {
  assert.equal(describe({}), "With odds (served) · at the best price · medium risk · all seasons · all competitions");
  const line = describe({
    forecaster: "trees.no_odds", price_source: "PRICE_SOURCE_BOOKMAKER", bookmaker_code: "pinnacle", risk: "RISK_LOW",
    first_season_start: 2019, last_season_start: 0, competition_codes: ["E0", "D1"], min_edge: 0.03, max_per_bet: 0.01,
    commission: 0.02, max_stake_minor_units: "5000", sweep_max_odds: [3, 5],
  });
  for (const piece of [
    "trees no odds", "at pinnacle’s price", "low risk", "2019–20 to the last", "E0 D1", "edge from 3%",
    "at most per bet 1%", "commission 2.0%", "stakes up to 50.00", "2 variants",
  ]) {
    assert.ok(line.includes(piece), `${piece} in ${line}`);
  }
});

test("one can bet on what was forecast, the served forecasts first, never on the closing line", () => {
  assert.deepEqual(
    forecastersOf(["closing", "elo", "market", "with_odds", "no_odds", "elo"]),
    ["with_odds", "no_odds", "market", "elo"],
  );
});

test("a fall is reckoned from the best height so far, the start included", () => {
  const day = (date: string, bankroll: number) => ({ date, bankroll_minor_units: String(bankroll), staked_minor_units: "5" });
  const points = heights(1000, [day("2020-05-01", 900), day("2020-08-01", 1500), day("2021-02-01", 1200)]);
  assert.deepEqual(points.map(({ height }) => height), [1000, 1500, 1500]);
  assert.deepEqual(seasonEnds(points).map(({ date }) => date), ["2020-05-01", "2021-02-01"]);
});

test("years are marked as far as there is room", () => {
  assert.deepEqual(yearMarks("2019-08-01", "2022-05-01", 8), [2020, 2021, 2022]);
  assert.deepEqual(yearMarks("2009-08-01", "2021-05-01", 4), [2010, 2013, 2016, 2019]);
  assert.deepEqual(yearMarks("2019-08-01", "2019-12-01", 4), []);
});

test("a claim is kept when it lies within the interval of what happened", () => {
  const row = (mark: number) => ({ name: "", interval: { mean: 0.05, low: 0.01, high: 0.09 }, mark });
  assert.equal(keptWord(row(0.03)), "unclear");
  assert.equal(keptWord(row(0.1)), "worse");
  assert.equal(keptWord({ name: "", interval: { mean: 0.05 }, mark: 0.5 }), "unclear");
  assert.equal(standing({ mean: 0.05 }, false), "unclear");
  const [low, high] = reach([{ name: "", interval: { mean: 0.05 } }]);
  assert.ok(low < 0 && high > 0.05);
});

test("a verdict comes to its judgement, without its figures", () => {
  assert.equal(
    judgement("Yield +4.3% (95% from +1.7% to +6.7%) over 21688 bets: more than luck explains; random bets did as well."),
    "More than luck explains",
  );
  assert.equal(judgement("Yield −1.0% over 90 bets: too few bets to tell anything from luck. There is no closing line."), "Too few bets to tell anything from luck");
  assert.equal(judgement("No bet: nothing passed the policy's guards."), "Nothing passed the policy's guards");
});
