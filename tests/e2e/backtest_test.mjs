// Backtests in the browser: a real one on the walk-forward that every pipeline run starts, and the
// states that are hard to come by, answered by the test in the server's place.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";

import { adminPassword, assertFits, desktop, onPage, password, phone, rest, signIn } from "./browser.mjs";

const username = `backtest-${randomBytes(4).toString("hex")}`;
const walkForwardTimeoutMs = 600_000;
const backtestTimeoutMs = 120_000;
let token;

const walkForward = (state, done) => ({
  walk_forward_id: "1", sport: "football", state, progress: { activity: "fitting", done, total: "128" },
  create_time: "2026-01-30T09:00:00Z", error: "", evaluations: [], competition_codes: [],
});

async function openBacktests(page) {
  await page.getByRole("link", { name: "Backtests", exact: true }).click();
  await page.getByRole("heading", { name: "Backtests", level: 1 }).waitFor();
}

async function untilWalkForwardIsDone() {
  const end = Date.now() + walkForwardTimeoutMs;
  for (;;) {
    const { walk_forwards: all } = await rest("GET", "/v1/walk-forwards", token);
    if (all.some(({ state }) => state === "done")) return;
    assert.ok(Date.now() < end, `no walk-forward has ended: ${JSON.stringify(all.map(({ state, progress, error }) => ({ state, progress, error })))}`);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

describe("backtests", { concurrency: false }, () => {
  before(async () => {
    await rest("POST", "/v1/accounts", null, {
      username, password, bankroll_minor_units: "100000", currency: "EUR", risk: "RISK_LOW", of_legal_age: true });
    token = (await rest("POST", "/v1/sessions", null, { username, password })).access_token;
  });

  test("without a walk-forward the page says what one is, and an admin starts it and sees it run", async () => {
    let all = [];
    await onPage(desktop, async (page) => {
      await page.route(/\/v1\/walk-forwards/, (route) => {
        if (route.request().method() === "POST") {
          all = [walkForward("running", "32")];
          return route.fulfill({ json: { walk_forward_id: "1" } });
        }
        return route.fulfill({ json: { walk_forwards: all, next_page_token: "" } });
      });
      await signIn(page, "admin", adminPassword);
      await openBacktests(page);
      await page.getByText("No walk-forward has finished yet.").waitFor();
      await page.getByRole("button", { name: "Start a walk-forward" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("32 of 128 steps.").waitFor();
      assert.equal(await page.getByRole("progressbar", { name: "Walk-forward" }).getAttribute("value"), "32");
      all = [walkForward("done", "128")];
      await page.getByRole("link", { name: "New backtest" }).waitFor();
    });
    await onPage(desktop, async (page) => {
      await page.route(/\/v1\/walk-forwards/, (route) =>
        route.fulfill({ json: { walk_forwards: [], next_page_token: "" } }));
      await signIn(page, username, password);
      await openBacktests(page);
      await page.getByText("An admin can start one").waitFor();
      assert.equal(await page.getByRole("button", { name: "Start a walk-forward" }).count(), 0);
    });
  });

  test("a backtest is started by keyboard, watched to its end, read and downloaded", async () => {
    await untilWalkForwardIsDone();
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await openBacktests(page);
      await page.getByRole("link", { name: "New backtest" }).click();
      await page.getByRole("heading", { name: "A new backtest" }).waitFor();
      await page.getByLabel("Stakes at most").fill("fifty");
      await page.getByRole("button", { name: "Run the backtest" }).click();
      await page.getByText(/^Must be an amount, /).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "max_stake_minor_units");
      await page.getByLabel("Stakes at most").fill("50");
      await page.getByLabel("From season").locator("option").nth(1).waitFor({ state: "attached" });
      await page.locator("select[name=risk]").selectOption("RISK_LOW");
      await page.getByText("Other staking rules").click();
      await page.getByLabel(/^Edge from, %/).fill("1");
      await page.keyboard.press("Enter");

      const verdict = page.locator(".verdict-text");
      await verdict.waitFor({ timeout: backtestTimeoutMs });
      assert.match(await verdict.innerText(), /^Yield [+−]\d+\.\d% .+ bets: .+\./);
      assert.match(await page.locator(".backtest-head").innerText(), /low risk .+ edge from 1% · stakes up to 50\.00/);
      const profit = page.getByRole("table", { name: "Profit", exact: true });
      assert.match(await profit.getByRole("row", { name: /^Yield profit/ }).innerText(), /[+−]\d+\.\d%\s+[+−]\d+\.\d% to [+−]\d+\.\d%/);
      for (const title of ["Can it be told from luck?", "Held against luck and the market", "Did the bets keep what they claimed?", "Season by season"]) {
        await page.getByRole("heading", { name: title }).waitFor();
      }
      await page.getByRole("img", { name: /^Bankroll, logarithmic axis/ }).waitFor();
      const day = page.getByRole("slider", { name: "Day" });
      const last = await page.locator(".readout").innerText();
      await day.focus();
      await page.keyboard.press("Home");
      const first = await page.locator(".readout").innerText();
      assert.ok(first.slice(0, 10) < last.slice(0, 10), `${first} is not before ${last}`);
      assert.equal(await day.getAttribute("aria-valuetext"), first);
      const box = await page.locator(".equity-chart .picture").boundingBox();
      await page.mouse.move(box.x + box.width - 2, box.y + 40);
      assert.equal(await page.locator(".readout").innerText(), last);

      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download the bets (CSV)" }).click();
      const csv = await readFile(await (await download).path(), "utf8");
      const bets = /over ([\d,]+) bets/.exec(await verdict.innerText())[1].replace(",", "");
      assert.equal(csv.trim().split("\n").length, Number(bets) + 1);

      await page.getByRole("link", { name: "Another like this" }).click();
      assert.equal(await page.getByLabel(/^Edge from, %/).inputValue(), "1");
      assert.equal(await page.getByLabel("Stakes at most").inputValue(), "50.00");
      await page.getByText("Try many settings at once").click();
      await page.getByLabel(/^Edges from, %/).fill("1, 2, 4");
      await page.getByLabel(/^Parts of Kelly, %/).fill("10, 25");
      await page.getByText("6 variants.").waitFor();
      await page.getByRole("button", { name: "Run the backtest" }).click();
      await page.getByRole("heading", { name: "All 6 variants" }).waitFor({ timeout: backtestTimeoutMs });
      await page.getByText("Choosing the best of many.").waitFor();
      assert.equal(await page.locator(".variants tbody tr").count(), 6);
      assert.equal(await page.locator(".variants").getByText("shown below").count(), 1);
      const curves = page.getByRole("img", { name: /^Bankroll of every variant/ });
      assert.equal(await curves.locator("path").count(), 6);

      await page.getByRole("link", { name: "All backtests" }).click();
      const items = page.locator(".backtest-list > li");
      await items.nth(1).waitFor();
      assert.match(await items.first().innerText(), /6 variants/);
    });
  });

  test("a running backtest shows how far it is and can be cancelled", async () => {
    const { backtests } = await rest("GET", "/v1/backtests?page_size=1", token);
    const running = {
      ...backtests[0], backtest_id: "77", state: "running", variants: [], sweep_warning: "",
      progress: { activity: "replaying days", done: "812", total: "1609" },
    };
    delete running.report;
    await onPage(desktop, async (page) => {
      await page.route(/\/v1\/backtests\/77$/, (route) => route.fulfill({ json: { backtest: running } }));
      await page.route(/\/v1\/backtests\/77:watch$/, (route) => route.fulfill({
        contentType: "text/event-stream",
        body: `id: 1\nevent: message\ndata: ${JSON.stringify({ backtest: { ...running, progress: { ...running.progress, done: "900" } }, resume_token: "1" })}\n\n`,
      }));
      await page.route(/\/v1\/backtests\/77:cancel$/, (route) =>
        route.fulfill({ json: { backtest: { ...running, state: "cancelled" } } }));
      await signIn(page, username, password);
      await page.goto("/#backtests/77");
      await page.getByText("replaying days: 900 of 1609").waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("It was cancelled before it was done.").waitFor();
    });
  });

  test("the list, the form and a result fit a phone of 360 pixels", async () => {
    await onPage(phone, async (page) => {
      await signIn(page, username, password);
      await openBacktests(page);
      await page.locator(".backtest-list > li").first().waitFor();
      await assertFits(page);
      await page.locator(".backtest-list a").first().click();
      await page.getByRole("img", { name: /^Bankroll, logarithmic axis/ }).waitFor();
      await page.locator("summary", { hasText: "By competition" }).click();
      await page.getByText("The same in figures").click();
      await assertFits(page);
      await page.getByRole("link", { name: "Another like this" }).click();
      await page.getByText("Only some competitions").click();
      await assertFits(page);
    });
  });

  test("backtests are not for visitors", async () => {
    await onPage(desktop, async (page) => {
      await page.goto("/#backtests");
      await page.getByText("Sign in to see this page").waitFor();
    });
  });
});
