// What a finished backtest says: the verdict first, then the curve, the figures with their
// intervals, and what they are held against.

import type { Backtest, BacktestReport, BacktestSlice, Estimate } from "./backtest_data";
import { sweepPart } from "./backtest_sweep";
import { dataTable } from "./chart";
import { Child, h } from "./dom";
import { equityCurve } from "./equity";
import { count, money, odds, percent, signed, signedMoney, signedPercent, typeset } from "./format";
import { Interval, intervalPlot, IntervalRow } from "./interval_plot";

const intervalOf = ({ value, low, high }: Estimate): Interval => ({ mean: value, low, high });

const part = (title: string, ...content: Child[]) =>
  h("section", { class: "part" }, h("h2", {}, title), ...content);

export function reportView(backtest: Backtest, currency: string): Child[] {
  const { report } = backtest;
  if (!report) return [];
  return [
    h("div", { class: "verdict-text" }, h("p", {}, typeset(report.verdict))),
    sweepPart(backtest, currency),
    Number(report.bets) > 0 ? h("div", {}, ...betsParts(report, currency)) : null,
    notesPart(report),
  ];
}

function betsParts(report: BacktestReport, currency: string): Child[] {
  return [
    part(
      "The bankroll",
      equityCurve(Number(report.start_minor_units), report.equity, currency),
      figures(report, currency),
      fallText(report),
    ),
    returnsPart(report),
    luckPart(report),
    calibrationPart(report),
    slicesPart("Season by season", report.by_season, currency, `${report.seasons_in_profit} of ${report.by_season.length} seasons ended in profit.`),
    folded("By competition", report.by_competition, currency),
    folded("By bookmaker", report.by_bookmaker, currency),
  ];
}

function figures(report: BacktestReport, currency: string): HTMLElement {
  const cash = (minorUnits: string) => money(minorUnits, currency);
  const cards: Array<[string, string, string]> = [
    ["End", cash(report.end_minor_units), `from ${cash(report.start_minor_units)}`],
    ["Bets", count(report.bets), `on ${count(report.priced_matches)} matches with a price, of ${count(report.matches)}`],
    ["Staked", cash(report.staked_minor_units), `${cash(report.average_stake_minor_units)} a bet, ${cash(report.largest_stake_minor_units)} at most`],
    ["Won", percent(report.hit_rate, 1), `claimed ${percent(report.expected_hit_rate, 1)}`],
    ["Odds", odds(report.average_odds), report.average_bookmakers > 0 ? `mean, best of ${report.average_bookmakers.toFixed(1)} books` : "mean"],
    ["Deepest fall", percent(report.max_drawdown, 1), fallByChance(report)],
    ["Longest losing run", count(report.longest_losing_run), "bets"],
    ["Longest winning run", count(report.longest_winning_run), "bets"],
  ];
  return h(
    "dl",
    { class: "figures" },
    ...cards.map(([name, value, hint]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, value, h("small", {}, hint))),
    ),
  );
}

function fallByChance({ fall_by_chance: chance }: BacktestReport): string {
  if (chance?.low === undefined || chance.high === undefined) return "of the height before";
  return `by chance ${percent(chance.low, 0)} to ${percent(chance.high, 0)}`;
}

function fallText({ worst_fall: fall }: BacktestReport): HTMLElement | null {
  if (!fall) return null;
  const from = fall.height_date ? `from ${fall.height_date}` : "from the start";
  const end = fall.recovered_date
    ? `made good by ${fall.recovered_date}`
    : "and never made good";
  return h(
    "p",
    { class: "note" },
    `The deepest fall, ${percent(fall.depth, 1)}, went ${from} to ${fall.lowest_date}, ${end}: ${count(fall.days)} days and ${count(fall.bets)} bets under water. “By chance” is the range of 95% of draws of the same weeks in random order; what happened is one such draw.`,
  );
}

function returnsPart(report: BacktestReport): HTMLElement {
  const rows: IntervalRow[] = [
    { name: "Yield", note: "profit by money staked", interval: intervalOf(report.yield) },
    { name: "Yield, equal stakes", note: "the same on every bet", interval: intervalOf(report.flat_yield) },
    ...(report.closing_line_value
      ? [
          {
            name: "Closing-line value",
            note: `${count(report.closing_bets)} bets with a closing price`,
            interval: intervalOf(report.closing_line_value),
          },
        ]
      : []),
  ];
  return part(
    "Can it be told from luck?",
    h(
      "p",
      { class: "note" },
      "With 95% intervals by bootstrap over weeks. Where an interval crosses zero, luck alone would do.",
    ),
    h(
      "div",
      { class: "plots" },
      intervalPlot({
        title: "Profit", left: "loss", right: "profit", lowerIsBetter: false, format: signedPercent, rows,
      }),
      intervalPlot({
        title: "Growth", note: "natural logarithm of end by start", left: "shrunk", right: "grown",
        lowerIsBetter: false, format: (value) => signed(value, 3),
        rows: [{ name: "Log growth", note: growthText(report.log_growth.value), interval: intervalOf(report.log_growth) }],
      }),
    ),
  );
}

