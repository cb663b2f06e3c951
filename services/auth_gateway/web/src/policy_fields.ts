// The settings of the staking policy (libs/domain/staking.hpp) as people read and write them, and
// what the policy makes of a bet.

export type Unit = "percent" | "odds" | "times" | "minutes" | "money" | "switch";
export type Value = number | boolean | null;

/** By field name; null is "no limit". Fractions are parts of 1, money is in minor units. */
export type Policy = Record<string, Value>;

export interface PolicyField {
  name: string;
  label: string;
  meaning: string;
  unit: Unit;
  /** What an installation begins with. */
  initial: Value;
  low: number;
  high: number;
  /** Whether `low` itself is refused. */
  above?: boolean;
}

export interface PolicyGroup {
  title: string;
  fields: PolicyField[];
}

const share = (name: string, label: string, initial: number, meaning: string): PolicyField => ({
  name, label, meaning, unit: "percent", initial, low: 0, high: 1,
});

export const policyGroups: readonly PolicyGroup[] = [
  {
    title: "How much of Kelly",
    fields: [
      share("kelly_low", "At low risk", 0.1, "Part of the Kelly stake. Less grows a little slower and falls far less deep."),
      share("kelly_medium", "At medium risk", 0.25, "Part of the Kelly stake."),
      share("kelly_high", "At high risk", 0.5, "Part of the Kelly stake. Half of it has three quarters of the growth at half the swings."),
      {
        name: "compatibility_multipliers",
        label: "The old system’s levels",
        meaning: "1/2, 1 and 3/2 of Kelly in place of the three above. More than all of Kelly grows slower and ruins sooner.",
        unit: "switch", initial: false, low: 0, high: 1,
      },
    ],
  },
  {
    title: "When to bet at all",
    fields: [
      share("min_edge_best_of_many", "Edge, best of many books", 0.04, "Required when the price is the best of several bookmakers’. Below it, the closing line refuted the edges of the last season (fairline backtest least-edge)."),
      share("min_edge_single_book", "Edge, a single book", 0.04, "Required when only one bookmaker’s price is known: nothing then says that the price is no mistake."),
      {
        name: "min_odds", label: "Odds from", unit: "odds", initial: 1, low: 1, high: Infinity,
        meaning: "Only prices of at least this are bet on.",
      },
      {
        name: "max_odds", label: "Odds below", unit: "odds", initial: 5, low: 1, above: true, high: Infinity,
        meaning: "Long shots carry the largest margins, and the small errors of a forecast weigh most there.",
      },
      share("model_weight", "Weight of the forecast", 1, "Against the market’s line; the rest goes to the market. A forecast that starts from the line needs no second pull toward it."),
    ],
  },
  {
    title: "Prices that are believed",
    fields: [
      {
        name: "max_best_to_average", label: "Best price at most", unit: "times", initial: 1.3, low: 1, high: Infinity,
        meaning: "Of the average price. Further off it is more often a mistake than a gift.",
      },
      {
        name: "max_price_age_minutes", label: "Age of a price at most", unit: "minutes", initial: null, low: 0, high: Infinity,
        meaning: "Empty is without limit. A source’s own limit holds besides.",
      },
    ],
  },
  {
    title: "Caps",
    fields: [
      share("max_per_bet", "Per bet", 0.03, "Of the bankroll."),
      share("max_per_match", "Per match", 0.05, "Of the bankroll, over all outcomes of a match."),
      share("max_per_day", "Per day", 0.5, "Of the bankroll, over all bets that are open together."),
    ],
  },
  {
    title: "Drawdown limit",
    fields: [
      {
        name: "max_drawdown", label: "A fall of", unit: "percent", initial: 0.5, low: 0.02, high: 1,
        meaning: "Of the bankroll from where it stands. Stakes are cut until such a fall is as unlikely as said below.",
      },
      {
        name: "max_drawdown_chance", label: "May happen with a chance of", unit: "percent", initial: 0.15, low: 0.0001, high: 1,
        meaning: "At most, ever, if the forecasts are right. 100% is no limit.",
      },
    ],
  },
  {
    title: "Money",
    fields: [
      {
        name: "min_stake_minor_units", label: "Smallest stake", unit: "money", initial: 1, low: 0, high: 1e13,
        meaning: "In the account’s currency. Below it there is no bet.",
      },
      {
        name: "stake_step_minor_units", label: "Stakes in steps of", unit: "money", initial: 1, low: 1, high: 1e13,
        meaning: "In the account’s currency. Stakes are rounded down to whole steps.",
      },
    ],
  },
];

export const policyFields: readonly PolicyField[] = policyGroups.flatMap(({ fields }) => fields);

