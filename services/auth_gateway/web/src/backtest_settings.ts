// What is asked of a backtest: its fields as people write them, read into the server's JSON, and
// told in one line.

import {
  BacktestSettings, PriceSource, sourceName, variantCount,
} from "./backtest_data";
import { parseAmount, plainAmount, risks, unitOf } from "./format";
import { inputText, parseValue, PolicyField, policyFields, valueText } from "./policy_fields";
import { seasonName } from "./record_data";

/** An override of the staking policy: empty is the default. */
export interface Override extends PolicyField {
  key: keyof BacktestSettings;
  hint: string;
}

const overrideOf = (key: keyof BacktestSettings, policyName: string, label: string): Override => {
  const field = policyFields.find(({ name }) => name === policyName);
  if (!field) throw new Error(`no staking setting is called ${policyName}`);
  return { ...field, key, label, initial: null, hint: `default ${valueText(field, field.initial)}` };
};

export const overrides: readonly Override[] = [
  { ...overrideOf("min_edge", "min_edge_best_of_many", "Edge from"), hint: "default 4%" },
  overrideOf("min_odds", "min_odds", "Odds from"),
  overrideOf("max_odds", "max_odds", "Odds below"),
  overrideOf("max_per_bet", "max_per_bet", "At most per bet"),
  overrideOf("max_per_match", "max_per_match", "At most per match"),
  overrideOf("max_per_day", "max_per_day", "At most per day"),
  { ...overrideOf("kelly_fraction", "kelly_medium", "Part of Kelly"), hint: "default: the risk level’s" },
  overrideOf("model_weight", "model_weight", "Weight of the forecast"),
  overrideOf("max_best_to_average", "max_best_to_average", "Best price at most"),
];

/** A list such as "1, 2.5, 4" read one by one; `wrong` says what is not a value. */
export function parseList(field: PolicyField, text: string): { values: number[] } | { wrong: string } {
  const values: number[] = [];
  for (const piece of text.split(/[;\s]+|,\s+|,(?=\d+$)/).filter((one) => one !== "")) {
    const read = parseValue(field, piece);
    if ("wrong" in read) return { wrong: `“${piece}”: ${read.wrong}` };
    if (typeof read.value === "number") values.push(read.value);
  }
  return { values };
}

export const listText = (field: PolicyField, values: readonly number[] | undefined): string =>
  (values ?? []).map((value) => inputText(field, value)).join(", ");

/** Money as typed, or null when it is none; empty is the default. */
export function parseMoney(text: string, currency: string): string | undefined | null {
  return text.trim() === "" ? undefined : parseAmount(text, currency);
}

export const moneyText = (minorUnits: string | undefined, currency: string): string =>
  minorUnits === undefined || minorUnits === "0" ? "" : plainAmount(minorUnits, currency);

const forecasterNames: Record<string, string> = {
  with_odds: "With odds (served)",
  past_odds: "With past odds (served)",
  no_odds: "Without odds (served)",
  market: "Market average",
  pinnacle: "Pinnacle’s line",
  base_rate: "Base rate",
};

export const forecasterName = (forecaster: string): string =>
  forecasterNames[forecaster] ?? forecaster.replace(/[._]/g, " ");

/** The forecasters that one can bet on: the served ones first; the closing line is not known then. */
export function forecastersOf(models: readonly string[]): string[] {
  const known = Object.keys(forecasterNames);
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  return [...new Set(models)]
    .filter((name) => name !== "closing")
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** One line: what was bet on, at which prices, how boldly, and what else was asked for. */
export function describe(settings: BacktestSettings): string {
  const risk = risks.find(({ value }) => value === settings.risk)?.name.toLowerCase() ?? "medium";
  const source =
    settings.price_source === "PRICE_SOURCE_BOOKMAKER"
      ? `at ${settings.bookmaker_code ?? ""}’s price`
      : `at ${sourceName(settings.price_source)}`;
  const first = settings.first_season_start ?? 0;
  const last = settings.last_season_start ?? 0;
  const seasons =
    first || last
      ? `${first ? seasonName(first) : "the first season"} to ${last ? seasonName(last) : "the last"}`
      : "all seasons";
  const codes = settings.competition_codes ?? [];
  const variants = variantCount(settings);
  return [
    forecasterName(settings.forecaster || "with_odds"),
    source,
    `${risk} risk`,
    seasons,
    codes.length ? codes.join(" ") : "all competitions",
    ...overrides.flatMap((field) => {
      const value = settings[field.key];
      return typeof value === "number"
        ? [`${field.label.toLowerCase()} ${valueText(field, value)}`]
        : [];
    }),
    ...(settings.commission ? [`commission ${(settings.commission * 100).toFixed(1)}%`] : []),
    ...(Number(settings.max_stake_minor_units ?? 0) > 0
      ? [`stakes up to ${moneyText(settings.max_stake_minor_units, settings.currency ?? "")}`]
      : []),
    ...(variants > 1 ? [`${variants} variants`] : []),
  ].join(" · ");
}

export const priceSources: ReadonlyArray<{ value: PriceSource; name: string }> = [
  { value: "PRICE_SOURCE_BEST", name: "Best of all bookmakers" },
  { value: "PRICE_SOURCE_AVERAGE", name: "Average of all" },
  { value: "PRICE_SOURCE_BOOKMAKER", name: "One bookmaker’s" },
];

/** In which a backtest's amounts are: without one they count hundredths of nothing in particular. */
export const currencyOf = (backtest: { settings: BacktestSettings }, own: string): string =>
  backtest.settings.currency || (unitOf(own) === 100 ? own : "");

/** Settings of an earlier backtest for a new one: amounts of another currency are left out. */
export function settingsIn(settings: BacktestSettings, currency: string): BacktestSettings {
  if (currencyOf({ settings }, currency) === currency) return settings;
  const { bankroll_minor_units: _bankroll, max_stake_minor_units: _stake, currency: _currency, ...rest } = settings;
  return rest;
}
