// A sweep: the warning on top, the bankroll of every variant in one picture, and all of them in a
// table, the good and the bad.

import { Backtest, BacktestVariant, Estimate, sourceName } from "./backtest_data";
import { dataTable, linear, logarithmic, logTicks, picture } from "./chart";
import { Child, h, svg } from "./dom";
import { shortMoney, timeOf, yearMarks } from "./equity";
import { count, money, odds, percent, signed, signedPercent, typeset, unitOf } from "./format";

export function sweepPart(backtest: Backtest, currency: string): Child {
  const { variants, best_variant: best } = backtest;
  if (variants.length === 0) return null;
  const start = Number(backtest.report?.start_minor_units ?? 0);
  return h(
    "section",
    { class: "part" },
    h("h2", {}, `All ${variants.length} variants`),
    h(
      "p",
      { class: "hindsight-notice" },
      h("strong", {}, "Choosing the best of many. "),
      typeset(backtest.sweep_warning),
    ),
    start > 0 ? curves(variants, best, start, currency) : null,
    h(
      "div",
      { class: "variants", role: "region", tabindex: "0", "aria-label": "All variants" },
      variantTable(variants, best, currency),
    ),
  );
}

const height = 240;
const margin = { left: 54, right: 6, top: 10, bottom: 26 };

function curves(
  variants: readonly BacktestVariant[],
  best: number,
  start: number,
  currency: string,
): Child {
  const all = variants.flatMap(({ equity }) => equity);
  const dates = all.map(({ date }) => date).sort();
  const [first] = dates;
  const last = dates[dates.length - 1];
  if (first === undefined || last === undefined || first === last) return null;
  const amounts = all.map(({ bankroll_minor_units }) => Math.max(1, Number(bankroll_minor_units)));
  const range: [number, number] = [
    Math.min(start, ...amounts) / 1.05,
    Math.max(start, ...amounts) * 1.05,
  ];
  const ended = variants.filter(({ end_minor_units }) => Number(end_minor_units) > start).length;
  const summary = `${ended} of ${variants.length} variants ended above the start. The bold line is the one shown below.`;
  const draw = (width: number) => {
    const x = linear([timeOf(first), timeOf(last)], [margin.left, width - margin.right]);
    const y = logarithmic(range, [height - margin.bottom, margin.top]);
    const at = (value: number) => value.toFixed(1);
    const path = ({ equity }: BacktestVariant) =>
      [{ date: first, bankroll_minor_units: String(start) }, ...equity]
        .map(
          ({ date, bankroll_minor_units }, i) =>
            `${i ? "L" : "M"}${at(x(timeOf(date)))} ${at(y(Math.max(1, Number(bankroll_minor_units))))}`,
        )
        .join("");
    const order = variants.map((_, i) => i).sort((a, b) => Number(a === best) - Number(b === best));
    return [
      ...logTicks(range[0] / unitOf(currency), range[1] / unitOf(currency)).flatMap((value) => [
        svg("line", { class: "tick", x1: at(margin.left), x2: at(width - margin.right), y1: at(y(value * unitOf(currency))), y2: at(y(value * unitOf(currency))) }),
        svg("text", { class: "axis", x: at(margin.left - 8), y: at(y(value * unitOf(currency)) + 4), "text-anchor": "end" }, shortMoney(value, currency)),
      ]),
      ...yearMarks(first, last, width < 500 ? 4 : 8).map((year) =>
        svg("text", { class: "axis", x: at(x(timeOf(`${year}-01-01`))), y: at(height - 6), "text-anchor": "middle" }, String(year)),
      ),
      svg("line", { class: "zero", x1: at(margin.left), x2: at(width - margin.right), y1: at(y(start)), y2: at(y(start)) }),
      ...order.map((i) =>
        svg("path", { class: i === best ? "equity" : "other", d: path(variants[i] as BacktestVariant) }),
      ),
    ];
  };
  return h(
    "figure",
    { class: "chart equity-chart" },
    picture("Bankroll of every variant, logarithmic axis", summary, height, draw),
    h("figcaption", {}, `${summary} The table has the figures.`),
  );
}

function variantTable(
  variants: readonly BacktestVariant[],
  best: number,
  currency: string,
): HTMLTableElement {
  const interval = ({ value, low, high }: Estimate, format: (value: number) => string) =>
    h(
      "span",
      {},
      format(value),
      low === undefined || high === undefined
        ? null
        : h("small", {}, `${format(low)} to ${format(high)}`),
    );
  return dataTable(
    "All variants",
    [
      { name: "Variant" },
      { name: "Bets", figure: true },
      { name: "Yield", figure: true },
      { name: "Closing line", figure: true },
      { name: "Log growth", figure: true },
      { name: "Deepest fall", figure: true },
      { name: "End", figure: true },
    ],
    variants.map((variant, i) => [
      h(
        "span",
        {},
        `edge from ${percent(variant.min_edge, 1)}, ${percent(variant.kelly_fraction)} of Kelly, odds below ${odds(variant.max_odds)}`,
        h("small", {}, sourceName(variant.price_source)),
        i === best ? h("span", { class: "chip" }, "shown below") : null,
      ),
      count(variant.bets),
      interval(variant.yield, signedPercent),
      variant.closing_line_value ? signedPercent(variant.closing_line_value.value) : "–",
      interval(variant.log_growth, (value) => signed(value, 2)),
      percent(variant.max_drawdown, 1),
      money(variant.end_minor_units, currency),
    ]),
  );
}
