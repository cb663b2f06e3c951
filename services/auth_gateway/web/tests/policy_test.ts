// The staking policy without a browser: units, refusals, and what it makes of a bet.

import assert from "node:assert/strict";
import test from "node:test";

import {
  changesOf, examples, inputText, jsonOf, parseValue, Policy, PolicyField, policyFields, policyOf, stakeOf, valueText,
} from "../src/policy_fields";

function field(name: string): PolicyField {
  const found = policyFields.find((one) => one.name === name);
  assert.ok(found);
  return found;
}

const initial: Policy = Object.fromEntries(policyFields.map((one) => [one.name, one.initial]));

function read(name: string, text: string): number | boolean | null | string {
  const answer = parseValue(field(name), text);
  return "wrong" in answer ? answer.wrong : answer.value;
}

test("what a field shows is what it reads back, in its unit", () => {
  for (const one of policyFields.filter(({ unit }) => unit !== "switch")) {
    assert.deepEqual(parseValue(one, inputText(one, one.initial)), { value: one.initial });
  }
  assert.equal(read("max_per_bet", "2.5"), 0.025);
  assert.equal(read("max_per_bet", " 2,5 % "), 0.025);
  assert.equal(read("stake_step_minor_units", "0.5"), 50);
  assert.equal(read("max_price_age_minutes", ""), null);
  assert.equal(valueText(field("min_edge_single_book"), 0.04), "4%");
  assert.equal(valueText(field("max_best_to_average"), 1.3), "1.3 times");
  assert.equal(valueText(field("max_price_age_minutes"), null), "no limit");
});

test("what the server would refuse is refused while one types", () => {
  assert.equal(read("kelly_high", "101"), "Must be from 0% to 100%.");
  assert.equal(read("kelly_high", "-1"), "Must be from 0% to 100%.");
  assert.equal(read("max_odds", "1"), "Must be above 1.00.");
  assert.equal(read("max_drawdown", "1.9"), "Must be from 2% to 100%.");
  assert.equal(read("max_best_to_average", "0.9"), "Must be 1 times or more.");
  assert.equal(read("stake_step_minor_units", "0.005"), "Must have at most two decimals.");
  assert.equal(read("stake_step_minor_units", "0"), "Must be 0.01 or more.");
  assert.match(String(read("max_per_day", "half")), /^Must be a number, like 50/);
  assert.match(String(read("max_per_day", "")), /^Must be a number/);
});

test("a policy survives the way to the server and back", () => {
  const policy = { ...initial, max_price_age_minutes: 90, compatibility_multipliers: true, min_stake_minor_units: 200 };
  assert.deepEqual(policyOf(jsonOf(policy)), policy);
  assert.deepEqual(policyOf(jsonOf(initial)), initial);
  assert.equal(jsonOf(policy)["min_stake_minor_units"], "200");
  assert.equal("max_price_age_minutes" in jsonOf(initial), false);
});

test("only what differs is a change", () => {
  assert.deepEqual(changesOf(initial, { ...initial }), []);
  const names = changesOf(initial, { ...initial, max_odds: 8, max_price_age_minutes: 60 }).map(({ name }) => name);
  assert.deepEqual(names, ["max_odds", "max_price_age_minutes"]);
});

test("a single bet gets its part of Kelly, within the caps and guards", () => {
  const bet = { name: "", probability: 0.55, market: 0.5, odds: 2 };
  const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);
  close(stakeOf(initial, bet, "low"), 0.01);
  close(stakeOf(initial, bet, "medium"), 0.025);
  close(stakeOf(initial, bet, "high"), 0.03);
  close(stakeOf({ ...initial, max_per_bet: 1, max_per_match: 0.04 }, bet, "high"), 0.04);
  close(stakeOf({ ...initial, max_per_bet: 1, max_per_match: 1, compatibility_multipliers: true }, bet, "high"), 0.15);
  close(stakeOf({ ...initial, model_weight: 0 }, bet, "high"), 0);
  const pooled = 1 / (1 + Math.exp(-0.5 * Math.log(0.55 / 0.45)));
  close(stakeOf({ ...initial, model_weight: 0.5 }, bet, "low"), 0.1 * (2 * pooled - 1));
  assert.equal(stakeOf({ ...initial, min_edge_best_of_many: 0.11 }, bet, "low"), 0);
  assert.equal(stakeOf({ ...initial, max_odds: 2 }, bet, "low"), 0);
  assert.equal(stakeOf({ ...initial, min_odds: 2.01 }, bet, "low"), 0);
});

test("the examples show a bet, a cap and two refusals under the first settings", () => {
  const medium = examples.map((example) => stakeOf(initial, example, "medium"));
  assert.deepEqual(medium.map((stake) => stake > 0), [true, true, false, false]);
});
