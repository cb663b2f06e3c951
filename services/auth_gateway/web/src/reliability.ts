// The reliability diagram: how often came what was said to be so likely, with the number of
// forecasts behind each point.

import { dataTable, figuresBehind, linear, picture } from "./chart";
import { h, svg } from "./dom";
import { count as countText, percent } from "./format";

export interface ReliabilityBin {
  /** Forecasts of one outcome of one match. */
  count: string;
  mean_forecast: number;
  frequency: number;
}

/** The 95 % interval of a frequency (Wilson 1927), for forecasts independent of each other. */
export function wilson(frequency: number, count: number): [number, number] {
  const z = 1.96;
  const middle = (frequency + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half =
    (z / (1 + (z * z) / count)) *
    Math.sqrt((frequency * (1 - frequency)) / count + (z * z) / (4 * count * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

const height = 380;
const countsHeight = 64;
const margin = { left: 44, right: 12, top: 10, bottom: 40 };

export function reliabilityDiagram(bins: readonly ReliabilityBin[]): HTMLElement {
  const filled = bins
    .map((bin) => ({ ...bin, count: Number(bin.count) }))
    .filter(({ count }) => count > 0)
    .map((bin) => ({ ...bin, interval: wilson(bin.frequency, bin.count) }));
  const most = Math.max(...filled.map(({ count }) => count));
  const off = filled.filter(
    ({ mean_forecast, interval: [low, high] }) => mean_forecast < low || mean_forecast > high,
  );
  const summary =
    `${filled.length} groups of forecasts; in ${filled.length - off.length} of them the forecast ` +
    "lies within the 95% interval of what happened.";
  const draw = (width: number) => {
    const bottom = height - margin.bottom - countsHeight;
    const x = linear([0, 1], [margin.left, width - margin.right]);
    const y = linear([0, 1], [bottom, margin.top]);
    const counts = linear([0, most], [0, countsHeight - 16]);
    const base = height - margin.bottom;
    const slot = Math.max(4, (x(0.05) - x(0)) * 0.7);
    const text = (content: string, left: number, top: number, anchor: string, kind = "axis") =>
      svg("text", { class: kind, x: left.toFixed(1), y: top.toFixed(1), "text-anchor": anchor }, content);
    const line = (kind: string, x1: number, y1: number, x2: number, y2: number) =>
      svg("line", { class: kind, x1: x1.toFixed(1), x2: x2.toFixed(1), y1: y1.toFixed(1), y2: y2.toFixed(1) });
    const marks = [0, 0.2, 0.4, 0.6, 0.8, 1];
    return [
      ...marks.map((value) => line("tick", x(0), y(value), x(1), y(value))),
      ...marks.map((value) => text(percent(value), x(0) - 8, y(value) + 4, "end")),
      ...marks.map((value) => text(percent(value), x(value), base + 18, value === 1 ? "end" : "middle")),
      text("said", (x(0) + x(1)) / 2, base + 34, "middle"),
      line("diagonal", x(0), y(0), x(1), y(1)),
      line("zero", x(0), base, x(1), base),
      ...filled.flatMap(({ count, mean_forecast, frequency, interval }) => {
        const kind = off.some((bin) => bin.mean_forecast === mean_forecast) ? "point off" : "point";
        const centre = x(mean_forecast);
        return [
          svg("rect", {
            class: "count",
            x: (centre - slot / 2).toFixed(1),
            width: slot.toFixed(1),
            y: (base - counts(count)).toFixed(1),
            height: counts(count).toFixed(1),
          }),
          ...(width > 560
            ? [text(countText(count), centre, base - counts(count) - 4, "middle", "axis small")]
            : []),
          line("whisker", centre, y(interval[0]), centre, y(interval[1])),
          svg("circle", { class: kind, cx: centre.toFixed(1), cy: y(frequency).toFixed(1), r: "4.5" }),
        ];
      }),
    ];
  };
  return h(
    "figure",
    { class: "chart reliability" },
    picture("Reliability of the forecasts", summary, height, draw),
    h(
      "figcaption",
      {},
      "Up: how often it happened. On the dashed line forecasts come true as often as they say; below it they claim too much. Whiskers are 95% intervals, bars count the forecasts (one for each outcome of each match).",
    ),
    figuresBehind(
      dataTable(
        "Reliability",
        [
          { name: "Said", figure: true },
          { name: "Happened", figure: true },
          { name: "95% interval", figure: true },
          { name: "Forecasts", figure: true },
        ],
        filled.map(({ count, mean_forecast, frequency, interval: [low, high] }) => [
          percent(mean_forecast, 1),
          percent(frequency, 1),
          `${percent(low, 1)} to ${percent(high, 1)}`,
          countText(count),
        ]),
      ),
    ),
  );
}
