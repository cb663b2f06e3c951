// What the page computes without a browser. Runs with TZ=Europe/Rome.

import assert from "node:assert/strict";
import test from "node:test";

import { serverSentEvents } from "../src/api";
import { featureLabel, featureNote, featureRows, lineText, mainMarkets, returnedText, softmax, stepsOf } from "../src/explain";
import {
  dayOf,
  money,
  parseAmount,
  passwordRules,
  percent,
  plainAmount,
  signedMoney,
  signedPercent,
} from "../src/format";
import { exclusionText } from "../src/limits";
import { quartersOf, selectionName } from "../src/log_bet";
import { marketLabel } from "../src/markets";
import { competitionsOf, filtered, provenance } from "../src/matches";
import type { BetPrice, Explanation, FeatureValue, Forecast, ListedMatch, Market, MarketPrices } from "../src/types";

function forecastIn(code: string, name: string, version = 1): Forecast {
  return {
    match_id: "1",
    competition_code: code,
    competition_name: name,
    match_date: "2026-01-30",
    home_team: "A",
    away_team: "B",
    outcomes: [],
    model: "with_odds",
    model_version: version,
    market_outcomes: [],
    uncertainty: [],
    members: [],
  };
}

function matchIn(code: string, name: string, hasBet: boolean): ListedMatch {
  const forecast = forecastIn(code, name);
  return { forecast, advice: { forecast, outcomes: [], has_bet: hasBet, summary: "" } };
}

test("an amount is read to the minor unit, without floating point", () => {
  assert.equal(parseAmount("250", "EUR"), "25000");
  assert.equal(parseAmount(" 250,5 ", "EUR"), "25050");
  assert.equal(parseAmount("0.07", "EUR"), "7");
  assert.equal(parseAmount("1000", "JPY"), "1000");
  assert.equal(parseAmount("1000.5", "JPY"), null);
  assert.equal(parseAmount("1.5", "KWD"), "1500");
  assert.equal(plainAmount("1500", "JPY"), "1500");
  assert.equal(parseAmount("0", "EUR"), "0");
  assert.equal(parseAmount("9999999999999.99", "EUR"), "999999999999999");
});

test("what is not an amount is refused", () => {
  for (const text of ["", "-1", "1.234", "1e3", "12 000", "10,000.00", "99999999999999", "€5", "."]) {
    assert.equal(parseAmount(text, "EUR"), null);
  }
});

test("an amount survives the way into the form and back", () => {
  for (const minorUnits of ["0", "7", "100050", "25000"]) {
    assert.equal(parseAmount(plainAmount(minorUnits, "EUR"), "EUR"), minorUnits);
  }
});

test("money carries its currency, known to the browser or not", () => {
  assert.equal(money("1234", "EUR"), "€12.34");
  assert.equal(money("123456", "GBP"), "£1,234.56");
  assert.equal(money("1234", "no code"), "12.34 no code");
  assert.equal(money("100000", "JPY"), "JP¥100,000");
  assert.match(money("1234567", "KWD"), /1,234\.567$/);
});

test("an edge shows its sign, and none when it rounds to nothing", () => {
  assert.equal(signedPercent(0.0478), "+4.8%");
  assert.equal(signedPercent(-0.021), "−2.1%");
  assert.equal(signedPercent(-0.0004), "0.0%");
  assert.equal(percent(0.5249), "52%");
});

test("a match belongs to the day of its kick-off where the reader is", () => {
  assert.equal(dayOf("2026-01-30", "2026-01-30T23:30:00Z"), "2026-01-31");
  assert.equal(dayOf("2026-01-30", undefined), "2026-01-30");
});

test("the password rule names what is missing", () => {
  const missing = (password: string) => passwordRules.filter(({ met }) => !met(password)).length;
  assert.equal(missing(""), 5);
  assert.equal(missing("abcdefgh"), 3);
  assert.equal(missing("Abcdefg1!"), 0);
  assert.equal(missing("Abcdefg1#"), 1);
  assert.equal(missing("Aa1!ü€"), 1);
  assert.equal(missing("Aa1!u\u0308o\u0308a\u0308"), 1);
  assert.equal(missing("ÄÖÜäöüß1!"), 0);
  for (const sign of "@^/:;?!+*-_") assert.equal(missing(`Abcdefg1${sign}`), 0);
});

