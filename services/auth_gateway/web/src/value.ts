// "Value": prices of all bookmakers and markets against the forecasts, and books that contradict
// each other.

import type { Api } from "./api";
import { Column, dataTable } from "./chart";
import { inline } from "./dialog";
import { button, Child, h, replace, svg } from "./dom";
import { clock, odds, percent, signedPercent } from "./format";
import { LogBetRequest, selectionName } from "./log_bet";
import { marketLabel } from "./markets";
import { emptyState, fill } from "./states";
import {
  ageText,
  Arbitrage,
  competitionNames,
  flagReason,
  isOnWinner,
  shownArbitrages,
  shownPrices,
  ValueFilter,
  ValueList,
  valueList,
  ValueMatch,
  ValuePrice,
} from "./value_data";
import type { Market } from "./types";

const rowsShown = 40;
const edges = ["0", "0.01", "0.02", "0.03", "0.05", "0.1"];
const commissions = ["0", "0.02", "0.05"];

const columns: readonly Column[] = [
  { name: "Match", quiet: true },
  { name: "Bet", quiet: true },
  { name: "Best price" },
  { name: "Fair", figure: true },
  { name: "Edge", figure: true },
  { name: "Seen", figure: true },
  { name: "Log", quiet: true },
];

export class ValuePage {
  private readonly filter: ValueFilter = {
    competition: "",
    market: "",
    minEdge: 0.02,
    onlyUsable: false,
  };
  private readonly competition = h("select", { name: "competition" });
  private readonly market = h("select", { name: "market" });
  private readonly edge = h(
    "select",
    { name: "min-edge" },
    ...edges.map((value) => h("option", { value }, value === "0" ? "any" : percent(Number(value)))),
  );
  private readonly commission = h(
    "select",
    { name: "commission" },
    ...commissions.map((value) => h("option", { value }, percent(Number(value)))),
  );
  private readonly usable = h("input", { type: "checkbox", name: "only-usable" });
  private readonly count = h("p", { class: "count", role: "status" });
  private readonly toolbar = h(
    "div",
    { class: "toolbar", hidden: true },
    inline("Competition", this.competition),
    inline("Market", this.market),
    inline("Edge from", this.edge),
    inline("Exchange fee", this.commission),
    h("label", { class: "check" }, this.usable, h("span", {}, "Without flagged prices")),
    this.count,
  );
  private readonly body = h("div", {});
  private readonly content = h("div", {});
  private names = new Map<string, string>();
  private list: ValueList = { prices: [], arbitrages: [], note: "" };

  constructor(
    private readonly api: Api,
    private readonly root: HTMLElement,
    private readonly signal: AbortSignal,
    private readonly onLog: (request: LogBetRequest) => void,
  ) {
    this.edge.value = String(this.filter.minEdge);
    this.commission.value = "0.05";
    const onChange = (control: HTMLElement, take: () => void) =>
      control.addEventListener("change", () => {
        take();
        this.show();
      });
    onChange(this.competition, () => (this.filter.competition = this.competition.value));
    onChange(this.market, () => (this.filter.market = this.market.value as Market | ""));
    onChange(this.edge, () => (this.filter.minEdge = Number(this.edge.value)));
    onChange(this.usable, () => (this.filter.onlyUsable = this.usable.checked));
    this.commission.addEventListener("change", () => void this.read());
  }

  async load(): Promise<void> {
    replace(this.root, this.toolbar, this.body);
    await this.read();
  }

  private async read(): Promise<void> {
    await fill(this.body, this.signal, "Reading the prices…", async () => {
      const [list, names] = await Promise.all([
        valueList(this.api, Number(this.commission.value), this.signal),
        competitionNames(this.api, this.signal),
      ]);
      this.list = list;
      this.names = names;
      this.offerChoices();
      this.show();
      this.toolbar.hidden = false;
      return [this.content];
    });
  }

