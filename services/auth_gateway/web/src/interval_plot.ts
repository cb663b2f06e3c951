// Means with their 95 % intervals against a line at zero: the picture that tells skill from luck.

import { linear, ticks } from "./chart";
import { h, svg } from "./dom";

export interface Interval {
  mean: number;
  /** Both absent where there is too little to tell. */
  low?: number | undefined;
  high?: number | undefined;
}

export interface IntervalRow {
  name: string;
  note?: string;
  interval: Interval;
  /** Another value to mark, such as what had been claimed. */
  mark?: number;
}

export interface IntervalPlot {
  title: string;
  note?: string;
  /** What the left and the right of zero mean. */
  left: string;
  right: string;
  /** Whether less is better. */
  lowerIsBetter: boolean;
  format: (value: number) => string;
  /** Holds each row against its mark, which was a claim, in place of zero. */
  againstMark?: boolean;
  rows: IntervalRow[];
}

export type Standing = "better" | "worse" | "unclear";

/** Better or worse only when the whole interval is on one side of zero; a point is no interval. */
export function standing({ low, high }: Interval, lowerIsBetter: boolean): Standing {
  if (low === undefined || high === undefined || low === high) return "unclear";
  if (low > 0) return lowerIsBetter ? "worse" : "better";
  if (high < 0) return lowerIsBetter ? "better" : "worse";
  return "unclear";
}

/** Whether what was claimed lies within the interval of what happened; worse when it does not. */
export function keptWord({ interval: { low, high }, mark }: IntervalRow): Standing {
  if (low === undefined || high === undefined || mark === undefined) return "unclear";
  return mark < low || mark > high ? "worse" : "unclear";
}

/** From the least to the greatest value shown, zero and a margin included. */
export function reach(rows: readonly IntervalRow[]): [number, number] {
  const all = rows.flatMap(({ interval: { mean, low, high }, mark }) => [
    low ?? mean,
    high ?? mean,
    mark ?? 0,
  ]);
  const low = Math.min(0, ...all);
  const high = Math.max(0, ...all);
  const margin = (high - low || 1) * 0.06;
  return [low - margin, high + margin];
}

export function intervalPlot(plot: IntervalPlot): HTMLElement {
  const [low, high] = reach(plot.rows);
  const x = linear([low, high], [0, 100]);
  const at = (value: number) => x(value).toFixed(2);
  const marks = ticks(low, high, 4);
  const grid = () => [
    ...marks.map((value) =>
      svg("line", { class: value === 0 ? "zero" : "tick", x1: at(value), x2: at(value), y1: "0", y2: "24" }),
    ),
    ...(marks.includes(0) ? [] : [svg("line", { class: "zero", x1: at(0), x2: at(0), y1: "0", y2: "24" })]),
  ];
  const drawing = (...children: SVGElement[]) =>
    svg(
      "svg",
      { viewBox: "0 0 100 24", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      ...children,
    );
  const row = (one: IntervalRow) => {
    const { name, note, mark } = one;
    const { mean, low: from, high: to } = one.interval;
    const whole = from !== undefined && to !== undefined;
    return h(
      "tr",
      { class: plot.againstMark ? keptWord(one) : standing(one.interval, plot.lowerIsBetter) },
      h("th", { scope: "row" }, name, note ? h("small", {}, note) : null),
      h(
        "td",
        { class: "plot" },
        drawing(
          ...grid(),
          ...(whole
            ? [svg("line", { class: "whisker", x1: at(from), x2: at(to), y1: "12", y2: "12" })]
            : []),
          ...(mark === undefined ? [] : [svg("path", { class: "claimed", d: `M${at(mark)} 3v18` })]),
          svg("path", { class: "dot", d: `M${at(mean)} 12h0` }),
        ),
      ),
      h(
        "td",
        { class: "numbers" },
        h("strong", {}, plot.format(mean)),
        " ",
        h(
          "span",
          {},
          whole ? `${plot.format(from)} to ${plot.format(to)}` : "too few weeks for an interval",
        ),
      ),
    );
  };
  return h(
    "table",
    { class: "intervals" },
    h("caption", {}, plot.title, plot.note ? h("small", {}, plot.note) : null),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", {}),
        h(
          "th",
          { scope: "col", class: "sides" },
          h("span", {}, `← ${plot.left}`),
          h("span", {}, `${plot.right} →`),
        ),
        h("th", { scope: "col", class: "visually-hidden" }, "Mean and 95% interval"),
      ),
    ),
    h("tbody", {}, ...plot.rows.map(row)),
  );
}
