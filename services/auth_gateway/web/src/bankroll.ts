// The curve of the bankroll with its falls shaded, and what the settled bets say in numbers.

import { Child, h, svg } from "./dom";
import { money, percent, signedMoney, signedPercent } from "./format";
import type { BetRecord, BetStatistics, Curve, Streak } from "./ledger";
import { marketLabel } from "./markets";
import type { Market } from "./types";

const width = 640;
const height = 220;
const margin = { top: 6, right: 0, bottom: 6, left: 0 };

/** Days since 1970, for a scale of time. */
const dayNumber = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

export function bankrollCurve(curve: Curve, currency: string): HTMLElement {
  const { points } = curve;
  if (points.length < 2) {
    return h("p", { class: "note" }, "The curve begins with the second day on which money moved.");
  }
  const days = points.map(({ date }) => dayNumber(date));
  const equity = points.map((point) => Number(point.equity_minor_units));
  const peaks = points.map((point, i) => (equity[i] ?? 0) + Number(point.drawdown_minor_units));
  const low = Math.min(...equity, 0);
  const high = Math.max(...peaks, low + 1);
  const first = days[0] ?? 0;
  const span = Math.max((days[days.length - 1] ?? 0) - first, 1);
  const x = (i: number) =>
    margin.left + (((days[i] ?? 0) - first) / span) * (width - margin.left - margin.right);
  const y = (value: number) =>
    margin.top + ((high - value) / (high - low)) * (height - margin.top - margin.bottom);
  // Steps: money stays what it is until the next day on which it moves.
  const steps = (values: number[]) =>
    values.map((value, i) =>
      i === 0 ? `M${at(x(0))} ${at(y(value))}` : `H${at(x(i))}V${at(y(value))}`,
    ).join("");
  const back = (values: number[]) =>
    values
      .map((value, i) => (i === 0 ? "" : `V${at(y(values[i - 1] ?? value))}H${at(x(i - 1))}`))
      .reverse()
      .join("");
  const last = equity.length - 1;
  const summary =
    `${money(String(equity[0] ?? 0), currency)} on ${points[0]?.date ?? ""}, ` +
    `${money(String(equity[last] ?? 0), currency)} on ${points[last]?.date ?? ""}; ` +
    `largest fall ${money(curve.max_drawdown_minor_units, currency)} (${percent(curve.max_drawdown, 1)})`;
  return h(
    "figure",
    { class: "curve" },
    svg(
      "svg",
      {
        viewBox: `0 0 ${width} ${height}`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `Bankroll: ${summary}`,
      },
      svg("line", { class: "zero", x1: "0", x2: String(width), y1: at(y(0)), y2: at(y(0)) }),
      svg("path", {
        class: "fall",
        d: `${steps(peaks)}V${at(y(equity[last] ?? 0))}${back(equity)}Z`,
      }),
      svg("path", { class: "equity", d: steps(equity) }),
    ),
    h(
      "p",
      { class: "ends", "aria-hidden": "true" },
      h("span", {}, points[0]?.date ?? ""),
      h("span", {}, points[last]?.date ?? ""),
    ),
    h(
      "figcaption",
      {},
      `Bankroll with open stakes counted in: ${summary}. Shaded: below the best profit so far.`,
    ),
  );
}

function at(value: number): string {
  return value.toFixed(1);
}

export function statisticsView(statistics: BetStatistics, currency: string): HTMLElement[] {
  const { overall } = statistics;
  const settled = Number(overall.won) + Number(overall.lost);
  const cards: Array<[string, string, string]> = [
    [
      "Profit",
      signedMoney(overall.profit_minor_units, currency),
      `on ${money(overall.turnover_minor_units, currency)} staked`,
    ],
    ["Yield", settled ? signedPercent(overall.yield) : "–", intervalText(overall)],
    [
      "Closing-line value",
      Number(overall.closing_line_bets) ? signedPercent(overall.mean_closing_line_value) : "–",
      `over ${overall.closing_line_bets} bets`,
    ],
    ["Hit rate", settled ? percent(overall.hit_rate, 1) : "–", `${overall.won} won, ${overall.lost} lost`],
    ["Longest winning run", overall.longest_winning_streak.bets, streakMoney(overall.longest_winning_streak, currency)],
    ["Longest losing run", overall.longest_losing_streak.bets, streakMoney(overall.longest_losing_streak, currency)],
  ];
  const groups: Array<[string, BetRecord[]]> = [
    ["Competition", statistics.by_competition],
    ["Bookmaker", statistics.by_bookmaker],
    [
      "Market",
      statistics.by_market.map((one) => ({
        ...one,
        label: marketLabel(`MARKET_${one.label.toUpperCase()}` as Market),
      })),
    ],
    ["Odds", statistics.by_odds],
    ["Month", statistics.by_month],
  ];
  const parts: Array<HTMLElement | null> = [
    statistics.notice ? h("p", { class: "streak", role: "status" }, statistics.notice) : null,
    h(
      "dl",
      { class: "figures" },
      ...cards.map(([name, value, hint]) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, value, h("small", {}, hint))),
      ),
    ),
    h(
      "p",
      { class: "note" },
      `${statistics.closing_line}.`,
      Number(statistics.logged_afterwards)
        ? ` ${statistics.logged_afterwards} of the bets were logged after kick-off.`
        : "",
    ),
    ...(settled
      ? groups.map(([name, records]) =>
          h(
            "details",
            { class: "breakdown" },
            h("summary", {}, `By ${name.toLowerCase()}`),
            breakdown(name, records, currency),
          ),
        )
      : []),
  ];
  return parts.filter((element): element is HTMLElement => element !== null);
}

function intervalText(record: BetRecord): string {
  if (record.yield_low === undefined || record.yield_high === undefined) {
    return "too few weeks for an interval";
  }
  const luck = record.yield_low <= 0 && record.yield_high >= 0 ? "; could be luck" : "";
  return `95%: ${signedPercent(record.yield_low)} to ${signedPercent(record.yield_high)}${luck}`;
}

function streakMoney(streak: Streak, currency: string): string {
  return Number(streak.bets) ? signedMoney(streak.profit_minor_units, currency) : "none";
}

function breakdown(name: string, records: BetRecord[], currency: string): HTMLElement {
  const heads = [name, "Bets", "Staked", "Profit", "Yield", "Closing line"];
  const cell = (label: string, ...content: Child[]) => h("td", { "data-name": label }, ...content);
  return h(
    "div",
    { class: "outcomes" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h(
        "tbody",
        {},
        ...records.map((record) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, record.label),
            cell("Bets", String(Number(record.won) + Number(record.lost))),
            cell("Staked", money(record.turnover_minor_units, currency)),
            cell("Profit", signedMoney(record.profit_minor_units, currency)),
            cell("Yield", signedPercent(record.yield)),
            cell(
              "Closing line",
              Number(record.closing_line_bets)
                ? signedPercent(record.mean_closing_line_value)
                : "–",
            ),
          ),
        ),
      ),
    ),
  );
}