const suffixes: Record<Unit, string> = {
  percent: "%", odds: "", times: "times", minutes: "minutes", money: "", switch: "",
};
export const unitText = (unit: Unit): string => suffixes[unit];

/** The number for the input of a field, in the field's unit: .02 is "2". */
export function inputText(field: PolicyField, value: Value): string {
  if (typeof value !== "number") return "";
  const factor = field.unit === "percent" ? 100 : field.unit === "money" ? 0.01 : 1;
  return String(Number((value * factor).toFixed(6)));
}

/** With its unit: "2%", "1.3 times", "no limit", "off". */
export function valueText(field: PolicyField, value: Value): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (value === null) return "no limit";
  const text = inputText(field, value);
  if (field.unit === "percent") return `${text}%`;
  if (field.unit === "money") return (value / 100).toFixed(2);
  if (field.unit === "odds") return value.toFixed(2);
  return `${text} ${unitText(field.unit)}`;
}

/** What was typed, or what is wrong with it. */
export function parseValue(field: PolicyField, text: string): { value: Value } | { wrong: string } {
  const trimmed = text.trim().replace(",", ".").replace(/\s*%$/, "");
  if (trimmed === "" && field.initial === null) return { value: null };
  if (!/^-?\d+(\.\d+)?$/.test(trimmed)) return { wrong: `Must be a number, like ${inputText(field, field.initial ?? 60)}.` };
  const typed = Number(trimmed);
  const value =
    field.unit === "percent" ? Number((typed / 100).toPrecision(12)) : field.unit === "money" ? Math.round(typed * 100) : typed;
  if (field.unit === "money" && Math.abs(value / 100 - typed) > 1e-9) {
    return { wrong: "Must have at most two decimals." };
  }
  const low = valueText(field, field.low);
  if (field.above && value <= field.low) return { wrong: `Must be above ${low}.` };
  if (value < field.low || value > field.high) {
    return {
      wrong: Number.isFinite(field.high) && field.unit === "percent"
        ? `Must be from ${low} to ${valueText(field, field.high)}.`
        : `Must be ${low} or more.`,
    };
  }
  return { value };
}

/** The policy as the server's JSON has it: int64 are strings, no limit is left out. */
export function policyOf(json: Record<string, unknown>): Policy {
  const policy: Policy = {};
  for (const { name, unit } of policyFields) {
    const value = json[name];
    policy[name] = value === undefined ? null : unit === "switch" ? value === true : Number(value);
  }
  return policy;
}

export function jsonOf(policy: Policy): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { name, unit } of policyFields) {
    const value = policy[name] ?? null;
    if (value !== null) json[name] = unit === "money" ? String(value) : value;
  }
  return json;
}

export function changesOf(before: Policy, after: Policy): PolicyField[] {
  return policyFields.filter(({ name }) => before[name] !== after[name]);
}

/** A bet to show what a policy makes of it. The best price is one of many. */
export interface Example {
  name: string;
  probability: number;
  /** The market's own, without its margin. */
  market: number;
  odds: number;
}

export const examples: readonly Example[] = [
  { name: "A favourite at 1.70", probability: 0.63, market: 0.58, odds: 1.7 },
  { name: "An even match at 2.50", probability: 0.42, market: 0.395, odds: 2.5 },
  { name: "A small edge at 2.00", probability: 0.508, market: 0.49, odds: 2 },
  { name: "A long shot at 7.00", probability: 0.16, market: 0.14, odds: 7 },
];

export const levels = ["low", "medium", "high"] as const;

/**
 * The part of the bankroll that one bet by itself gets at a risk level, as libs/domain/staking.cpp
 * reckons it but for what depends on the day: the drawdown limit, the forecast's uncertainty and
 * other bets. 0 is no bet.
 */
export function stakeOf(policy: Policy, example: Example, level: (typeof levels)[number]): number {
  const number = (name: string) => Number(policy[name] ?? Infinity);
  const { odds } = example;
  // A logarithmic pool with the market, of two outcomes: the bet wins or loses.
  const weight = number("model_weight");
  const logit = (p: number) => Math.log(p / (1 - p));
  const probability =
    1 / (1 + Math.exp(-(weight * logit(example.probability) + (1 - weight) * logit(example.market))));
  const edge = probability * odds - 1;
  if (edge < number("min_edge_best_of_many") || edge <= 0) return 0;
  if (odds < number("min_odds") || odds >= number("max_odds")) return 0;
  const old = { low: 0.5, medium: 1, high: 1.5 };
  const multiplier = policy["compatibility_multipliers"] ? old[level] : number(`kelly_${level}`);
  const kelly = edge / (odds - 1);
  return Math.min(multiplier * kelly, number("max_per_bet"), number("max_per_match"), number("max_per_day"));
}
