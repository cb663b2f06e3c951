// "Backtests": the list, one of them while it runs and when it is done, and the form for another.

import { Api, ApiError } from "./api";
import { Backtest, Backtests, hasEnded } from "./backtest_data";
import { BacktestForm } from "./backtest_form";
import { reportView } from "./backtest_report";
import { currencyOf, describe, settingsIn } from "./backtest_settings";
import { button, Child, h, replace } from "./dom";
import { count, moment, signedPercent, typeset } from "./format";
import { PublicRecord } from "./record_data";
import { failure, fill } from "./states";
import { follow } from "./stream";
import type { Account } from "./types";
import { WalkForwardState } from "./walk_forward";

const pollMs = 3000;

const stateNames: Record<Backtest["state"], string> = {
  queued: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

export class BacktestsPage {
  private readonly backtests: Backtests;

  constructor(
    private readonly api: Api,
    private readonly root: HTMLElement,
    private readonly account: Account,
    private readonly signal: AbortSignal,
    private readonly isAdmin: boolean,
  ) {
    this.backtests = new Backtests(api, signal);
  }

  /** "" is the list, "17" one backtest, "new" the form and "new/17" the form filled like 17. */
  async load(argument: string): Promise<void> {
    const [what, like] = argument.split("/");
    if (what === "new") await this.showForm(like ?? "");
    else if (what) await this.showOne(what);
    else await this.showList();
  }

  private async showList(): Promise<void> {
    await fill(this.root, this.signal, "Reading the backtests…", async () => {
      const [page, walkForwards] = await Promise.all([
        this.backtests.list(""),
        this.backtests.walkForwards(),
      ]);
      const ready = walkForwards.some(({ state }) => state === "done");
      const parts: Child[] = [];
      if (ready) {
        parts.push(
          h("p", { class: "actions" }, h("a", { class: "button primary", href: "#backtests/new" }, "New backtest")),
        );
      } else {
        const state = new WalkForwardState(this.backtests, this.isAdmin, () => void this.showList());
        state.show(walkForwards);
        parts.push(state.element);
      }
      if (page.backtests.length === 0) {
        if (ready) parts.push(h("p", { class: "quiet-state" }, "Nothing has been replayed yet. Ten seasons take some seconds."));
        return parts;
      }
      const list = h("ul", { class: "backtest-list" });
      const more = h("div", {});
      this.append(list, more, page);
      return [...parts, list, more];
    });
  }

  private append(
    list: HTMLElement,
    more: HTMLElement,
    page: { backtests: Backtest[]; next_page_token: string },
  ): void {
    const items = page.backtests.map((backtest) => this.item(backtest));
    list.append(...items);
    replace(
      more,
      page.next_page_token
        ? button("Show more", () =>
            void this.backtests
              .list(page.next_page_token)
              .then((next) => this.append(list, more, next))
              .catch((error: unknown) => {
                if (this.signal.aborted) return;
                if (!(error instanceof ApiError)) throw error;
                replace(more, failure("The rest could not be read.", error, () => void this.showList()));
              }),
          )
        : null,
    );
    if (page.backtests.some(({ state }) => !hasEnded(state))) void this.refreshLater(list);
  }

  /** Looks again while something in the list still runs. */
  private async refreshLater(list: HTMLElement): Promise<void> {
    do {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      if (this.signal.aborted || !list.isConnected) return;
    } while (list.contains(document.activeElement));  // nothing is taken from under the focus
    await this.showList();
  }

  private item(backtest: Backtest): HTMLElement {
    const { backtest_id: id, report, state } = backtest;
    return h(
      "li",
      {},
      h(
        "div",
        {},
        h("h3", {}, h("a", { href: `#backtests/${id}` }, `Backtest ${id}`)),
        h("p", {}, describe(backtest.settings)),
        backtest.create_time ? h("p", {}, moment(backtest.create_time)) : null,
      ),
      h(
        "div",
        { class: "judged" },
        report && Number(report.bets) > 0
          ? h(
              "strong",
              { class: report.yield.value < 0 ? "loss" : undefined },
              `${signedPercent(report.yield.value)} on ${count(report.bets)} bets`,
            )
          : report
          ? h("strong", {}, "no bet")
          : null,
        h("span", { class: `chip ${state}` }, stateNames[state]),
        report ? h("p", { class: "excerpt" }, judgement(typeset(report.verdict))) : null,
        state === "failed" ? h("p", { class: "alert" }, backtest.error) : null,
      ),
    );
  }

  private async showForm(like: string): Promise<void> {
    await fill(this.root, this.signal, "Reading what can be chosen…", async () => {
      const record = new PublicRecord(this.api, this.signal);
      const [walkForwards, competitions, bookmakers, model] = await Promise.all([
        this.backtests.walkForwards(),
        record.competitions(),
        this.bookmakers(),
        like ? this.backtests.one(like) : null,
      ]);
      const done = walkForwards.filter(({ state }) => state === "done");
      if (done.length === 0) {
        const state = new WalkForwardState(this.backtests, this.isAdmin, () => void this.showForm(like));
        state.show(walkForwards);
        return [state.element];
      }
      const sports = new Set(done.map(({ sport }) => sport));
      const form = new BacktestForm(
        this.backtests,
        {
          walkForwards: done,
          competitions: competitions.filter(({ sport }) => sports.has(sport)),
          bookmakers,
          currency: this.account.currency,
          settings: settingsIn(model?.settings ?? {}, this.account.currency),
        },
        (id) => {
          location.hash = `#backtests/${id}`;
        },
      );
      return [form.element];
    });
  }

  /** Those that have prices of the next match, as suggestions. */
  private async bookmakers(): Promise<Array<{ code: string; name: string }>> {
    interface Quote {
      bookmaker_code: string;
      bookmaker_name: string;
    }
    try {
      const { forecasts } = await this.api.call<{ forecasts: Array<{ match_id: string }> }>(
        "GET", "/v1/forecasts?page_size=1", undefined, this.signal);
      const [next] = forecasts;
      if (!next) return [];
      const { quotes } = await this.api.call<{ quotes: Quote[] }>(
        "GET", `/v1/matches/${encodeURIComponent(next.match_id)}/quotes`, undefined, this.signal);
      const names = new Map(quotes.map((one) => [one.bookmaker_code, one.bookmaker_name]));
      return [...names]
        .filter(([code]) => code !== "average" && code !== "best")
        .map(([code, name]) => ({ code, name }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return [];  // the code can be typed without suggestions
    }
  }

  private async showOne(id: string): Promise<void> {
    await fill(this.root, this.signal, "Reading the backtest…", async () => {
      const backtest = await this.backtests.one(id);
      const body = h("div", {});
      const head = h("div", { class: "backtest-head" });
      this.present(backtest, head, body);
      if (!hasEnded(backtest.state)) void this.watch(id, head, body);
      return [head, body];
    });
  }

  private async watch(id: string, head: HTMLElement, body: HTMLElement): Promise<void> {
    try {
      await follow(
        this.api,
        `/v1/backtests/${encodeURIComponent(id)}:watch`,
        this.signal,
        (message) => {
          const backtest = message["backtest"] as Backtest;
          this.present(backtest, head, body);
          return hasEnded(backtest.state);
        },
        () => undefined,
      );
    } catch (error) {
      if (this.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      replace(body, failure("It could not be followed.", error, () => void this.showOne(id)));
    }
  }

  private present(backtest: Backtest, head: HTMLElement, body: HTMLElement): void {
    const { state } = backtest;
    // While it only gets further, the buttons stay, and with them the focus.
    if (head.dataset["state"] !== state) replace(head, ...this.headOf(backtest, head, body));
    head.dataset["state"] = state;
    if (!hasEnded(state)) replace(body, progressView(backtest));
    else if (state === "done") replace(body, ...reportView(backtest, currencyOf(backtest, this.account.currency)));
    else if (state === "failed") replace(body, h("p", { class: "alert" }, `It failed: ${backtest.error}`));
    else replace(body, h("p", { class: "quiet-state" }, "It was cancelled before it was done."));
  }

  private headOf(backtest: Backtest, head: HTMLElement, body: HTMLElement): Child[] {
    const { backtest_id: id, state, walk_forward_id: walkForward } = backtest;
    const ended = hasEnded(state);
    const act = (label: string, work: () => Promise<void>) =>
      button(label, () => void this.attempt(body, work));
    return [
      h("p", {}, h("a", { href: "#backtests" }, "All backtests")),
      h("h2", {}, `Backtest ${id} `, h("span", { class: `chip ${state}` }, stateNames[state])),
      h(
        "p",
        { class: "note" },
        describe(backtest.settings),
        walkForward !== "0" ? ` · forecasts of walk-forward ${walkForward}` : "",
      ),
      h(
        "p",
        { class: "actions" },
        ended
          ? null
          : act("Cancel", async () => this.present(await this.backtests.cancel(id), head, body)),
        state === "done" ? act("Download the bets (CSV)", () => this.download(id)) : null,
        ended ? h("a", { class: "button", href: `#backtests/new/${id}` }, "Another like this") : null,
      ),
    ];
  }

  private async attempt(body: HTMLElement, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      body.prepend(h("p", { class: "alert", role: "alert" }, error.message));
    }
  }

  private async download(id: string): Promise<void> {
    const text = await this.backtests.betsCsv(id);
    const link = h("a", {
      href: URL.createObjectURL(new Blob([text], { type: "text/csv" })),
      download: `fairline-backtest-${id}.csv`,
    });
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

function progressView({ progress, state }: Backtest): HTMLElement {
  const total = Number(progress?.total ?? 0);
  const text = state === "queued" ? "Waiting for a worker" : progress?.activity || "Running";
  return h(
    "div",
    { class: "state" },
    h("p", { role: "status" }, text, total > 0 ? `: ${progress?.done ?? "0"} of ${total}` : "", "…"),
    h("progress", {
      class: "long",
      "aria-label": "Backtest",
      max: total > 0 ? String(total) : undefined,
      value: total > 0 ? progress?.done : undefined,
    }),
  );
}

/** What a verdict comes to, without its figures: after the first colon, to the end of that clause. */
export function judgement(verdict: string): string {
  const clause = /: (.+?)[;.](?=\s|$)/.exec(verdict)?.[1] ?? verdict;
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}`;
}
