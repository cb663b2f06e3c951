// The track record without a browser: the hash chain, the seasons, and what a picture may claim.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { brokenChain, checkDay, noSeal, RecordLine, Seal, sealHash } from "../src/chain";
import { linear, logarithmic, logTicks, ticks } from "../src/chart";
import { signed, typeset } from "../src/format";
import { reach, standing } from "../src/interval_plot";
import { daysOfSeason, seasonName, seasonsOf } from "../src/record_data";
import { logLoss } from "../src/record_forecasts";
import { wilson } from "../src/reliability";
import { digest, sha256Hex } from "../src/sha256";
import type { Account } from "../src/types";
import { mayOpen, viewAt, views } from "../src/views";

const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");

test("SHA-256 reckoned without WebCrypto is SHA-256, whatever the length", async () => {
  for (let length = 0; length < 200; ++length) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
    const hex = Array.from(digest(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.equal(hex, sha256(bytes), `${length} bytes`);
  }
  assert.equal(await sha256Hex("Peñarrubia – Auenfeld"), sha256("Peñarrubia – Auenfeld"));
});

function lineOf(content: Record<string, unknown>): RecordLine {
  const line = JSON.stringify(content);
  return { sha256: sha256(line), line };
}

async function sealOf(day: string, lines: RecordLine[], before: string): Promise<Seal> {
  const hashes = lines.map((line) => `${line.sha256}\n`).join("");
  const seal = { day, lines: String(lines.length), lines_sha256: sha256(hashes), previous_sha256: before, sha256: "" };
  return { ...seal, sha256: await sealHash(seal) };
}

async function threeDays(): Promise<{ seals: Seal[]; lines: RecordLine[][] }> {
  const seals: Seal[] = [];
  const lines: RecordLine[][] = [];
  for (const day of ["2026-01-30", "2026-01-31", "2026-02-03"]) {
    const ofDay = [1, 2].map((match) => lineOf({ kind: "forecast", match, match_date: day, sealed_at: `${day}T09:00:00Z` }));
    lines.push(ofDay);
    seals.push(await sealOf(day, ofDay, seals[seals.length - 1]?.sha256 ?? noSeal));
  }
  return { seals, lines };
}

test("the text of a seal is that of libs/record/chain.hpp", async () => {
  const seal = await sealOf("2026-01-30", [], noSeal);
  assert.equal(
    seal.sha256,
    sha256(`fairline-seal-1\n2026-01-30\n0\n${sha256("")}\n${noSeal}\n`),
  );
});

test("an untouched chain holds, and one that was touched says where it breaks", async () => {
  const { seals } = await threeDays();
  assert.equal(await brokenChain([]), null);
  assert.equal(await brokenChain(seals), null);
  const [first, second, third] = seals as [Seal, Seal, Seal];
  assert.match((await brokenChain([second, third])) ?? "", /^2026-01-31: does not follow/);
  assert.match((await brokenChain([first, third])) ?? "", /^2026-02-03: does not follow/);
  assert.match((await brokenChain([first, { ...second, lines: "3" }, third])) ?? "", /^2026-01-31: the seal is not/);
  const forged = await sealOf("2026-01-31", [lineOf({ kind: "forecast" })], first.sha256);
  assert.match((await brokenChain([first, forged, third])) ?? "", /^2026-02-03: does not follow/);
  const early = await sealOf("2026-01-29", [], first.sha256);
  assert.match((await brokenChain([first, early])) ?? "", /^2026-01-29: not after/);
});

test("a day's lines are those it was sealed over, or it is broken", async () => {
  const { seals, lines } = await threeDays();
  const seal = seals[1] as Seal;
  const [one, two] = lines[1] as [RecordLine, RecordLine];
  assert.deepEqual(await checkDay(seal, [one, two]), { broken: null, shown: 2, hidden: 0, hindsight: 0 });
  assert.deepEqual(await checkDay(seal, [one, { ...two, line: "" }]), { broken: null, shown: 1, hidden: 1, hindsight: 0 });
  const edited = { ...two, line: two.line.replace('"match":2', '"match":3') };
  assert.match((await checkDay(seal, [one, edited])).broken ?? "", /line 2 is not what its hash/);
  assert.match((await checkDay(seal, [one])).broken ?? "", /sealed over 2 lines, but there are 1/);
  assert.match((await checkDay(seal, [two, one])).broken ?? "", /not those it was sealed over/);
  const swapped = lineOf(JSON.parse(edited.line) as Record<string, unknown>);
  assert.match((await checkDay(seal, [one, swapped])).broken ?? "", /not those it was sealed over/);
});

test("a line sealed when its match had begun is hindsight", async () => {
  const late = lineOf({ kind: "forecast", match_date: "2026-01-30", kickoff_time: "2026-01-30T15:00:00Z", sealed_at: "2026-01-30T15:00:00.5Z" });
  const noTime = lineOf({ kind: "forecast", match_date: "2026-01-30", kickoff_time: null, sealed_at: "2026-01-30T20:00:00Z" });
  const withdrawal = lineOf({ kind: "withdrawal", sealed_at: "2027-01-30T20:00:00Z" });
  const seal = await sealOf("2026-01-30", [late, noTime, withdrawal], noSeal);
  assert.equal((await checkDay(seal, [late, noTime, withdrawal])).hindsight, 1);
});

test("only an interval that leaves zero out tells better from worse", () => {
  assert.equal(standing({ mean: -1, low: -2, high: -0.5 }, true), "better");
  assert.equal(standing({ mean: -1, low: -2, high: -0.5 }, false), "worse");
  assert.equal(standing({ mean: 1, low: 0.5, high: 2 }, false), "better");
  assert.equal(standing({ mean: 1, low: 0, high: 2 }, false), "unclear");
  assert.equal(standing({ mean: 1, low: 1, high: 1 }, false), "unclear");
});

test("an interval plot holds every interval, every mark and zero", () => {
  const [low, high] = reach([{ name: "", interval: { mean: 2, low: 1, high: 3 }, mark: 5 }]);
  assert.ok(low < 0 && high > 5);
  const [left, right] = reach([{ name: "", interval: { mean: 0, low: 0, high: 0 } }]);
  assert.ok(left < 0 && right > 0);
});

test("ticks are round and within the range", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-0.007, 0.013, 4), [-0.005, 0, 0.005, 0.01]);
  assert.deepEqual(logTicks(700, 40000), [1000, 2000, 5000, 10000, 20000]);
  for (const value of logTicks(980, 1100)) assert.ok(value >= 980 && value <= 1100);
  assert.ok(logTicks(980, 1100).length >= 2);
});

