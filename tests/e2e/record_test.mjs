// The track record in the browser. What takes weeks to come about is answered by the test in the
// server's place; the hashes are reckoned by Node's own SHA-256.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";

import { assertFits, desktop, onPage, phone } from "./browser.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Seals and lines of three days, the last line still hidden. */
function chainOfDays() {
  const seals = [];
  const lines = {};
  let previous = "0".repeat(64);
  for (const day of ["2026-01-29", "2026-01-30", "2026-01-31"]) {
    lines[day] = [1, 2, 3].map((match) => {
      const kickoff = day === "2026-01-30" && match === 1 ? "2026-01-30T08:00:00Z" : `${day}T15:00:00Z`;
      const line = JSON.stringify({ kind: "forecast", match, match_date: day, kickoff_time: kickoff, sealed_at: `${day}T09:00:00Z` });
      return { sha256: sha256(line), line };
    });
    const linesHash = sha256(lines[day].map((line) => `${line.sha256}\n`).join(""));
    const seal = sha256(`fairline-seal-1\n${day}\n3\n${linesHash}\n${previous}\n`);
    seals.push({ day, lines: "3", lines_sha256: linesHash, previous_sha256: previous, sha256: seal });
    previous = seal;
  }
  lines["2026-01-31"][2].line = "";
  return { seals, lines };
}

const interval = (mean, low, high) => ({ mean, low, high });

function scoredRecord() {
  const against = (reference, sign) => ({
    reference,
    matches: "900",
    log_loss: interval(sign * 0.01, sign * 0.01 - 0.004, sign * 0.01 + 0.004),
    rps: interval(0, -0.001, 0.001),
    brier: interval(0, -0.002, 0.002),
  });
  const reliability = Array.from({ length: 20 }, (_, i) => ({
    count: String(i < 16 ? 300 - i * 15 : 0),
    mean_forecast: (i + 0.5) / 20,
    frequency: (i + 0.5) / 20 + (i === 9 ? 0.2 : 0),
  }));
  return {
    matches: "900",
    skills: [
      {
        information: "", matches: "900", log_loss: 0.98, rps: 0.2, brier: 0.59, accuracy: 0.52,
        calibration_error: 0.012, calibration_slope: 0.97, reliability,
        against: [against("base_rate", -1), against("market", 0), against("closing", 1)],
      },
    ],
    bets: {
      bets: "120", won: "30", yield: interval(-0.25, -0.4, -0.1), claimed_edge: 0.04,
      closing_line_value: interval(0.01, -0.01, 0.03), with_closing_line: "118",
    },
    months: [{ month: "2026-01", matches: "900", log_loss: 0.98, market_log_loss: 0.981, bets: "120", profit: -30 }],
    hindsight_matches: "40",
    verdict: ["120 bets of one unit each returned -25.0 % (-40.0 to -10.0 %): a loss beyond bad luck."],
  };
}

const scoredForecast = {
  match_id: "1", competition: "E0", match_date: "2026-01-30", home_team: "Arsenal", away_team: "Leeds",
  home_score: 0, away_score: 1, revision: 1, information: "with_odds", model_version: 3,
  probabilities: [0.5, 0.25, 0.25], market_probabilities: [0.5, 0.3, 0.2], closing_probabilities: [],
  closing_source: "", result: 2, hindsight: true,
  bets: [{ outcome: 0, bookmaker_code: "b365", price: 2.1, edge: 0.05, stakes: [0.01, 0.02, 0.03], won: false }],
};

/** Answers the record's routes with these instead of the server. */
async function answerWith(page, { record, seals = [], lines = {} }) {
  const json = (body) => (route) => route.fulfill({ json: body });
  if (record) {
    await page.route(/\/v1\/record(\?|$)/, json(record));
    await page.route(/\/v1\/record\/forecasts/, json({ forecasts: [scoredForecast], next_page_token: "" }));
  }
  await page.route(/\/v1\/record\/seals(\?|$)/, json({ seals, next_page_token: "" }));
  await page.route(/\/v1\/record\/seals\/.+\/lines/, (route) => {
    const day = new URL(route.request().url()).pathname.split("/")[4];
    return route.fulfill({ json: { lines: lines[day], next_page_token: "" } });
  });
}

async function openRecord(page) {
  await page.getByRole("link", { name: "Track record" }).click();
  await page.getByRole("heading", { name: "Track record", level: 1 }).waitFor();
}

