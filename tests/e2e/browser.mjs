// What the browser tests share: a fresh page for each, a way in, and the REST surface beside it.
// Wants FAIRLINE_E2E_URL, FAIRLINE_E2E_ADMIN_PASSWORD and CHROMIUM; tests/e2e/run sets them.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

const baseUrl = process.env.FAIRLINE_E2E_URL;
export const adminPassword = process.env.FAIRLINE_E2E_ADMIN_PASSWORD;
export const password = "Correct-Horse-7";
export const desktop = { width: 1280, height: 900 };
export const phone = { width: 360, height: 740 };

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
});
after(() => browser?.close());

/** Runs `body` on a fresh page and fails on any script error, or console error not in `expected`. */
export async function onPage(viewport, body, expected = () => false) {
  const context = await browser.newContext({ viewport, baseURL: baseUrl, reducedMotion: "reduce" });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected(message)) {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(baseUrl)) errors.push(`leaves the server: ${request.url()}`);
  });
  try {
    await page.goto("/");
    await body(page);
    assert.deepEqual(errors, []);
  } catch (error) {
    console.error(`The page said:\n${await page.locator("body").innerText()}\n${errors.join("\n")}`);
    throw error;
  } finally {
    await context.close();
  }
}

export async function signIn(page, name, secret) {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: new RegExp(`^${name} ·`) }).waitFor();
}

export async function assertFits(page) {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overflow, 0, "the page scrolls sideways");
}

export async function rest(method, path, token, body) {
  const response = await fetch(new URL(path, baseUrl), {
    method,
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  assert.equal(response.status, 200, `${method} ${path}: ${await response.clone().text()}`);
  return response.json();
}