test("scales meet their ends", () => {
  assert.equal(linear([2, 4], [100, 0])(3), 50);
  assert.equal(linear([2, 2], [10, 20])(2), 10);
  assert.ok(Math.abs(logarithmic([1, 100], [0, 10])(10) - 5) < 1e-12);
});

test("the interval of a frequency is Wilson's", () => {
  const [low, high] = wilson(0.5, 100);
  assert.ok(Math.abs(low - 0.4038) < 1e-4 && Math.abs(high - 0.5962) < 1e-4);
  assert.equal(wilson(0, 10)[0], 0);
  assert.ok(wilson(0, 10)[1] > 0.2 && wilson(1, 1)[0] < 0.3);
});

test("a season runs from July to June", () => {
  const months = ["2025-06", "2025-07", "2026-01", "2024-12"].map((month) => ({ month }));
  assert.deepEqual(seasonsOf(months), ["2025", "2024"]);
  assert.deepEqual(daysOfSeason("2025"), { from_date: "2025-07-01", to_date: "2026-06-30" });
  assert.deepEqual(daysOfSeason(""), { from_date: "", to_date: "" });
  assert.equal(seasonName("1999"), "1999–00");
});

test("a match is judged by the probability of what happened", () => {
  assert.ok(Math.abs((logLoss([0.5, 0.25, 0.25], 1) ?? 0) - Math.log(4)) < 1e-12);
  assert.equal(logLoss([], 1), null);
});

test("the server's sentences are set with the page's signs", () => {
  assert.equal(typeset("returned -3.1 % (-14.9 to +9.9 %) in 2025-26"), "returned −3.1% (−14.9 to +9.9%) in 2025-26");
  assert.equal(signed(-0.00004, 4), "0.0000");
  assert.equal(signed(-1.5, 2), "−1.50");
});

test("an address names a page, and a page is for whom it is for", () => {
  assert.equal(viewAt("").view, null);
  assert.equal(viewAt("#nothing").view, null);
  assert.deepEqual([viewAt("#record/x").view?.name, viewAt("#record/x").argument], ["Track record", "x"]);
  const account = (role: number, excluded?: string): Account => ({
    username: "", role, risk: "RISK_LOW", bankroll_minor_units: "0", currency: "EUR",
    open_exposure_minor_units: "0", ...(excluded ? { excluded_until_time: excluded } : {}),
  });
  const open = (who: Account | null) => views.filter((view) => mayOpen(view, who)).map(({ hash }) => hash);
  assert.deepEqual(open(null), ["#record"]);
  assert.ok(open(account(0)).includes("#bets"));
  for (const view of views.filter(({ need }) => need === "advice")) {
    assert.equal(mayOpen(view, account(0)), false);
    assert.equal(mayOpen(view, account(1)), true);
    assert.equal(mayOpen(view, account(1, "2030-01-01T00:00:00Z")), false);
  }
});
