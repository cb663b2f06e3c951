// The chain of days, and its check in the browser.

import { ApiError } from "./api";
import { brokenChain, checkDay, DayCheck, Seal } from "./chain";
import { field } from "./dialog";
import { button, Child, h, replace } from "./dom";
import type { PublicRecord } from "./record_data";
import { fill } from "./states";

const daysShown = 14;

interface Row {
  seal: Seal;
  state: HTMLElement;
}

export class ChainView {
  private readonly result = h("div", { role: "status" });
  private readonly known = field(
    "A seal that you kept (optional)",
    { name: "seal", autocomplete: "off", maxlength: "64" },
    "64 characters. If it is no longer part of the chain, the record was rewritten.",
  );
  private seals: Seal[] = [];
  private rows: Row[] = [];
  private checking = false;

  constructor(
    private readonly record: PublicRecord,
    private readonly root: HTMLElement,
    private readonly signal: AbortSignal,
  ) {}

  async load(): Promise<void> {
    const body = h("div", {});
    replace(
      this.root,
      h("h2", { id: "chain-title" }, "The chain of days"),
      h(
        "p",
        { class: "note" },
        "Each line of the record has a SHA-256 hash, each day a seal over its lines and over the seal of the day before. Whoever has kept one seal can tell whether anything before it was changed, added or taken away. Your browser reckons it all anew from what it reads; ",
        h("code", {}, "fairline verify"),
        " does the same in a terminal.",
      ),
      body,
    );
    await fill(body, this.signal, "Reading the seals…", async () => {
      this.seals = await this.record.seals();
      return this.seals.length === 0 ? [nothingSealed()] : this.view();
    });
  }

  private view(): Child[] {
    this.rows = [...this.seals]
      .reverse()
      .map((seal) => ({ seal, state: h("span", { class: "check-state" }, "not checked") }));
    const items = this.rows.map((row) => this.item(row));
    const list = h("ol", { class: "chain", reversed: true }, ...items.slice(0, daysShown));
    const rest = items.slice(daysShown);
    const more = button(`Show ${rest.length} earlier days`, () => {
      list.append(...rest);
      more.remove();
      rest[0]?.querySelector("button")?.focus();
    });
    return [
      h(
        "div",
        { class: "check-all" },
        this.known.label,
        button("Verify all days", () => void this.verify(this.rows), "button primary"),
      ),
      this.result,
      list,
      rest.length ? more : null,
    ];
  }

  private item(row: Row): HTMLElement {
    const { seal, state } = row;
    return h(
      "li",
      {},
      h("time", { datetime: seal.day }, seal.day),
      h("span", { class: "lines" }, plural(Number(seal.lines), "line")),
      h("code", { title: seal.sha256 }, seal.sha256),
      state,
      verifyButton(seal.day, () => void this.verify([row])),
    );
  }

  /** The chain as a whole, and the lines of these days. */
  private async verify(rows: readonly Row[]): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      const broken = (await brokenChain(this.seals)) ?? this.missingSeal();
      const sum: DayCheck = { broken, shown: 0, hidden: 0, hindsight: 0 };
      for (const [i, { seal, state }] of rows.entries()) {
        if (rows.length > 1) this.say("", `Checking day ${i + 1} of ${rows.length}…`);
        const check = await checkDay(seal, await this.record.lines(seal.day));
        if (this.signal.aborted) return;
        state.className = `check-state ${check.broken ? "broken" : "intact"}`;
        replace(state, check.broken ? "broken" : "intact");
        sum.broken ??= check.broken;
        sum.shown += check.shown;
        sum.hidden += check.hidden;
        sum.hindsight += check.hindsight;
      }
      this.report(rows, sum);
    } catch (error) {
      if (this.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.say("broken", h("strong", {}, "Not checked. "), error.message);
    } finally {
      this.checking = false;
    }
  }

  private missingSeal(): string | null {
    const kept = this.known.input.value.trim().toLowerCase();
    if (kept === "" || this.seals.some(({ sha256 }) => sha256 === kept)) return null;
    return "The seal that you kept is not part of this chain: the record was rewritten.";
  }

  private report(rows: readonly Row[], check: DayCheck): void {
    if (check.broken) {
      this.say("broken", h("p", {}, h("strong", {}, "Broken. "), check.broken));
      return;
    }
    const last = this.seals[this.seals.length - 1]?.sha256 ?? "";
    const days = rows.length === 1 ? (rows[0]?.seal.day ?? "") : plural(rows.length, "day");
    this.say(
      "intact",
      h(
        "p",
        {},
        h("strong", {}, "Unbroken. "),
        `Every seal follows from the one before it, ${this.seals.length} in all. ${days}: ${plural(check.shown, "public line")}, each with the hash it was sealed under; ${check.hidden} hidden until the match begins.`,
      ),
      check.hindsight
        ? h(
            "p",
            {},
            `Of these, ${check.hindsight} sealed when the match had begun, by a clock that stands in the past: that proves nothing about foresight.`,
          )
        : null,
      h("p", {}, "Keep the last seal for your next look: ", h("code", {}, last)),
    );
  }

  private say(kind: string, ...content: Child[]): void {
    this.result.className = `check-result ${kind}`;
    replace(this.result, ...content);
  }
}

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;

function verifyButton(day: string, onClick: () => void): HTMLElement {
  const element = button("Verify", onClick, "more");
  element.append(h("span", { class: "visually-hidden" }, ` ${day}`));
  return element;
}

function nothingSealed(): HTMLElement {
  return h(
    "p",
    { class: "quiet-state" },
    "No day has been sealed yet. A day is sealed when it is over (UTC), by the next pipeline run.",
  );
}
