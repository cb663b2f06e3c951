// The REST calls of backtests and walk-forwards, and the JSON they carry, as
// protos/fairline/training/v1 declares it.

import { Api, requestId } from "./api";
import type { Progress, Risk } from "./types";

export type TaskState = "queued" | "running" | "done" | "failed" | "cancelled";

export type PriceSource =
  | "PRICE_SOURCE_UNSPECIFIED"
  | "PRICE_SOURCE_BEST"
  | "PRICE_SOURCE_AVERAGE"
  | "PRICE_SOURCE_BOOKMAKER";

/** What is absent is the server's default. Fractions are parts of 1, money is in minor units. */
export interface BacktestSettings {
  walk_forward_id?: string;
  forecaster?: string;
  price_source?: PriceSource;
  bookmaker_code?: string;
  risk?: Risk | "RISK_UNSPECIFIED";
  bankroll_minor_units?: string;
  /** ISO 4217, of all amounts; absent in backtests that counted in hundredths. */
  currency?: string;
  commission?: number;
  max_stake_minor_units?: string;
  competition_codes?: string[];
  first_season_start?: number;
  last_season_start?: number;
  stake_unanchored?: boolean;
  min_edge?: number;
  min_odds?: number;
  max_odds?: number;
  max_per_bet?: number;
  max_per_match?: number;
  max_per_day?: number;
  kelly_fraction?: number;
  model_weight?: number;
  max_best_to_average?: number;
  sweep_min_edges?: number[];
  sweep_kelly_fractions?: number[];
  sweep_max_odds?: number[];
  sweep_price_sources?: PriceSource[];
}

/** With its 95 % interval; without one when there are too few weeks. */
export interface Estimate {
  value: number;
  low?: number;
  high?: number;
}

export interface BacktestDay {
  date: string;
  bankroll_minor_units: string;
  staked_minor_units: string;
}

export interface BacktestVariant {
  min_edge: number;
  kelly_fraction: number;
  max_odds: number;
  bets: string;
  yield: Estimate;
  log_growth: Estimate;
  max_drawdown: number;
  price_source: PriceSource;
  end_minor_units: string;
  closing_line_value?: Estimate;
  equity: BacktestDay[];
}

export interface BacktestFall {
  depth: number;
  height_date: string;
  lowest_date: string;
  recovered_date: string;
  days: number;
  bets: string;
}

export interface BacktestSlice {
  label: string;
  bets: string;
  staked_minor_units: string;
  profit_minor_units: string;
  yield: Estimate;
  closing_line_value?: number;
  bankroll_return?: number;
  hit_rate: number;
  average_odds: number;
}

export interface BacktestReport {
  verdict: string;
  matches: string;
  priced_matches: string;
  bets: string;
  start_minor_units: string;
  end_minor_units: string;
  staked_minor_units: string;
  yield: Estimate;
  flat_yield: Estimate;
  log_growth: Estimate;
  max_drawdown: number;
  longest_losing_run: string;
  longest_winning_run: string;
  hit_rate: number;
  expected_hit_rate: number;
  closing_line_value?: Estimate;
  closing_bets: string;
  by_edge: Array<{
    from_edge: number;
    to_edge: number;
    bets: string;
    claimed_edge: number;
    realised_edge: Estimate;
    closing_edge?: number;
  }>;
  by_probability: Array<{
    from_probability: number;
    to_probability: number;
    bets: string;
    claimed: number;
    happened: Estimate;
  }>;
  random_yield: Estimate;
  random_as_good: number;
  market_yield: Estimate;
  better_than_market: Estimate;
  equity: BacktestDay[];
  worst_fall?: BacktestFall;
  fall_by_chance?: Estimate;
  average_odds: number;
  average_stake_minor_units: string;
  largest_stake_minor_units: string;
  average_bookmakers: number;
  by_season: BacktestSlice[];
  seasons_in_profit: number;
  by_competition: BacktestSlice[];
  by_bookmaker: BacktestSlice[];
  price_note: string;
  notes: string[];
}

