// The bankroll of a backtest over the years, on a logarithmic axis: equal steps are equal growth.
// What lies below the best height so far is shaded.

import type { BacktestDay } from "./backtest_data";
import { dataTable, figuresBehind, linear, logarithmic, logTicks, picture } from "./chart";
import { h, replace, svg } from "./dom";
import { money, percent, unitOf } from "./format";

export interface EquityPoint {
  date: string;
  /** Minor units. */
  bankroll: number;
  /** The height that it fell from, or itself. */
  height: number;
  staked: number;
}

/** The days with bets, each with the best height so far. */
export function heights(start: number, days: readonly BacktestDay[]): EquityPoint[] {
  let height = start;
  return days.map(({ date, bankroll_minor_units, staked_minor_units }) => {
    const bankroll = Number(bankroll_minor_units);
    height = Math.max(height, bankroll);
    return { date, bankroll, height, staked: Number(staked_minor_units) };
  });
}

/** The last point of each season, which begins in July. */
export function seasonEnds(points: readonly EquityPoint[]): EquityPoint[] {
  const seasonOf = ({ date }: EquityPoint) =>
    Number(date.slice(0, 4)) - (Number(date.slice(5, 7)) >= 7 ? 0 : 1);
  return points.filter((point, i) => {
    const next = points[i + 1];
    return !next || seasonOf(next) !== seasonOf(point);
  });
}

/** "€20K": for an axis. */
export function shortMoney(units: number, currency: string): string {
  try {
    return new Intl.NumberFormat("en-GB", {
      style: "currency", currency, notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0,
    }).format(units);
  } catch {
    return String(units);  // a code that the browser does not know
  }
}

export const timeOf = (date: string) => Date.parse(`${date}T00:00:00Z`);
const margin = { left: 54, right: 6, top: 12, bottom: 26 };
const height = 320;

export function equityCurve(
  start: number,
  days: readonly BacktestDay[],
  currency: string,
): HTMLElement {
  const points = heights(start, days);
  const [first] = points;
  const last = points[points.length - 1];
  if (!first || !last || points.length < 2) {
    return h("p", { class: "note" }, "A curve needs bets on two days at least.");
  }
  const cash = (minorUnits: number) => money(String(Math.round(minorUnits)), currency);
  const lowest = Math.max(1, Math.min(start, ...points.map(({ bankroll }) => bankroll)));
  const highest = Math.max(start, ...points.map((point) => point.height));
  const range: [number, number] = [lowest / 1.05, highest * 1.05];
  const marker = svg("g", { class: "marker" });
  let place: (i: number) => void = () => undefined;

  const draw = (width: number) => {
    const x = linear([timeOf(first.date), timeOf(last.date)], [margin.left, width - margin.right]);
    const y = logarithmic(range, [height - margin.bottom, margin.top]);
    const at = (value: number) => value.toFixed(1);
    const upper = points.map((point, i) => `${i ? "L" : "M"}${at(x(timeOf(point.date)))} ${at(y(point.height))}`);
    const lower = points.map((point) => `L${at(x(timeOf(point.date)))} ${at(y(Math.max(point.bankroll, lowest)))}`);
    const years = yearMarks(first.date, last.date, width < 500 ? 4 : 8);
    place = (i) => {
      const point = points[i];
      if (!point) return;
      const left = at(x(timeOf(point.date)));
      replace(
        marker,
        svg("line", { class: "cursor", x1: left, x2: left, y1: at(margin.top), y2: at(height - margin.bottom) }),
        svg("circle", { class: "point", cx: left, cy: at(y(Math.max(point.bankroll, lowest))), r: "4.5" }),
      );
    };
    place(Number(scrubber.value));
    return [
      ...logTicks(range[0] / unitOf(currency), range[1] / unitOf(currency)).flatMap((value) => {
        const top = at(y(value * unitOf(currency)));
        return [
          svg("line", { class: "tick", x1: at(margin.left), x2: at(width - margin.right), y1: top, y2: top }),
          svg("text", { class: "axis", x: at(margin.left - 8), y: at(y(value * unitOf(currency)) + 4), "text-anchor": "end" }, shortMoney(value, currency)),
        ];
      }),
      ...years.map((year) =>
        svg(
          "text",
          { class: "axis", x: at(x(timeOf(`${year}-01-01`))), y: at(height - 6), "text-anchor": "middle" },
          String(year),
        ),
      ),
      svg("path", { class: "fallen", d: `${upper.join("")}${lower.reverse().join("")}Z` }),
      svg("line", { class: "zero", x1: at(margin.left), x2: at(width - margin.right), y1: at(y(start)), y2: at(y(start)) }),
      svg("path", {
        class: "equity",
        d: points
          .map((point, i) => `${i ? "L" : "M"}${at(x(timeOf(point.date)))} ${at(y(Math.max(point.bankroll, lowest)))}`)
          .join(""),
      }),
      marker,
    ];
  };

  const readout = h("output", { class: "readout" });
  const scrubber = h("input", {
    type: "range", min: "0", max: String(points.length - 1), value: String(points.length - 1), "aria-label": "Day",
  });
  const tell = () => {
    const point = points[Number(scrubber.value)];
    if (!point) return;
    const below = 1 - point.bankroll / point.height;
    const text = `${point.date}: ${cash(point.bankroll)}${below > 0.0005 ? `, ${percent(below, 1)} below its height of ${cash(point.height)}` : ", the height so far"}; ${cash(point.staked)} staked that day`;
    readout.textContent = text;
    scrubber.setAttribute("aria-valuetext", text);
    place(Number(scrubber.value));
  };
  scrubber.addEventListener("input", tell);

  const summary = `From ${cash(start)} to ${cash(last.bankroll)} between ${first.date} and ${last.date}, lowest ${cash(lowest)}, highest ${cash(highest)}.`;
  const drawing = picture("Bankroll, logarithmic axis", summary, height, draw);
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const x = linear([margin.left, box.width - margin.right], [timeOf(first.date), timeOf(last.date)]);
    scrubber.value = String(nearest(points, x(event.clientX - box.left)));
    tell();
  });
  tell();
  return h(
    "figure",
    { class: "chart equity-chart" },
    readout,
    drawing,
    scrubber,
    h(
      "figcaption",
      {},
      `${summary} Each step up the axis is the same growth. Shaded: below the best height so far. The line across is the start.`,
    ),
    figuresBehind(
      dataTable(
        "Bankroll at the end of each season",
        [
          { name: "Day" },
          { name: "Bankroll", figure: true },
          { name: "Below its height", figure: true },
        ],
        seasonEnds(points).map((point) => [
          point.date,
          cash(point.bankroll),
          percent(1 - point.bankroll / point.height, 1),
        ]),
      ),
    ),
  );
}

function nearest(points: readonly EquityPoint[], moment: number): number {
  let best = 0;
  points.forEach((point, i) => {
    const distance = Math.abs(timeOf(point.date) - moment);
    if (distance < Math.abs(timeOf(points[best]?.date ?? point.date) - moment)) best = i;
  });
  return best;
}

/** The first days of years between two dates, at most `most` of them. */
export function yearMarks(from: string, to: string, most: number): number[] {
  const all: number[] = [];
  for (let year = Number(from.slice(0, 4)) + 1; year <= Number(to.slice(0, 4)); ++year) all.push(year);
  const step = Math.max(1, Math.ceil(all.length / most));
  return all.filter((_, i) => i % step === 0);
}
