// Sealed forecasts beside what happened, newest match first.

import { Child, h, replace, button } from "./dom";
import { odds, percent, signed } from "./format";
import { PublicRecord, RecordFilter, ScoredForecast } from "./record_data";
import { fill } from "./states";

const outcomesOf = (one: ScoredForecast) =>
  one.probabilities.length === 2 ? ["home", "away"] : ["home", "draw", "away"];

/** Minus the logarithm of the probability of what happened. */
export function logLoss(probabilities: readonly number[], result: number): number | null {
  const probability = probabilities[result];
  return probability === undefined ? null : -Math.log(probability);
}

export class ScoredList {
  readonly element: HTMLElement;
  private readonly list = h("ul", { class: "scored-list" });
  private readonly more = h("div", {});

  constructor(
    private readonly record: PublicRecord,
    private readonly filter: RecordFilter,
    private readonly signal: AbortSignal,
  ) {
    this.element = h(
      "section",
      { class: "part", "aria-labelledby": "scored-title" },
      h("h2", { id: "scored-title" }, "Every forecast and its result"),
      h(
        "p",
        { class: "note" },
        "Log loss of what happened, less is better, and the difference to the market’s average price at the same moment.",
      ),
      this.list,
      this.more,
    );
  }

  async load(pageToken = ""): Promise<void> {
    await fill(this.more, this.signal, "Reading the forecasts…", async () => {
      const page = await this.record.forecasts(this.filter, pageToken);
      const items = page.forecasts.map(scoredItem);
      if (pageToken) this.list.append(...items);
      else replace(this.list, ...items);
      if (pageToken) items[0]?.focus();
      return [
        page.next_page_token
          ? button("Show more", () => void this.load(page.next_page_token))
          : null,
      ];
    });
  }
}

function scoredItem(one: ScoredForecast): HTMLElement {
  const names = outcomesOf(one);
  const own = logLoss(one.probabilities, one.result);
  const market = logLoss(one.market_probabilities, one.result);
  const difference = own === null || market === null ? null : own - market;
  return h(
    "li",
    { tabindex: "-1" },
    h(
      "div",
      {},
      h(
        "h3",
        {},
        `${one.home_team} – ${one.away_team} `,
        h("span", { class: "score" }, `${one.home_score}–${one.away_score}`),
      ),
      h(
        "p",
        {},
        `${one.competition} · ${one.match_date}`,
        one.revision > 1 ? " · result corrected" : "",
      ),
    ),
    h(
      "ol",
      { class: "said" },
      ...one.probabilities.map((probability, i) =>
        h(
          "li",
          { class: i === one.result ? `${names[i] ?? ""} came` : names[i] },
          h("span", {}, names[i] ?? ""),
          ` ${percent(probability)}`,
          i === one.result ? h("span", { class: "visually-hidden" }, ", which happened") : null,
        ),
      ),
    ),
    h(
      "div",
      { class: "judged" },
      h("p", {}, own === null ? "" : own.toFixed(3), difference === null ? "" : ` (${signed(difference, 3)})`),
      ...one.bets.map(
        (bet): Child =>
          h(
            "span",
            { class: `chip ${bet.won ? "won" : "lost"}` },
            `${names[bet.outcome] ?? ""} at ${odds(bet.price)} ${bet.won ? "won" : "lost"}`,
          ),
      ),
      one.hindsight ? h("span", { class: "chip hindsight" }, "hindsight") : null,
    ),
  );
}
