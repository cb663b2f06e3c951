// The staking policy in the browser: read by everybody signed in, changed by an admin.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, test } from "node:test";

import { adminPassword, assertFits, desktop, onPage, password, phone, rest, signIn } from "./browser.mjs";

const username = `policy-${randomBytes(4).toString("hex")}`;
let admin;

async function openPolicy(page) {
  await page.getByRole("link", { name: "Staking policy" }).click();
  await page.getByRole("heading", { name: "Staking policy", level: 1 }).waitFor();
  await page.getByText("Of the bankroll, over all outcomes of a match.").waitFor();
}

const inForce = async () => (await rest("GET", "/v1/staking-policy", admin)).policy_version;

describe("the staking policy", { concurrency: false }, () => {
  before(async () => {
    await rest("POST", "/v1/accounts", null, {
      username, password, bankroll_minor_units: "100000", currency: "EUR", risk: "RISK_MEDIUM", of_legal_age: true });
    admin = (await rest("POST", "/v1/sessions", null, { username: "admin", password: adminPassword })).access_token;
  });

  test("every account reads it, with what it makes of a bet, and cannot change it", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await openPolicy(page);
      assert.equal(await page.locator(".policy input").count(), 0);
      await page.getByText("An admin can change them.").waitFor();
      const favourite = page.locator(".preview tr", { hasText: "A favourite at 1.70" });
      const shown = parseFloat(await favourite.locator("td").nth(3).innerText());
      const { access_token: token } = await rest("POST", "/v1/sessions", null, { username, password });
      const { outcomes } = await rest("POST", "/v1/stakes", token, { probabilities: [0.63, 0.37], odds: [1.7, 2] });
      assert.ok(Math.abs(shown - 100 * outcomes[0].stake_fraction) < 0.006, `${shown} is not the server's ${outcomes[0].stake_fraction}`);
    });
  });

  test("an admin sees what a change does before it is in force, and what is wrong at its field", async () => {
    await onPage(desktop, async (page) => {
      const before = await inForce();
      await signIn(page, "admin", adminPassword);
      await openPolicy(page);
      await page.getByLabel("Per bet", { exact: true }).fill("much");
      const row = page.locator(".setting", { hasText: "Per bet" });
      await row.getByText("Must be a number").waitFor();
      await page.getByRole("button", { name: "Put in force" }).click();
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "max_per_bet");
      assert.equal((await inForce()).version, before.version);

      const percentage = before.policy.max_per_bet === 0.02 ? "2.5" : "2";
      await page.getByLabel("Per bet", { exact: true }).fill(percentage);
      await row.getByText(/^was \d/).waitFor();
      assert.match(await page.locator(".changes li").innerText(), new RegExp(`^Per bet: .+ → ${percentage}%$`));
      const favourite = page.locator(".preview tr", { hasText: "A favourite at 1.70" });
      assert.equal(await favourite.locator("td").last().locator("strong").innerText(), `${Number(percentage).toFixed(2)}%`);
      await page.getByRole("button", { name: "Put in force" }).click();
      await page.getByText("Say why, for those who ask later.").waitFor();
      await page.getByLabel("Reason").fill("to see a change");
      await page.keyboard.press("Enter");
      const now = Number(before.version) + 1;
      await page.getByText(`Version ${now} is in force.`).waitFor();
      await page.getByText("“to see a change”").waitFor();
      assert.equal((await inForce()).policy.max_per_bet, Number(percentage) / 100);
    });
  });

  test("what the server alone refuses is said, and a change made meanwhile is not overwritten", async () => {
    const refusal = (message) => message.location().url.endsWith("/v1/staking-policy");
    await onPage(desktop, async (page) => {
      await signIn(page, "admin", adminPassword);
      await openPolicy(page);
      await page.route(/\/v1\/staking-policy$/, (route) =>
        route.request().method() === "PUT"
          ? route.fulfill({
            status: 422,
            json: { status: 422, detail: "policy.max_per_day: too much", errors: [{ field: "policy.max_per_day", reason: "too much" }] },
          })
          : route.fallback());
      await page.getByLabel("Per day", { exact: true }).fill("40");
      await page.getByLabel("Reason").fill("less a day");
      await page.getByRole("button", { name: "Put in force" }).click();
      await page.locator(".setting", { hasText: "Per day" }).getByText("too much.").waitFor();
      await page.unrouteAll();

      const { policy, version } = await inForce();
      await rest("PUT", "/v1/staking-policy", admin, {
        policy: { ...policy, max_per_bet: 0.03 }, reason: "back to the default", base_version: version });
      await page.getByLabel("Per day", { exact: true }).fill("41");
      await page.getByRole("button", { name: "Put in force" }).click();
      await page.getByText("Somebody else has put another version in force").waitFor();
      await page.getByRole("button", { name: "Load it" }).click();
      await page.getByText("“back to the default”").waitFor();
      assert.equal(await page.getByLabel("Per day", { exact: true }).inputValue(), "50");
    }, refusal);
  });

  test("it fits a phone of 360 pixels", async () => {
    await onPage(phone, async (page) => {
      await signIn(page, "admin", adminPassword);
      await openPolicy(page);
      await page.getByLabel("Per match", { exact: true }).fill("x");
      await assertFits(page);
    });
  });
});