test("filters combine, and a match without advice is no bet", () => {
  const matches = [
    matchIn("E0", "Premier League", true),
    matchIn("E0", "Premier League", false),
    matchIn("D1", "Bundesliga", true),
    { forecast: forecastIn("D1", "Bundesliga") },
  ];
  assert.equal(filtered(matches, { competition: "", onlyBets: false }).length, 4);
  assert.equal(filtered(matches, { competition: "E0", onlyBets: true }).length, 1);
  assert.equal(filtered(matches, { competition: "", onlyBets: true }).length, 2);
  assert.deepEqual(competitionsOf(matches), [["D1", "Bundesliga"], ["E0", "Premier League"]]);
});

test("every model version that answered is named", () => {
  const matches = [3, 12, 3].map((version) => ({ forecast: forecastIn("E0", "", version) }));
  assert.equal(provenance(matches), "model version 3, 12");
});

test("events of a stream are whole however the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(
    ': keep-alive\n\nid: 1\nevent: message\ndata: {"a":"ü"}\n\nid: 2\r\ndata: x\r\ndata:y\r\n\r\nevent: end\ndata: {}\n\ndata: cut off',
  );
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of serverSentEvents(new Response(stream))) events.push(event);
    assert.deepEqual(events, [
      { type: "message", id: "1", data: '{"a":"ü"}' },
      { type: "message", id: "2", data: "x\ny" },
      { type: "end", id: "2", data: "{}" },
    ]);
  }
});

const sides = { home: "Arsenal", away: "Leeds" };

function featureNamed(name: string, meaning = "", unit = "goals", value?: number): FeatureValue {
  return { name, meaning, unit, block: "form", ...(value === undefined ? {} : { value }) };
}

test("the steps of a forecast lead from the base rate to it, the market's line first", () => {
  const base = [0.45, 0.27, 0.28];
  const explanation: Explanation = {
    base_rate: base.map((probability) => ({ outcome: "OUTCOME_HOME", probability, fair_odds: 1 / probability })),
    contributions: [
      { feature: featureNamed("home_form_points"), log_odds: [0.3, -0.1, -0.2] },
      { feature: featureNamed("market"), log_odds: [0.1, 0, -0.1] },
      { feature: featureNamed("season_stage"), log_odds: [-0.05, 0.05, 0] },
    ],
    rest_log_odds: [0.02, -0.02, 0],
    features: [],
  };
  const logits = base.map((p, k) => Math.log(p) + ([0.37, -0.07, -0.3][k] as number));
  const forecast = softmax(logits);
  for (const outcome of [0, 1, 2]) {
    const steps = stepsOf(explanation, outcome, sides, 2);
    assert.deepEqual(
      steps.map(({ label }) => label),
      ["The bookmakers’ line", "Form points, Arsenal", "Everything else"],
    );
    assert.ok(Math.abs((steps[0]?.from ?? 0) - (base[outcome] ?? 1)) < 1e-12);
    steps.slice(1).forEach((step, index) => assert.equal(step.from, steps[index]?.to));
    assert.ok(Math.abs((steps[2]?.to ?? 0) - (forecast[outcome] ?? 1)) < 1e-12);
  }
  assert.equal(stepsOf({ ...explanation, rest_log_odds: [0, 0, 0] }, 0, sides, 3).length, 3);
});

test("a feature is told with the team's name, its value and its unit", () => {
  const elo = featureNamed("home_elo_above_division", "Home side's Elo minus the mean of its division", "rating points", -112.4);
  assert.equal(featureLabel(elo, sides), "Elo above division, Arsenal");
  assert.equal(featureNote(elo, sides), "Arsenal’s Elo minus the mean of its division: −112 rating points");
  const gap = featureNamed("gap_corners_away", "Expected amount of the away side", "corners", 4.318);
  assert.equal(featureLabel(gap, sides), "GAP corners, Leeds");
  assert.equal(featureNote(gap, sides), "Expected amount of Leeds: 4.32 corners");
  const unknown = featureNamed("season_stage", "Part of the season", "0 to 1");
  assert.equal(featureLabel(unknown, sides), "Season stage");
  assert.equal(featureNote(unknown, sides), "Part of the season: not known");
});

test("the values of both sides stand in one row", () => {
  const rows = featureRows([
    featureNamed("home_form_points", "", "points", 2),
    featureNamed("away_form_points", "", "points", 1),
    featureNamed("gap_goals_home", "", "goals", 1.5),
    featureNamed("gap_goals_away", "", "goals", 1.1),
    featureNamed("gap_goals_difference", "", "goals", 0.4),
  ]).get("form");
  assert.equal(rows?.length, 3);
  assert.equal(rows?.[0]?.home?.value, 2);
  assert.equal(rows?.[0]?.away?.value, 1);
  assert.equal(rows?.[1]?.away?.value, 1.1);
  assert.equal(rows?.[2]?.both?.value, 0.4);
});

