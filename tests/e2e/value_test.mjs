// The value list in the browser: the server's own, and one with flags and an arbitrage that the
// test answers in its place.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, test } from "node:test";

import { assertFits, desktop, onPage, password, phone, rest, signIn } from "./browser.mjs";

const username = `value-${randomBytes(4).toString("hex")}`;

const match = {
  match_id: "1", competition_code: "E0", match_date: "2026-01-30", kickoff_time: "2026-01-30T20:00:00Z",
  home_team: "Arsenal", away_team: "Leeds",
};
const price = {
  match, market: "MARKET_MATCH_RESULT", line_quarters: 0, outcome: "OUTCOME_HOME", bookmaker_code: "bet365",
  bookmaker_name: "Bet365", odds: 2.4, commission: 0, age_minutes: 12, flag: "PRICE_FLAG_UNSPECIFIED",
  fair_odds: 2.2, edge: 0.09, bookmakers: 6, median_odds: 2.3, anchored: true, in_arbitrage: false,
};
const answer = {
  prices: [
    { ...price, outcome: "OUTCOME_AWAY", odds: 9, edge: 1.2, flag: "PRICE_FLAG_SUSPICIOUS", median_odds: 4.5 },
    { ...price, outcome: "OUTCOME_DRAW", flag: "PRICE_FLAG_STALE", age_minutes: 4320 },
    { ...price, market: "MARKET_TOTAL", line_quarters: 10, outcome: "OUTCOME_OVER" },
    price,
  ],
  arbitrages: [
    {
      match, market: "MARKET_MATCH_RESULT", line_quarters: 0, profit: 0.021, least_profit: 0.021,
      suspicious: true, explanation: "",
      stakes: ["HOME", "DRAW", "AWAY"].map((outcome, i) => ({
        outcome: `OUTCOME_${outcome}`, bookmaker_code: "b", bookmaker_name: `Book ${i}`, odds: 2 + i,
        commission: i === 2 ? 0.05 : 0, stake_share: [0.5, 0.3, 0.2][i],
      })),
    },
  ],
  note: "A comparison of prices with the forecasts, not advice.",
  next_page_token: "",
};

async function openValue(page) {
  await page.getByRole("link", { name: "Value", exact: true }).click();
  await page.getByRole("heading", { name: "Value", level: 1 }).waitFor();
}

const shownCount = (page) => page.locator(".value .count").innerText();

describe("the value list", { concurrency: false }, () => {
  before(async () => {
    await rest("POST", "/v1/accounts", null, {
      username, password, bankroll_minor_units: "100000", currency: "EUR", risk: "RISK_LOW", of_legal_age: true });
  });

  test("a visitor is asked to sign in and sees no price", async () => {
    await onPage(desktop, async (page) => {
      assert.equal(await page.getByRole("link", { name: "Value", exact: true }).count(), 0);
      await page.goto("/#value");
      await page.getByText("Sign in to see this page").waitFor();
    });
  });

  test("prices are filtered, and one is logged as a bet with all it says", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await openValue(page);
      await page.locator(".value-table").first().waitFor();
      const [, all] = /of (\d+) prices/.exec(await shownCount(page));
      await page.locator(".value").getByLabel("Edge from").selectOption("0");
      assert.equal(await shownCount(page), `${all} of ${all} prices`);
      await page.locator(".value").getByLabel("Edge from").selectOption("0.1");
      assert.ok(Number.parseInt(await shownCount(page), 10) < Number(all));
      await page.locator(".value").getByLabel("Edge from").selectOption("0");
      await page.locator(".value").getByLabel("Market").selectOption("MARKET_TOTAL");
      const row = page.locator(".value-table tbody tr").first();
      await row.getByText("Total goals").waitFor();
      const selection = (await row.locator("td").first().innerText()).split("\n")[0];
      const odds = await row.locator("td").nth(1).locator("strong").innerText();
      await row.getByRole("button", { name: /^Log this bet/ }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      assert.equal(Number(await dialog.getByLabel("Decimal odds").inputValue()).toFixed(2), odds);
      const line = await dialog.getByLabel(/^Line/).inputValue();
      const side = await dialog.locator("select[name=outcome] option:checked").innerText();
      assert.equal(`${side} ${line}`, selection);
      await dialog.getByLabel(/^Stake in/).fill("1");
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
      assert.match(await shownCount(page), /of \d+ prices/, "the list and its choices stay");
      assert.equal(await page.locator(".value").getByLabel("Market").inputValue(), "MARKET_TOTAL");
      await page.getByRole("link", { name: "My bets" }).click();
      await page.locator(".bet-item").getByText(selection).waitFor();
    });
  });

  test("a flagged price says why and cannot be logged; an arbitrage is labelled with its shares", async () => {
    await onPage(desktop, async (page) => {
      await page.route(/\/v1\/value/, (route) => route.fulfill({ json: answer }));
      await signIn(page, username, password);
      await openValue(page);
      const suspicious = page.locator(".value-table tr", { hasText: "Suspicious:" });
      await suspicious.getByText("2.0 times the median of 6 other books").waitFor();
      assert.equal(await suspicious.getByRole("button").count(), 0);
      const stale = page.locator(".value-table tr", { hasText: "Stale:" });
      await stale.getByText("3 days").waitFor();
      const arbitrage = page.locator(".arbitrages > li");
      await arbitrage.getByText("arbitrage on a suspicious price").waitFor();
      assert.match(await arbitrage.innerText(), /50\.0%\s+on Arsenal at 2\.00[^]+30\.0%\s+on the draw at 3\.00[^]+20\.0%\s+on Leeds at 4\.00/);
      await page.getByLabel("Without flagged prices").check();
      assert.equal(await shownCount(page), "2 of 4 prices");
      assert.equal(await arbitrage.count(), 0);
      await page.getByRole("heading", { name: "Against the forecast of goals" }).waitFor();
    });
  });

  test("it fits a phone of 360 pixels", async () => {
    await onPage(phone, async (page) => {
      await page.route(/\/v1\/value/, (route) => route.fulfill({ json: answer }));
      await signIn(page, username, password);
      await openValue(page);
      await page.locator(".value-table").first().waitFor();
      await assertFits(page);
      await page.getByRole("button", { name: /^Log this bet/ }).first().click();
      await assertFits(page);
    });
  });
});
