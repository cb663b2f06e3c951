// What the page computes without a browser. Runs with TZ=Europe/Rome.

import assert from "node:assert/strict";
import test from "node:test";

import { serverSentEvents } from "../src/api";
import { dayOf, money, parseAmount, passwordRules, percent, plainAmount, signedPercent } from "../src/format";
import { competitionsOf, filtered, provenance } from "../src/matches";
import type { Forecast, ListedMatch } from "../src/types";

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
  };
}

function matchIn(code: string, name: string, hasBet: boolean): ListedMatch {
  const forecast = forecastIn(code, name);
  return { forecast, advice: { forecast, outcomes: [], has_bet: hasBet, summary: "" } };
}

test("an amount is read to the minor unit, without floating point", () => {
  assert.equal(parseAmount("250"), "25000");
  assert.equal(parseAmount(" 250,5 "), "25050");
  assert.equal(parseAmount("0.07"), "7");
  assert.equal(parseAmount("0"), "0");
  assert.equal(parseAmount("9999999999999.99"), "999999999999999");
});

test("what is not an amount is refused", () => {
  for (const text of ["", "-1", "1.234", "1e3", "12 000", "10,000.00", "99999999999999", "€5", "."]) {
    assert.equal(parseAmount(text), null);
  }
});

test("an amount survives the way into the form and back", () => {
  for (const minorUnits of ["0", "7", "100050", "25000"]) {
    assert.equal(parseAmount(plainAmount(minorUnits)), minorUnits);
  }
});

test("money carries its currency, known to the browser or not", () => {
  assert.equal(money("1234", "EUR"), "€12.34");
  assert.equal(money("123456", "GBP"), "£1,234.56");
  assert.equal(money("1234", "no code"), "12.34 no code");
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