  private offerChoices(): void {
    const offer = (select: HTMLSelectElement, values: string[], name: (value: string) => string) => {
      const kept = select.value;
      replace(
        select,
        h("option", { value: "" }, "All"),
        ...[...new Set(values)]
          .map((value): [string, string] => [value, name(value)])
          .sort((a, b) => a[1].localeCompare(b[1]))
          .map(([value, text]) => h("option", { value }, text)),
      );
      if (values.includes(kept)) select.value = kept;
    };
    const { prices } = this.list;
    offer(this.competition, prices.map(({ match }) => match.competition_code), (code) => this.names.get(code) ?? code);
    offer(this.market, prices.map(({ market }) => market), (market) => marketLabel(market as Market));
    this.filter.competition = this.competition.value;
    this.filter.market = this.market.value as Market | "";
  }

  private show(): void {
    const prices = shownPrices(this.list.prices, this.filter);
    const arbitrages = shownArbitrages(this.list.arbitrages, this.filter);
    this.count.textContent = `${prices.length} of ${this.list.prices.length} prices`;
    if (this.list.prices.length + this.list.arbitrages.length === 0) {
      replace(
        this.content,
        emptyState(
          h(
            "p",
            {},
            h("strong", {}, "No price is above fair. "),
            "That is the usual answer: bookmakers are good at this. Prices are compared anew after every pipeline run.",
          ),
        ),
      );
      return;
    }
    if (prices.length + arbitrages.length === 0) {
      const text = "No price fits this choice. Ask for a smaller edge, or for all markets.";
      replace(this.content, emptyState(h("p", {}, text)));
      return;
    }
    replace(
      this.content,
      arbitrages.length ? arbitragePart(arbitrages) : null,
      this.pricesPart(
        "Against the forecast of the winner",
        "That forecast starts from the market’s own line and corrects it. What of this deserves a stake, and how much, is on the page of matches.",
        prices.filter((price) => isOnWinner(price)),
      ),
      this.pricesPart(
        "Against the forecast of goals",
        "Totals and handicaps follow from the forecast of the winner and from the average price of the total, which knows more of goals than ratings do. An edge here is one price against the others, so none of it is advised.",
        prices.filter((price) => !isOnWinner(price)),
      ),
      h("p", { class: "note" }, this.list.note),
    );
  }

  private pricesPart(title: string, note: string, prices: ValuePrice[]): HTMLElement | null {
    if (prices.length === 0) return null;
    const rows = prices.map((price) => () => this.row(price));
    const table = dataTable(title, columns, rows.splice(0, rowsShown).map((make) => make()));
    table.classList.add("value-table");
    const more = button(`Show ${rows.length} more`, () => {
      const next = dataTable(title, columns, rows.splice(0, rowsShown).map((make) => make()));
      const added = [...next.querySelectorAll("tbody tr")];
      table.tBodies[0]?.append(...added);
      added[0]?.querySelector("button")?.focus();
      if (rows.length) more.textContent = `Show ${rows.length} more`;
      else more.remove();
    });
    return h(
      "section",
      { class: "part" },
      h("h2", {}, title),
      h("p", { class: "note" }, note),
      table,
      rows.length ? more : null,
    );
  }

  private row(price: ValuePrice): Child[] {
    const { match } = price;
    const reason = flagReason(price);
    return [
      h("span", {}, `${match.home_team} – ${match.away_team}`, h("small", {}, whenText(match))),
      h(
        "span",
        {},
        selectionName(price, match.home_team, match.away_team),
        h("small", {}, marketLabel(price.market)),
      ),
      h(
        "span",
        {},
        h("strong", {}, odds(price.odds)),
        ` ${price.bookmaker_name || price.bookmaker_code}`,
        price.commission ? h("small", {}, `less ${percent(price.commission)} of winnings`) : null,
      ),
      h(
        "span",
        {},
        price.fair_odds ? odds(price.fair_odds) : "–",
        price.median_odds
          ? h("small", {}, `median ${odds(price.median_odds)} of ${price.bookmakers}`)
          : null,
      ),
      h(
        "span",
        { class: reason ? "edge doubtful" : "edge" },
        signedPercent(price.edge),
        reason
          ? h(
              "small",
              { class: "flag" },
              h("strong", {}, price.flag === "PRICE_FLAG_STALE" ? "Stale: " : "Suspicious: "),
              reason,
            )
          : null,
        price.in_arbitrage ? h("small", {}, "part of an arbitrage") : null,
      ),
      ageText(price.age_minutes),
      reason ? null : this.logButton(price),
    ];
  }