function sheet(market: Market, quarters: number, homeOdds: number, awayOdds: number, best = 0): MarketPrices {
  const bet = (odds: number): BetPrice => ({
    outcome: "OUTCOME_HOME", win: 1 / odds, half_win: 0, push: 0, half_loss: 0, loss: 1 - 1 / odds,
    fair_odds: odds, best_odds: best, bookmaker_name: "", bookmaker_code: "", edge: 0,
  });
  return { market, line_quarters: quarters, bets: [bet(homeOdds), bet(awayOdds)], anchored: false, no_stake_explanation: "" };
}

test("of many lines those are shown that are quoted, near to even, or at half goals", () => {
  const shown = mainMarkets({
    markets: [
      sheet("MARKET_MATCH_RESULT", 0, 2, 2),
      sheet("MARKET_TOTAL", 10, 1.9, 2.1),
      sheet("MARKET_TOTAL", 11, 2.1, 1.9),
      sheet("MARKET_TOTAL", 12, 2.4, 1.7, 2.5),
      ...[-8, -6, -4, -2, 0, 2].map((line) => sheet("MARKET_ASIAN_HANDICAP", line, 2 + (line + 4) / 8, 2 - (line + 4) / 8, line === 2 ? 1.9 : 0)),
      sheet("MARKET_BOTH_TO_SCORE", 0, 2, 2),
    ],
    correct_scores: [],
    grid: { max_goals: 0, probabilities: [1], beyond: 0 },
    expected_home_goals: 1, expected_away_goals: 1, basis: "",
  });
  assert.deepEqual(
    shown.map(({ market, line_quarters }) => `${market.slice(7)} ${line_quarters}`),
    ["TOTAL 10", "TOTAL 12", "ASIAN_HANDICAP -6", "ASIAN_HANDICAP -4", "ASIAN_HANDICAP -2", "ASIAN_HANDICAP 2", "BOTH_TO_SCORE 0"],
  );
});

test("a line in quarters of a goal is read as goals", () => {
  assert.equal(lineText(10), "2.5");
  assert.equal(lineText(9), "2.25");
  assert.equal(lineText(-3, true), "−0.75");
  assert.equal(lineText(4, true), "+1");
  assert.equal(lineText(0, true), "0");
});

test("how a bet may end is told when it can end otherwise than won or lost", () => {
  const { bets: [bet] } = sheet("MARKET_TOTAL", 9, 2, 2);
  assert.ok(bet);
  assert.equal(returnedText(bet), "");
  assert.equal(returnedText({ ...bet, half_win: 0.25, push: 0.1 }), "25.0% half won, 10.0% returned");
});

test("a selection is named from the side that was backed", () => {
  const named = (market: "MARKET_ASIAN_HANDICAP" | "MARKET_TOTAL" | "MARKET_MATCH_RESULT",
    outcome: "OUTCOME_HOME" | "OUTCOME_AWAY" | "OUTCOME_OVER", line_quarters: number) =>
    selectionName({ market, outcome, line_quarters }, "Arsenal", "Leeds");
  assert.equal(named("MARKET_ASIAN_HANDICAP", "OUTCOME_HOME", -3), "Arsenal −0.75");
  assert.equal(named("MARKET_ASIAN_HANDICAP", "OUTCOME_AWAY", -3), "Leeds +0.75");
  assert.equal(named("MARKET_TOTAL", "OUTCOME_OVER", 10), "Over 2.5");
  assert.equal(named("MARKET_MATCH_RESULT", "OUTCOME_AWAY", 0), "Leeds");
  assert.equal(marketLabel("MARKET_HOME_TOTAL"), "Home goals");
});

test("a line is read in quarters, and nothing else is", () => {
  const read = (value: string) => quartersOf({ value, focus: () => undefined });
  assert.equal(read("2.5"), 10);
  assert.equal(read("−0,75"), -3);
  assert.equal(read("0"), 0);
  for (const text of ["", "0.3", "x"]) assert.throws(() => read(text));
});

test("profit shows its sign", () => {
  assert.equal(signedMoney("1234", "EUR"), "+€12.34");
  assert.equal(signedMoney("-5", "EUR"), "−€0.05");
  assert.equal(signedMoney("0", "EUR"), "€0.00");
});

test("an exclusion for good says so", () => {
  assert.match(exclusionText("9999-12-31T00:00:00Z"), /for good/);
  assert.match(exclusionText("2026-02-01T11:00:00Z"), /until 1 February 2026, 12:00/);
});