const growthText = (log: number) => `the bankroll times ${Math.exp(log).toFixed(2)}`;

function luckPart(report: BacktestReport): HTMLElement {
  return part(
    "Held against luck and the market",
    h(
      "p",
      { class: "note" },
      `Bets on random outcomes of the same matches, with the same stakes, did at least as well in ${percent(report.random_as_good, 1)} of draws. Their line is the range of 95% of the draws.`,
    ),
    intervalPlot({
      title: "Profit by money staked", left: "loss", right: "profit", lowerIsBetter: false, format: signedPercent,
      rows: [
        { name: "These bets", interval: intervalOf(report.yield) },
        { name: "Random bets", note: "same matches and stakes", interval: intervalOf(report.random_yield) },
        { name: "Following the market", note: "same stakes on the favourites", interval: intervalOf(report.market_yield) },
        { name: "Better than the market by", interval: intervalOf(report.better_than_market) },
      ],
    }),
  );
}

function calibrationPart(report: BacktestReport): HTMLElement {
  const closing = (edge: number | undefined) =>
    edge === undefined ? "" : `, ${signedPercent(edge)} by the closing line`;
  const to = (edge: number) => (edge >= 1 ? "and more" : `to ${percent(edge, 0)}`);
  return part(
    "Did the bets keep what they claimed?",
    h(
      "p",
      { class: "note" },
      "The mark is the mean of what was claimed, the dot what happened. Red: the claim lies outside the 95% interval.",
    ),
    h(
      "div",
      { class: "plots" },
      intervalPlot({
        title: "Edge, equal stakes", left: "loss", right: "profit", lowerIsBetter: false, format: signedPercent,
        againstMark: true,
        rows: report.by_edge.map((bucket) => ({
          name: `${percent(bucket.from_edge, 0)} ${to(bucket.to_edge)}`,
          note: `${count(bucket.bets)} bets, claimed ${signedPercent(bucket.claimed_edge)}${closing(bucket.closing_edge)}`,
          interval: intervalOf(bucket.realised_edge),
          mark: bucket.claimed_edge,
        })),
      }),
      intervalPlot({
        title: "Probability", left: "never", right: "always", lowerIsBetter: false,
        format: (value) => percent(value, 1), againstMark: true,
        rows: report.by_probability.map((bucket) => ({
          name: `${percent(bucket.from_probability)} to ${percent(bucket.to_probability)}`,
          note: `${count(bucket.bets)} bets, claimed ${percent(bucket.claimed, 1)}`,
          interval: intervalOf(bucket.happened),
          mark: bucket.claimed,
        })),
      }),
    ),
  );
}

function sliceTable(title: string, slices: readonly BacktestSlice[], currency: string): HTMLTableElement {
  const ofSeasons = slices.some(({ bankroll_return }) => bankroll_return !== undefined);
  const yieldCell = ({ value, low, high }: Estimate) =>
    h(
      "span",
      {},
      signedPercent(value),
      low === undefined || high === undefined
        ? null
        : h("small", {}, `${signedPercent(low)} to ${signedPercent(high)}`),
    );
  return dataTable(
    title,
    [
      { name: title.replace(/^By |^Season by /, "").replace(/^./, (first) => first.toUpperCase()) },
      { name: "Bets", figure: true },
      { name: "Won", figure: true },
      { name: "Odds", figure: true },
      { name: "Profit", figure: true },
      { name: "Yield", figure: true },
      { name: "Closing line", figure: true },
      ...(ofSeasons ? [{ name: "Bankroll", figure: true }] : []),
    ],
    slices.map((slice) => [
      slice.label,
      count(slice.bets),
      percent(slice.hit_rate, 0),
      odds(slice.average_odds),
      signedMoney(slice.profit_minor_units, currency),
      yieldCell(slice.yield),
      slice.closing_line_value === undefined ? "–" : signedPercent(slice.closing_line_value),
      ...(ofSeasons
        ? [slice.bankroll_return === undefined ? "–" : signedPercent(slice.bankroll_return)]
        : []),
    ]),
  );
}

function slicesPart(title: string, slices: readonly BacktestSlice[], currency: string, note: string): Child {
  if (slices.length === 0) return null;
  return part(title, h("p", { class: "note" }, note), sliceTable(title, slices, currency));
}

function folded(title: string, slices: readonly BacktestSlice[], currency: string): Child {
  if (slices.length === 0) return null;
  return h(
    "details",
    { class: "breakdown" },
    h("summary", {}, title),
    sliceTable(title, slices, currency),
  );
}

function notesPart(report: BacktestReport): Child {
  const notes = [report.price_note, ...report.notes].filter((note) => note !== "");
  if (notes.length === 0) return null;
  return part(
    "What the figures leave out",
    h("ul", { class: "notes" }, ...notes.map((note) => h("li", {}, typeset(note)))),
  );
}