export interface Backtest {
  backtest_id: string;
  state: TaskState;
  progress?: Progress;
  create_time?: string;
  error: string;
  settings: BacktestSettings;
  walk_forward_id: string;
  report?: BacktestReport;
  variants: BacktestVariant[];
  chance_by_luck: number;
  sweep_warning: string;
  best_variant: number;
}

export interface WalkForward {
  walk_forward_id: string;
  sport: string;
  state: TaskState;
  progress?: Progress;
  create_time?: string;
  as_of_time?: string;
  error: string;
  /** One entry a model and season; season_start 0 holds all of them together. */
  evaluations: Array<{ model: string; season_start: number; matches: string }>;
  competition_codes: string[];
}

export const hasEnded = (state: TaskState): boolean => state !== "queued" && state !== "running";

export class Backtests {
  constructor(
    readonly api: Api,
    readonly signal: AbortSignal,
  ) {}

  async list(pageToken: string): Promise<{ backtests: Backtest[]; next_page_token: string }> {
    const query = new URLSearchParams({ page_size: "20" });
    if (pageToken) query.set("page_token", pageToken);
    return this.api.call("GET", `/v1/backtests?${query}`, undefined, this.signal);
  }

  async one(id: string): Promise<Backtest> {
    const path = `/v1/backtests/${encodeURIComponent(id)}`;
    return (await this.api.call<{ backtest: Backtest }>("GET", path, undefined, this.signal)).backtest;
  }

  /** `key` stays the same while one backtest is tried again, so that it is started once. */
  async start(settings: BacktestSettings, key: string): Promise<string> {
    const body = { request_id: key, settings };
    return (await this.api.call<{ backtest_id: string }>("POST", "/v1/backtests", body)).backtest_id;
  }

  async cancel(id: string): Promise<Backtest> {
    const path = `/v1/backtests/${encodeURIComponent(id)}:cancel`;
    return (await this.api.call<{ backtest: Backtest }>("POST", path, {})).backtest;
  }

  async betsCsv(id: string): Promise<string> {
    const path = `/v1/backtests/${encodeURIComponent(id)}/bets`;
    const { csv } = await this.api.call<{ csv: string }>("GET", path);
    return csv;
  }

  /** Newest first, of every sport. */
  async walkForwards(): Promise<WalkForward[]> {
    return this.api.pages<WalkForward>("/v1/walk-forwards", "walk_forwards", this.signal, 100);
  }

  async walkForward(id: string): Promise<WalkForward> {
    const path = `/v1/walk-forwards/${encodeURIComponent(id)}`;
    const answer = await this.api.call<{ walk_forward: WalkForward }>(
      "GET", path, undefined, this.signal);
    return answer.walk_forward;
  }

  /** Of the default sport. */
  async startWalkForward(): Promise<void> {
    await this.api.call("POST", "/v1/walk-forwards", { request_id: requestId() });
  }
}

const sourceNames: Record<PriceSource, string> = {
  PRICE_SOURCE_UNSPECIFIED: "the best price",
  PRICE_SOURCE_BEST: "the best price",
  PRICE_SOURCE_AVERAGE: "the average price",
  PRICE_SOURCE_BOOKMAKER: "one bookmaker’s price",
};

export const sourceName = (source: PriceSource | undefined): string =>
  sourceNames[source ?? "PRICE_SOURCE_UNSPECIFIED"];

/** How many variants a sweep over these settings has; 1 without a sweep. */
export function variantCount(settings: BacktestSettings): number {
  const lengths = [
    settings.sweep_min_edges,
    settings.sweep_kelly_fractions,
    settings.sweep_max_odds,
    settings.sweep_price_sources,
  ].map((values) => Math.max(1, values?.length ?? 0));
  return lengths.reduce((product, length) => product * length, 1);
}
