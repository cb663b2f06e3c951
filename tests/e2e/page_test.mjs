// The page in a real browser, against a running Fairline whose new accounts are premium (`--demo`).

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";

import { adminPassword, assertFits, desktop, onPage, password, phone, rest, signIn } from "./browser.mjs";

const username = `reader-${randomBytes(4).toString("hex")}`;
const runTimeoutMs = 300_000;

/** Waits until the list has settled: matches, or a text that says why there are none. */
async function settled(page) {
  await page.locator("#matches:not([aria-busy]) > *").first().waitFor();
}

/** The percentages written below the bar of each match. */
async function sharesOf(page) {
  const texts = await page.locator(".match .shares").allInnerTexts();
  return texts.map((text) => [...text.matchAll(/(\d+)%/g)].map((found) => Number(found[1])));
}

describe("the page", { concurrency: false }, () => {
  test("a visitor sees today's matches, or what to do to see others", async () => {
    await onPage(desktop, async (page) => {
      const others = page.getByText("Sign in to see the coming days");
      await page.locator(".match .shares").or(others).first().waitFor();
      assert.equal(await page.locator(".verdict").count(), 0, "advice is not for visitors");
      assert.ok((await page.getByRole("link", { name: /Gambling Therapy/ }).count()) > 0);
    });
  });

  test("signing up shows the password rule, asks for the age, and signs in", async () => {
    await onPage(desktop, async (page) => {
      await page.getByRole("button", { name: "Create account" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Username").fill(username);
      await dialog.getByLabel("Password").fill("correct-horse-7");
      assert.equal(await dialog.locator(".rules .met").count(), 4, "the capital letter is missing");
      await dialog.getByLabel("Bankroll").fill("1000");
      await dialog.getByRole("radio", { name: /Medium/ }).check();
      await dialog.getByRole("button", { name: "Create account" }).click();
      assert.ok(await dialog.isVisible(), "it does not go on without the age");
      await dialog.getByLabel(/of legal age/).check();
      await dialog.getByRole("button", { name: "Create account" }).click();
      await dialog.getByRole("alert").getByText("upper case letter").waitFor();
      await dialog.getByLabel("Password").fill(password);
      assert.equal(await dialog.locator(".rules .met").count(), 5);
      await dialog.getByRole("button", { name: "Create account" }).click();
      await page.getByRole("button", { name: `${username} · €1,000.00` }).waitFor();
    });
  });

  test("a premium account sees probabilities, and a stake or why there is no bet", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.locator(".match").first().waitFor();
      const shares = await sharesOf(page);
      for (const percentages of shares) {
        assert.equal(percentages.length, 3);
        const sum = percentages.reduce((a, b) => a + b);
        assert.ok(Math.abs(sum - 100) <= 1, `${percentages} do not sum to 100 %`);
      }
      const verdicts = await page.locator(".verdict").allInnerTexts();
      assert.equal(verdicts.length, shares.length);
      for (const verdict of verdicts) {
        assert.match(verdict, /€[\d,.]+ on .+\nat \d+\.\d\d, .+ · edge \+\d+\.\d%|No bet, because /);
      }
      await page.getByRole("button", { name: /^All outcomes of/ }).first().click();
      const table = page.locator(".outcomes:visible table");
      assert.equal(await table.locator("tbody tr").count(), 3);
      assert.match(await page.locator("#provenance").innerText(), /As of .+ model version \d+/);

      const all = shares.length;
      const bets = verdicts.filter((verdict) => !verdict.startsWith("No bet")).length;
      await page.getByLabel("Only bets").check();
      assert.equal(await page.locator(".match").count(), bets);
      await page.getByLabel("Only bets").uncheck();
      const second = await page.locator("#competition option").nth(1).getAttribute("value");
      await page.getByLabel("Competition").selectOption(second);
      assert.equal(await page.locator(".competition > h3").first().innerText(),
        await page.locator("#competition option:checked").innerText());
      assert.ok((await page.locator(".match").count()) <= all);
    });
  });

  test("a match opens to why its forecast, how sure it is, and its markets, by keyboard", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      const opener = page.getByRole("button", { name: /^Why this forecast of/ }).first();
      await opener.focus();
      await page.keyboard.press("Enter");
      assert.equal(await opener.getAttribute("aria-expanded"), "true");
      const panel = page.getByRole("region", { name: /^Why this forecast of/ });
      await panel.locator(".heat").waitFor();

      const steps = panel.locator(".steps li");
      const forecast = await steps.last().locator(".change").innerText();
      const favourite = await page.locator(".match .shares .favourite").first().innerText();
      const shown = Number(/(\d+)%/.exec(favourite)[1]);
      assert.ok(Math.abs(parseFloat(forecast) - shown) < 0.56, `${forecast} is not ${favourite}`);
      await panel.getByRole("radio").first().focus();
      await page.keyboard.press("ArrowRight");
      assert.notEqual(await steps.last().locator(".change").innerText(), forecast);

      const cells = await panel.locator(".heat td[class]").allInnerTexts();
      assert.equal(cells.length, 36);
      const sum = cells.reduce((total, cell) => total + Number(cell), 0);
      assert.ok(sum > 90 && sum <= 101, `the scores shown sum to ${sum} %`);
      assert.match(await panel.locator(".markets").innerText(), /Over 2\.5\s(.+edge.+\s+)?\d+\.\d%\s+\d+\.\d\d/);
      assert.equal(await panel.locator(".certainty li").count(), 3);

      await opener.click();
      assert.equal(await panel.isVisible(), false);
    });
  });

  test("the bankroll and the risk can be changed", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.getByRole("button", { name: new RegExp(`^${username} ·`) }).click();
      const dialog = page.getByRole("dialog");
      assert.ok(await dialog.getByRole("radio", { name: /Medium/ }).isChecked());
      await dialog.getByLabel(/^Bankroll/).fill("2500,50");
      await dialog.getByRole("radio", { name: /Low/ }).check();
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: `${username} · €2,500.50` }).waitFor();
      await settled(page);
    });
    const { access_token: token } = await rest("POST", "/v1/sessions", null, { username, password });
    const { account } = await rest("GET", "/v1/account", token);
    assert.equal(account.bankroll_minor_units, "250050");
    assert.equal(account.risk, "RISK_LOW");
  });

  test("a bet is logged by hand, shown under My bets, exported and cancelled", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.locator(".match").first().waitFor();
      await page.getByRole("link", { name: "My bets" }).click();
      await page.getByRole("heading", { name: "My bets" }).waitFor();
      await page.getByText("No bet here yet").waitFor();
      await page.getByRole("button", { name: "Log a bet" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Market").selectOption("MARKET_ASIAN_HANDICAP");
      await dialog.getByLabel(/^Line/).fill("-0.75");
      await dialog.getByLabel("Decimal odds").fill("1.95");
      await dialog.getByLabel(/^Stake in/).fill("10.50");
      await dialog.getByLabel("Bookmaker").fill("corner shop");
      await dialog.getByRole("button", { name: "Log bet" }).click();
      const bet = page.locator(".bet-item");
      await bet.waitFor();
      assert.match(await bet.innerText(), /−0\.75 · Asian handicap\s+€10\.50 at 1\.95, corner shop/);
      await page.getByRole("button", { name: `${username} · €2,490.00` }).waitFor();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Export CSV" }).click();
      assert.equal((await download).suggestedFilename(), "fairline-bets.csv");
      await bet.getByRole("button", { name: /^Cancel/ }).click();
      await bet.getByText("cancelled").waitFor();
      await page.getByRole("button", { name: `${username} · €2,500.50` }).waitFor();
      await page.getByRole("link", { name: "Matches", exact: true }).click();
      await page.locator(".match").first().waitFor();
    });
  });

  test("a bet is settled by hand, and corrected", async () => {
    const owner = `owner-${randomBytes(4).toString("hex")}`;
    await rest("POST", "/v1/accounts", null, { username: owner, password, bankroll_minor_units: "10000", of_legal_age: true });
    await onPage(desktop, async (page) => {
      await signIn(page, owner, password);
      await page.locator(".match").first().waitFor();
      await page.getByRole("link", { name: "My bets" }).click();
      await page.getByRole("button", { name: "Log a bet" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Decimal odds").fill("2");
      await dialog.getByLabel(/^Stake in/).fill("10");
      await dialog.getByRole("button", { name: "Log bet" }).click();
      const bet = page.locator(".bet-item");
      await bet.getByRole("button", { name: /^Settle/ }).click();
      await dialog.getByLabel("How it ended").selectOption("BET_RESULT_WIN");
      await dialog.getByLabel("Reason").fill("paid early");
      await dialog.getByRole("button", { name: "Settle" }).click();
      await bet.getByText("won", { exact: true }).waitFor();
      await page.getByRole("button", { name: `${owner} · €110.00` }).waitFor();
      await bet.getByRole("button", { name: /^Correct/ }).click();
      await dialog.getByLabel("How it ended").selectOption("BET_RESULT_UNSPECIFIED");
      for (const goals of await dialog.getByLabel(/^Goals of/).all()) await goals.fill("1");
      await dialog.getByLabel("Reason").fill("it was a draw");
      await dialog.getByRole("button", { name: "Settle" }).click();
      await page.getByRole("button", { name: new RegExp(`^${owner} · €(90|110)\\.00`) }).waitFor();
      await dialog.waitFor({ state: "detached" });
      assert.match(await bet.innerText(), /1–1/);
    });
  });

  test("a line of advice is logged with one click and one look", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.locator(".match").first().waitFor();
      const log = page.getByRole("button", { name: /^Log this bet/ });
      if ((await log.count()) === 0) return; // no bet is the usual answer
      await log.first().click();
      const dialog = page.getByRole("dialog");
      assert.match(await dialog.getByLabel("Decimal odds").inputValue(), /^\d+\.\d\d$/);
      assert.notEqual(await dialog.getByLabel("Bookmaker").inputValue(), "");
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await page.getByRole("link", { name: "My bets" }).click();
      await page.locator(".bet-item").first().getByText("open").waitFor();
    });
  });

  test("a limit is set and stands in the way, all by keyboard", async () => {
    const conflict = (message) => message.location().url.endsWith("/v1/bets");
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.locator(".match").first().waitFor();
      await page.getByRole("button", { name: new RegExp(`^${username} ·`) }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Limits and time-outs" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByText("You have set no limits yet.").waitFor();
      await dialog.getByLabel("Limit for").selectOption("LIMIT_KIND_STAKE");
      await dialog.getByLabel(/^At most/).fill("1");
      await page.keyboard.press("Enter");
      await dialog.getByText(/of €1\.00 used/).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "My bets" }).click();
      await page.getByRole("button", { name: "Log a bet" }).click();
      await page.getByLabel("Decimal odds").fill("2");
      await page.getByLabel(/^Stake in/).fill("5000");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("your stake limit of 1.00 EUR").waitFor();
    }, conflict);
  });

  test("who takes a break sees forecasts, no advice, and where to find help", async () => {
    const resting = `resting-${randomBytes(4).toString("hex")}`;
    await rest("POST", "/v1/accounts", null, {
      username: resting, password, bankroll_minor_units: "10000", of_legal_age: true });
    await onPage(desktop, async (page) => {
      await signIn(page, resting, password);
      await page.locator(".match").first().waitFor();
      await page.getByRole("button", { name: new RegExp(`^${resting} ·`) }).click();
      await page.getByRole("button", { name: "Limits and time-outs" }).click();
      await page.getByRole("combobox", { name: /^For/ }).selectOption("7");
      await page.getByRole("button", { name: "Take a break from betting" }).click();
      await page.getByRole("button", { name: "Exclude me: a week" }).click();
      await page.getByText("You have excluded yourself from betting until").waitFor();
      await page.locator(".match").first().waitFor();
      assert.equal(await page.locator(".verdict").count(), 0);
      await page.getByRole("link", { name: "My bets" }).click();
      await page.getByRole("button", { name: "Take out" }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Log a bet" }).count(), 0);
    });
  });

  test("a wrong password is refused in words", async () => {
    const refusal = (message) => message.location().url.endsWith("/v1/sessions");
    await onPage(desktop, async (page) => {
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("Password").fill("Wrong-Horse-7");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("do not belong together").waitFor();
    }, refusal);
  });

  test("one signs in, filters and signs out by keyboard alone", async () => {
    await onPage(desktop, async (page) => {
      await settled(page);
      const tabTo = async (name) => {
        for (let i = 0; i < 25; ++i) {
          await page.keyboard.press("Tab");
          const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
          if (focused.startsWith(name)) return;
        }
        assert.fail(`Tab does not reach "${name}"`);
      };
      await tabTo("Sign in");
      await page.keyboard.press("Enter");
      await page.keyboard.type(username);
      await page.keyboard.press("Tab");
      await page.keyboard.type(password);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: new RegExp(`^${username} ·`) }).waitFor();
      await page.locator(".match").first().waitFor();
      await page.getByLabel("Only bets").focus();
      await page.keyboard.press("Space");
      assert.ok(await page.getByLabel("Only bets").isChecked());
      await page.getByRole("button", { name: new RegExp(`^${username} ·`) }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      assert.equal(await page.getByRole("dialog").count(), 0, "Escape closes the dialog");
      await page.keyboard.press("Enter");
      await tabTo("Sign out");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Sign in" }).waitFor();
    });
  });

  test("a session survives a reload and ends with the tab", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.reload();
      await page.getByRole("button", { name: new RegExp(`^${username} ·`) }).waitFor();
      const other = await page.context().browser().newContext({ baseURL: process.env.FAIRLINE_E2E_URL });
      const visitor = await other.newPage();
      await visitor.goto("/");
      await visitor.getByRole("button", { name: "Sign in" }).waitFor();
      await other.close();
    });
  });

  test("on a phone of 360 pixels nothing scrolls sideways", async () => {
    await onPage(phone, async (page) => {
      await settled(page);
      await assertFits(page);
      await page.getByRole("button", { name: "Create account" }).click();
      await assertFits(page);
      await page.keyboard.press("Escape");
      await signIn(page, username, password);
      await page.locator(".match").first().waitFor();
      await page.getByRole("button", { name: /^All outcomes of/ }).first().click();
      await assertFits(page);
      await page.getByRole("button", { name: /^Why this forecast of/ }).first().click();
      await page.locator(".panel .heat").waitFor();
      await page.locator(".ratings summary").click();
      await assertFits(page);
      await page.getByRole("link", { name: "My bets" }).click();
      await page.locator(".bet-item").first().waitFor();
      await assertFits(page);
    });
  });

  test("a free account sees probabilities and no advice", async () => {
    const { access_token: token } = await rest("POST", "/v1/sessions", null, {
      username: "admin",
      password: adminPassword,
    });
    await rest("PATCH", `/v1/users/${username}`, token, { new_role: 0 });
    await onPage(desktop, async (page) => {
      await signIn(page, username, password);
      await page.locator(".match").first().waitFor();
      assert.ok((await sharesOf(page)).length > 0);
      assert.equal(await page.locator(".verdict").count(), 0);
      assert.equal(await page.getByLabel("Only bets").isVisible(), false);
    });
  });

  test("an admin starts a pipeline run and watches it to its end", async () => {
    await onPage(desktop, async (page) => {
      await signIn(page, "admin", adminPassword);
      const panel = page.getByRole("region", { name: "Pipeline" });
      await panel.getByRole("button", { name: "Start a run" }).click();
      await panel.getByRole("button", { name: "Cancel" }).waitFor();
      assert.equal(await panel.getByRole("listitem").count(), 6);
      await panel.getByRole("button", { name: "Start a run" }).waitFor({ timeout: runTimeoutMs });
      assert.match(await panel.locator(".run-state").innerText(), /^Done/);
      await page.locator(".match").first().waitFor();
    });
  });
});
