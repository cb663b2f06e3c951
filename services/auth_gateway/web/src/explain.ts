// How a forecast came about, in steps and words: what detail.ts draws.

import { percent, signedPercent } from "./format";
import type { BetPrice, Contribution, Explanation, FeatureValue, MarketPrices, Markets } from "./types";

/** One step of the way from the base rate to the forecast: an outcome's probability before and after. */
export interface Step {
  label: string;
  /** What was measured, with its value for this match; empty where there is nothing to add. */
  note: string;
  from: number;
  to: number;
}

/** The two sides, for sentences about them. */
export interface Sides {
  home: string;
  away: string;
}

export function softmax(logits: number[]): number[] {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The way of one outcome's probability: the bookmakers' line first, where the model starts from it,
 * then the `count` contributions that move the forecast most, then all others together. Each step
 * begins where the one before ended; the last ends at the forecast.
 */
export function stepsOf(explanation: Explanation, outcome: number, sides: Sides, count: number): Step[] {
  const isLine = ({ feature }: Contribution) => feature.name === "market";
  const ordered = [
    ...explanation.contributions.filter(isLine),
    ...explanation.contributions.filter((contribution) => !isLine(contribution)),
  ];
  const shown = ordered.slice(0, count);
  const others = ordered.slice(count);
  const rest = explanation.rest_log_odds.map((value, k) =>
    others.reduce((sum, { log_odds }) => sum + (log_odds[k] ?? 0), value),
  );

  let logits = explanation.base_rate.map(({ probability }) => Math.log(probability));
  const add = (logOdds: number[], label: string, note: string): Step => {
    const from = softmax(logits)[outcome] ?? 0;
    logits = logits.map((logit, k) => logit + (logOdds[k] ?? 0));
    return { label, note, from, to: softmax(logits)[outcome] ?? 0 };
  };
  const steps = shown.map(({ feature, log_odds }) =>
    add(log_odds, featureLabel(feature, sides), featureNote(feature, sides)),
  );
  if (rest.some((value) => value !== 0)) steps.push(add(rest, "Everything else", ""));
  return steps;
}

/** "home_form_points" of Arsenal to "Form points, Arsenal"; the line by its own name. */
export function featureLabel({ name }: FeatureValue, sides: Sides): string {
  if (name === "market") return "The bookmakers’ line";
  const { base, side } = sideOf(name);
  return side ? `${words(base)}, ${side === "home" ? sides.home : sides.away}` : words(base);
}

/** The feature's meaning with the teams' names, and its value. */
export function featureNote(feature: FeatureValue, sides: Sides): string {
  const meaning = feature.meaning
    .replace(/(the )?\bhome side('s)?/gi, (_text, _the, owns) => (owns ? `${sides.home}’s` : sides.home))
    .replace(/(the )?\baway side('s)?/gi, (_text, _the, owns) => (owns ? `${sides.away}’s` : sides.away));
  if (feature.name === "market") return meaning;
  if (feature.value === undefined) return `${meaning}: not known`;
  return `${meaning}: ${measured(feature)} ${unitText(feature)}`.trimEnd();
}

/** "112", "−0.62": as many digits as can be taken in; a dash where it is not known. */
export function measured(feature: FeatureValue | undefined): string {
  if (feature?.value === undefined) return "–";
  const size = Math.abs(feature.value);
  return feature.value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace("-", "−");
}

/** The unit as a reader says it after a number; none for a bare range or a probability. */
export function unitText({ unit }: { unit: string }): string {
  return unit === "probability" || /\d to \d/.test(unit) ? "" : unit;
}

/** A row of the table of ratings and form: one value for each side, or one for both. */
export interface FeatureRow {
  label: string;
  unit: string;
  home?: FeatureValue;
  away?: FeatureValue;
  both?: FeatureValue;
}

/** The features by block, those of the two sides side by side, in the catalogue's order. */
export function featureRows(features: FeatureValue[]): Map<string, FeatureRow[]> {
  const blocks = new Map<string, FeatureRow[]>();
  const rowOf = new Map<string, FeatureRow>();
  for (const feature of features) {
    const { base, side } = sideOf(feature.name);
    const key = `${feature.block}/${base}/${side ? "sides" : "both"}`;
    let row = rowOf.get(key);
    if (!row) {
      row = { label: words(base), unit: feature.unit };
      rowOf.set(key, row);
      const rows = blocks.get(feature.block);
      if (rows) rows.push(row);
      else blocks.set(feature.block, [row]);
    }
    row[side ?? "both"] = feature;
  }
  return blocks;
}

/** How a bet may end other than won or lost: "26.2% returned", "23.3% half won". */
export function returnedText(bet: BetPrice): string {
  const endings: Array<[number, string]> = [
    [bet.half_win, "half won"],
    [bet.push, "returned"],
    [bet.half_loss, "half lost"],
  ];
  return endings
    .filter(([probability]) => probability > 0)
    .map(([probability, word]) => `${percent(probability, 1)} ${word}`)
    .join(", ");
}

/** Totals at half goals, handicaps that are near to even or quoted, and every market without a line. */
export function mainMarkets(markets: Markets): MarketPrices[] {
  const handicaps = markets.markets.filter(({ market }) => market === "MARKET_ASIAN_HANDICAP");
  const nearest = new Set(
    [...handicaps].sort((a, b) => imbalance(a) - imbalance(b)).slice(0, 3),
  );
  return markets.markets.filter((sheet) => {
    const quoted = sheet.bets.some(({ best_odds }) => best_odds > 0);
    switch (sheet.market) {
      case "MARKET_MATCH_RESULT":
        return false;  // the forecast itself, which stands above
      case "MARKET_TOTAL":
        return quoted || (sheet.line_quarters % 4 === 2 && sheet.line_quarters <= 18);
      case "MARKET_ASIAN_HANDICAP":
        return quoted || nearest.has(sheet);
      case "MARKET_HOME_TOTAL":
      case "MARKET_AWAY_TOTAL":
        return quoted || sheet.line_quarters === 2 || sheet.line_quarters === 6;
      default:
        return true;
    }
  });
}

function imbalance({ bets }: MarketPrices): number {
  const [home, away] = bets;
  if (!home?.fair_odds || !away?.fair_odds) return Infinity;
  return Math.abs(Math.log(home.fair_odds / away.fair_odds));
}

/** Quarters of a goal as goals: "2.5", "2.25", and with a sign for handicaps: "−0.75", "+1". */
export function lineText(quarters: number, signed = false): string {
  const goals = String(Math.abs(quarters) / 4);
  if (!signed || quarters === 0) return goals;
  return `${quarters < 0 ? "−" : "+"}${goals}`;
}

/** What a step adds to the probability: "+4.2%". */
export function change(step: Step): string {
  return signedPercent(step.to - step.from);
}

function sideOf(name: string): { base: string; side?: "home" | "away" } {
  const prefix = /^(home|away)_(.+)$/.exec(name);
  const suffix = /^(.+)_(home|away)$/.exec(name);
  const middle = /^(.+)_(home|away)_(.+)$/.exec(name);
  if (prefix) return { base: prefix[2] as string, side: prefix[1] as "home" | "away" };
  if (suffix) return { base: suffix[1] as string, side: suffix[2] as "home" | "away" };
  if (middle) return { base: `${middle[1]}_${middle[3]}`, side: middle[2] as "home" | "away" };
  return { base: name };
}

const properNames: Record<string, string> = { elo: "Elo", gap: "GAP", dixon: "Dixon", coles: "Coles" };

function words(name: string): string {
  const text = name
    .split("_")
    .map((word) => properNames[word] ?? word)
    .join(" ")
    .replace("Dixon Coles", "Dixon–Coles");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