  private logButton(price: ValuePrice): HTMLElement {
    const { match } = price;
    const element = button(
      "Log this bet",
      () =>
        this.onLog({
          matches: [match],
          bet: {
            market: price.market,
            outcome: price.outcome,
            line_quarters: price.line_quarters,
            odds: price.odds,
            bookmaker: price.bookmaker_code,
            commission: price.commission,
          },
        }),
      "more",
    );
    const name = selectionName(price, match.home_team, match.away_team);
    element.append(
      h("span", { class: "visually-hidden" }, `: ${name}, ${match.home_team} – ${match.away_team}`),
    );
    return element;
  }
}

function whenText(match: ValueMatch): string {
  const time = match.kickoff_time ? `, ${clock(match.kickoff_time)}` : "";
  return `${match.competition_code} · ${match.match_date}${time}`;
}

function arbitragePart(arbitrages: readonly Arbitrage[]): HTMLElement {
  return h(
    "section",
    { class: "part" },
    h("h2", {}, "Arbitrage"),
    h(
      "p",
      { class: "note" },
      "Books that contradict each other: bets on every outcome that together cannot lose, as long as every price still stands. Books close accounts over it, and a price that is a mistake can be declared void after the other bets are placed.",
    ),
    h("ul", { class: "arbitrages" }, ...arbitrages.map(arbitrageItem)),
  );
}

function arbitrageItem(one: Arbitrage): HTMLElement {
  const { match } = one;
  const name = (i: number) =>
    selectionName(
      { market: one.market, outcome: one.stakes[i]?.outcome ?? "OUTCOME_HOME", line_quarters: one.line_quarters },
      match.home_team,
      match.away_team,
    );
  let left = 0;
  const segments = one.stakes.map(({ outcome, stake_share }) => {
    const segment = svg("rect", {
      class: `segment ${outcome.replace("OUTCOME_", "").toLowerCase()}`,
      x: (left * 100).toFixed(2),
      width: (stake_share * 100).toFixed(2),
      y: "0",
      height: "10",
    });
    left += stake_share;
    return segment;
  });
  return h(
    "li",
    {},
    h(
      "div",
      { class: "arbitrage-head" },
      h(
        "h3",
        {},
        `${match.home_team} – ${match.away_team}`,
        h("small", {}, `${whenText(match)} · ${marketLabel(one.market)}`),
      ),
      h(
        "p",
        { class: "locked" },
        h("strong", {}, signedPercent(one.profit)),
        one.least_profit < one.profit ? h("small", {}, `on the line ${signedPercent(one.least_profit)}`) : null,
        h("span", { class: one.suspicious ? "chip lost" : "chip" }, one.suspicious ? "arbitrage on a suspicious price" : "arbitrage"),
      ),
    ),
    svg(
      "svg",
      { class: "split", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      ...segments,
    ),
    h(
      "ol",
      {},
      ...one.stakes.map((stake, i) =>
        h(
          "li",
          {},
          h("strong", {}, percent(stake.stake_share, 1)),
          ` on ${stake.outcome === "OUTCOME_DRAW" ? "the draw" : name(i)} at ${odds(stake.odds)}`,
          h("small", {}, `${stake.bookmaker_name || stake.bookmaker_code}${stake.commission ? `, less ${percent(stake.commission)}` : ""}`),
        ),
      ),
    ),
  );
}