describe("the track record", { concurrency: false }, () => {
  test("a visitor reads it without signing in: scores, or when there will be some", async () => {
    await onPage(desktop, async (page) => {
      await openRecord(page);
      const scored = page.getByRole("heading", { name: "Against the market and the base rate" });
      await page.getByText("Nothing has been scored yet").or(scored).first().waitFor();
      await page.getByRole("heading", { name: "The chain of days" }).waitFor();
      await assertFits(page);
    });
  });

  test("losses, intervals, calibration and hindsight are told in words and pictures", async () => {
    await onPage(desktop, async (page) => {
      await answerWith(page, { record: scoredRecord() });
      await openRecord(page);
      await page.getByText("−25.0% on 120 bets").waitFor();
      await page.getByText("40 of 900 forecasts were sealed after their match").waitFor();
      const closing = page.getByRole("table", { name: /^Against the closing price/ });
      assert.match(await closing.getByRole("row", { name: /^Log loss/ }).innerText(), /\+0\.0100\s+\+0\.0060 to \+0\.0140/);
      assert.equal(await closing.locator("tr.worse").count(), 1);
      assert.equal(await page.getByRole("table", { name: /^Against the base rate/ }).locator("tr.better").count(), 1);
      assert.equal(await page.getByRole("table", { name: "Profit per unit staked" }).locator("tr.worse").count(), 1);
      const diagram = page.getByRole("img", { name: /^Reliability of the forecasts/ });
      assert.equal(await diagram.locator("circle").count(), 16);
      assert.equal(await diagram.locator("circle.off").count(), 1);
      await page.getByText("The same in figures").click();
      assert.equal(await page.getByRole("table", { name: "Reliability" }).locator("tbody tr").count(), 16);
      const forecast = page.locator(".scored-list li", { hasText: "Arsenal" }).first();
      await forecast.getByText("home at 2.10 lost").waitFor();
      await forecast.getByText("hindsight").waitFor();
    });
  });

  test("it is asked by competition, season and what the forecast knew", async () => {
    await onPage(desktop, async (page) => {
      await answerWith(page, { record: scoredRecord() });
      await openRecord(page);
      await page.getByText("−25.0% on 120 bets").waitFor();
      const asked = (path) => page.waitForRequest((request) => new URL(request.url()).pathname === path);
      const both = Promise.all([asked("/v1/record"), asked("/v1/record/forecasts")]);
      await page.locator(".record").getByLabel("Season").selectOption("2025");
      for (const request of await both) {
        const query = new URL(request.url()).searchParams;
        assert.deepEqual([query.get("from_date"), query.get("to_date")], ["2025-07-01", "2026-06-30"]);
      }
      const code = await page.locator(".record select[name=competition] option").nth(1).getAttribute("value");
      const again = asked("/v1/record");
      await page.locator(".record select[name=competition]").selectOption(code);
      const query = new URL((await again).url()).searchParams;
      assert.deepEqual([query.get("competition"), query.get("from_date")], [code, "2025-07-01"]);
    });
  });

  test("the browser verifies the chain, and finds what was changed", async () => {
    const { seals, lines } = chainOfDays();
    await onPage(desktop, async (page) => {
      await answerWith(page, { seals, lines });
      await openRecord(page);
      await page.getByRole("button", { name: "Verify all days" }).click();
      await page.getByText("Unbroken.").waitFor();
      const result = await page.locator(".check-result").innerText();
      assert.match(result, /3 days: 8 public lines.+; 1 hidden/);
      assert.match(result, /1 sealed when the match had begun/);
      assert.ok(result.includes(seals[2].sha256));
      assert.equal(await page.locator(".chain .intact").count(), 3);

      await page.getByLabel(/^A seal that you kept/).fill("ab".repeat(32));
      await page.getByRole("button", { name: "Verify 2026-01-30" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("not part of this chain: the record was rewritten").waitFor();

      await page.getByLabel(/^A seal that you kept/).fill(seals[0].sha256);
      lines["2026-01-30"][1].line = lines["2026-01-30"][1].line.replace('"match":2', '"match":7');
      await page.getByRole("button", { name: "Verify all days" }).click();
      await page.getByText("2026-01-30: line 2 is not what its hash was taken of.").waitFor();
      assert.equal(await page.locator(".chain .broken").count(), 1);
    });
  });

  test("it fits a phone of 360 pixels and is read by keyboard", async () => {
    await onPage(phone, async (page) => {
      await answerWith(page, { record: scoredRecord(), ...chainOfDays() });
      await page.getByRole("link", { name: "Track record" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("−25.0% on 120 bets").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.id), "heading");
      assert.equal(await page.getByRole("link", { name: "Track record" }).getAttribute("aria-current"), "page");
      await page.getByText("The same in figures").click();
      await page.getByRole("button", { name: "Verify all days" }).click();
      await page.getByText("Unbroken.").waitFor();
      await assertFits(page);
      await page.locator("#skip").focus();
      await page.keyboard.press("Enter");
      assert.equal(new URL(page.url()).hash, "#record", "skipping to the content stays on the page");
    });
  });
});
