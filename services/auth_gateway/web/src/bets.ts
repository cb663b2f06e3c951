// "My bets": money, curve, statistics and the list of bets, with its files.

import { Api, ApiError, requestId } from "./api";
import { bankrollCurve, statisticsView } from "./bankroll";
import { field, labelled, openForm } from "./dialog";
import { button, Child, h, replace } from "./dom";
import { amountExample, clock, money, odds, parseAmount, signedMoney, signedPercent } from "./format";
import { Bet, BetResult, BetStateFilter, Ledger } from "./ledger";
import { selectionName } from "./log_bet";
import { marketLabel } from "./markets";
import type { Account } from "./types";

export interface BetsPageEvents {
  /** The account as it stands after something here has changed it. */
  onAccount: (account: Account) => void;
  /** Somebody wants to log a bet by hand. */
  onLog: () => void;
}

const results: Record<BetResult, string> = {
  BET_RESULT_UNSPECIFIED: "open",
  BET_RESULT_WIN: "won",
  BET_RESULT_HALF_WIN: "half won",
  BET_RESULT_VOID: "void",
  BET_RESULT_HALF_LOSS: "half lost",
  BET_RESULT_LOSS: "lost",
  BET_RESULT_CANCELLED: "cancelled",
};

/** What an owner may say, in the order of the choice. */
const byHand: readonly BetResult[] = [
  "BET_RESULT_WIN",
  "BET_RESULT_HALF_WIN",
  "BET_RESULT_VOID",
  "BET_RESULT_HALF_LOSS",
  "BET_RESULT_LOSS",
  "BET_RESULT_UNSPECIFIED",
];

const states: ReadonlyArray<{ value: BetStateFilter; name: string }> = [
  { value: "BET_STATE_UNSPECIFIED", name: "All bets" },
  { value: "BET_STATE_OPEN", name: "Open" },
  { value: "BET_STATE_SETTLED", name: "Settled" },
];

export class BetsPage {
  private readonly ledger: Ledger;
  private readonly overview = h("section", { "aria-label": "Bankroll" });
  private readonly alert = h("p", { class: "alert", role: "alert" });
  private readonly status = h("p", { class: "count", role: "status" });
  private readonly list = h("ul", { class: "bet-list" });
  private readonly more = h("div", {});
  private state: BetStateFilter = "BET_STATE_UNSPECIFIED";

  constructor(
    private readonly api: Api,
    private readonly root: HTMLElement,
    private account: Account,
    private readonly signal: AbortSignal,
    private readonly events: BetsPageEvents,
  ) {
    this.ledger = new Ledger(api);
  }

  async load(): Promise<void> {
    const filter = h(
      "select",
      { name: "state" },
      ...states.map(({ value, name }) => h("option", { value }, name)),
    );
    filter.addEventListener("change", () => {
      this.state = filter.value as BetStateFilter;
      void this.attempt(() => this.showBets());
    });
    const excluded = this.account.excluded_until_time !== undefined;
    replace(
      this.root,
      h(
        "div",
        { class: "actions" },
        excluded ? null : button("Log a bet", this.events.onLog, "button primary"),
        excluded ? null : button("Pay in", () => this.moveMoney("deposits")),
        button("Take out", () => this.moveMoney("withdrawals")),
        button("Export CSV", () => void this.attempt(() => this.exportFile())),
        excluded ? null : this.importButton(),
      ),
      this.alert,
      this.overview,
      h(
        "div",
        { class: "toolbar" },
        h("label", { class: "field inline" }, h("span", {}, "Show"), filter),
        this.status,
      ),
      this.list,
      this.more,
    );
    replace(this.overview, h("p", { class: "state loading", role: "status" }, "Reading your bets…"));
    await this.attempt(() => this.refresh());
  }

  private async refresh(): Promise<void> {
    await Promise.all([this.showOverview(), this.showBets()]);
  }

  /** After a change: the account too. */
  private async changed(): Promise<void> {
    this.account = await this.api.account();
    this.events.onAccount(this.account);
    await this.refresh();
  }

  /** Runs `work`; what the server refuses is said above the list. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    replace(this.alert);
    try {
      await work();
    } catch (error) {
      if (this.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      replace(this.alert, error.message);
    }
  }

  private async showOverview(): Promise<void> {
    const [statistics, curve] = await Promise.all([
      this.ledger.statistics(this.signal),
      this.ledger.curve(this.signal),
    ]);
    const { currency } = this.account;
    replace(
      this.overview,
      h(
        "p",
        { class: "free" },
        h("strong", {}, money(this.account.bankroll_minor_units, currency)),
        ` free, ${money(statistics.open_exposure_minor_units, currency)} in ${statistics.open_bets} open ${statistics.open_bets === "1" ? "bet" : "bets"}`,
      ),
      bankrollCurve(curve, currency),
      ...statisticsView(statistics, currency),
    );
  }

  private async showBets(pageToken = ""): Promise<void> {
    const page = await this.ledger.bets(this.state, pageToken, this.signal);
    const items = page.bets.map((bet) => this.betItem(bet));
    if (pageToken) this.list.append(...items);
    else replace(this.list, ...items);
    const shown = this.list.childElementCount;
    this.status.textContent = `${shown} ${shown === 1 ? "bet" : "bets"} shown`;
    replace(
      this.more,
      page.next_page_token
        ? button("Show more", () => void this.attempt(() => this.showBets(page.next_page_token)))
        : shown === 0
        ? h(
            "p",
            { class: "state" },
            "No bet here yet. Log one from a line of advice, by hand, or from a CSV file.",
          )
        : null,
    );
  }

  private betItem(bet: Bet): HTMLElement {
    const { currency } = this.account;
    const open = bet.result === "BET_RESULT_UNSPECIFIED";
    const profit = String(Number(bet.returned_minor_units) - Number(bet.exposure_minor_units));
    const score = bet.home_score === undefined ? null : `${bet.home_score}–${bet.away_score ?? ""}`;
    const side = bet.side === "BET_SIDE_LAY" ? "lay " : "";
    const kind = bet.market === "MARKET_MATCH_RESULT" ? "" : ` · ${marketLabel(bet.market)}`;
    return h(
      "li",
      { class: `bet-item ${results[bet.result].replace(" ", "-")}` },
      h(
        "div",
        { class: "bet-match" },
        h("h3", {}, `${bet.home_team} – ${bet.away_team}`, score ? h("span", { class: "score" }, ` ${score}`) : null),
        h(
          "p",
          {},
          `${bet.competition_name} · ${bet.match_date}${bet.kickoff_time ? `, ${clock(bet.kickoff_time)}` : ""}`,
        ),
      ),
      h(
        "div",
        { class: "bet-terms" },
        h("strong", {}, `${side}${selectionName(bet, bet.home_team, bet.away_team)}${kind}`),
        h(
          "p",
          {},
          `${money(bet.stake_minor_units, currency)} at ${odds(bet.odds)}${bet.bookmaker ? `, ${bet.bookmaker}` : ""}`,
          bet.note ? ` · ${bet.note}` : "",
        ),
      ),
      h(
        "div",
        { class: "bet-result" },
        chip(results[bet.result], results[bet.result].replace(" ", "-")),
        open ? null : h("span", { class: "profit" }, signedMoney(profit, currency)),
        closingChip(bet),
        bet.logged_afterwards ? chip("logged afterwards", "afterwards") : null,
        open ? this.cancelButton(bet) : null,
        bet.result === "BET_RESULT_CANCELLED" ? null : this.settleButton(bet),
      ),
    );
  }

  private cancelButton(bet: Bet): HTMLElement | null {
    const begins = bet.kickoff_time ?? `${bet.match_date}T00:00:00Z`;
    const element = button(
      "Cancel",
      () =>
        void this.attempt(async () => {
          await this.ledger.cancel(bet.bet_id);
          await this.changed();
        }),
      "more",
    );
    element.append(
      h("span", { class: "visually-hidden" }, ` the bet on ${bet.home_team} – ${bet.away_team}`),
    );
    element.title = `Possible until kick-off (${begins})`;
    return element;
  }

  private settleButton(bet: Bet): HTMLElement {
    const settled = bet.result !== "BET_RESULT_UNSPECIFIED";
    const element = button(settled ? "Correct" : "Settle", () => this.settleByHand(bet), "more");
    element.append(h("span", { class: "visually-hidden" }, ` the bet on ${bet.home_team} – ${bet.away_team} by hand`));
    return element;
  }

  private settleByHand(bet: Bet): void {
    const key = requestId();
    const result = h(
      "select",
      { name: "result" },
      ...byHand.map((value) => h("option", { value }, value === "BET_RESULT_UNSPECIFIED" ? "by the score" : results[value])),
    );
    const scores = [bet.home_team, bet.away_team].map((team, index) =>
      field(`Goals of ${team}`, { name: index === 0 ? "home-score" : "away-score", inputmode: "numeric", pattern: "[0-9]{1,3}", autocomplete: "off" }),
    );
    const pair = h("div", { class: "pair" }, ...scores.map(({ label }) => label));
    const show = () => {
      pair.hidden = result.value !== "BET_RESULT_UNSPECIFIED";
      for (const { input } of scores) input.required = !pair.hidden;
    };
    result.addEventListener("change", show);
    show();
    const reason = field("Reason", { name: "reason", required: true, maxlength: "100", autocomplete: "off" }, "It is kept with the entry.");
    openForm({
      title: `${bet.home_team} – ${bet.away_team}`,
      action: "Settle",
      content: [
        h("p", {}, "For a bet that the results settle wrongly or not at all. Your bankroll follows by a new entry; nothing is erased."),
        labelled("How it ended", result),
        pair,
        reason.label,
      ],
      submit: async () => {
        const [home, away] = scores.map(({ input }) => Number(input.value));
        const how = pair.hidden ? {} : { home_score: home, away_score: away };
        await this.ledger.settle(bet.bet_id, { result: result.value as BetResult, reason: reason.input.value.trim(), ...how }, key);
        await this.changed();
      },
      explain: (error) => error.message,
    });
  }

  private moveMoney(way: "deposits" | "withdrawals"): void {
    const key = requestId();
    const amount = field(`Amount in ${this.account.currency}`, {
      name: "amount",
      inputmode: "decimal",
      autocomplete: "off",
      required: true,
    });
    openForm({
      title: way === "deposits" ? "Pay in" : "Take out",
      action: way === "deposits" ? "Pay in" : "Take out",
      content: [amount.label],
      submit: async () => {
        const minorUnits = parseAmount(amount.input.value, this.account.currency);
        if (minorUnits === null || minorUnits === "0") {
          amount.input.focus();
          throw new ApiError(422, `The amount must be ${amountExample(this.account.currency)}.`);
        }
        await this.ledger.move(way, minorUnits, key);
        await this.changed();
      },
      explain: (error) => error.message,
    });
  }

  private async exportFile(): Promise<void> {
    const text = await this.ledger.exportCsv();
    const link = h("a", {
      href: URL.createObjectURL(new Blob([text], { type: "text/csv" })),
      download: "fairline-bets.csv",
    });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  private importButton(): HTMLElement {
    return button("Import CSV", () => {
      const file = h("input", { type: "file", accept: ".csv,text/csv", name: "file", required: true });
      openForm({
        title: "Import bets",
        action: "Import",
        content: [
          h(
            "p",
            {},
            "A CSV file with a header: match_date, competition, home_team, away_team, market, outcome, line, side, bookmaker, odds, stake, commission, placed_time, note. An export has the same columns. All bets are taken in, or none; the same file only once.",
          ),
          labelled("File", file),
        ],
        submit: async () => {
          const chosen = file.files?.[0];
          if (!chosen) throw new ApiError(422, "Choose a file.");
          const answer = await this.ledger.importCsv(await chosen.text());
          await this.changed();
          this.status.textContent = answer.already_imported
            ? "This file was imported before; nothing was added."
            : [
                `${answer.bets_added} bets imported.`,
                ...(Number(answer.bets_logged_before) > 0 ? [`${answer.bets_logged_before} of the file were logged before.`] : []),
                ...answer.contradictions,
              ].join("\n");
        },
        explain: (error) => error.message.replace(/^content: /, "Not imported. ").replace(/; line/g, ";\nline"),
      });
    });
  }
}

function chip(text: string, kind: string, title = ""): HTMLElement {
  return h("span", { class: `chip ${kind}`, title: title || undefined }, text);
}

function closingChip(bet: Bet): Child {
  if (bet.closing_line_value === undefined || bet.closing_fair_odds === undefined) return null;
  return chip(
    `CLV ${signedPercent(bet.closing_line_value)}`,
    bet.closing_line_value >= 0 ? "better" : "worse",
    `fair odds at the close ${odds(bet.closing_fair_odds)}, ${bet.closing_source === "pinnacle" ? "Pinnacle" : "average of bookmakers"}`,
  );
}
