// The REST calls of the public record, and the JSON they carry, as
// protos/fairline/prediction/v1/record.proto declares it.

import type { Api } from "./api";
import type { RecordLine, Seal } from "./chain";
import type { Interval } from "./interval_plot";
import type { ReliabilityBin } from "./reliability";

export interface Comparison {
  /** base_rate, market or closing. */
  reference: string;
  matches: string;
  log_loss: Interval;
  rps: Interval;
  brier: Interval;
}

export interface Skill {
  /** with_odds, past_odds or no_odds; empty is all together. */
  information: string;
  matches: string;
  log_loss: number;
  rps: number;
  brier: number;
  accuracy: number;
  calibration_error: number;
  calibration_slope: number;
  against: Comparison[];
  reliability: ReliabilityBin[];
}

export interface RecordedBets {
  bets: string;
  won: string;
  yield?: Interval;
  claimed_edge: number;
  closing_line_value?: Interval;
  with_closing_line: string;
}

export interface RecordedMonth {
  /** "2026-01" */
  month: string;
  matches: string;
  log_loss: number;
  market_log_loss?: number;
  bets: string;
  profit: number;
}

export interface TrackRecord {
  matches: string;
  skills: Skill[];
  bets: RecordedBets;
  months: RecordedMonth[];
  hindsight_matches: string;
  verdict: string[];
}

export interface ScoredForecast {
  match_id: string;
  competition: string;
  match_date: string;
  home_team: string;
  away_team: string;
  home_score: number;
  away_score: number;
  revision: number;
  information: string;
  model_version: number;
  /** Home, draw, away; home, away where there is no draw. */
  probabilities: number[];
  market_probabilities: number[];
  closing_probabilities: number[];
  closing_source: string;
  /** Position of what happened. */
  result: number;
  seal_time?: string;
  bets: Array<{
    outcome: number;
    bookmaker_code: string;
    price: number;
    edge: number;
    stakes: number[];
    won: boolean;
  }>;
  hindsight: boolean;
}

export interface Competition {
  code: string;
  sport: string;
  name: string;
  current_season: string;
}

export interface RecordFilter {
  competition: string;
  information: string;
  /** Start year of a season, "2025"; empty means all. */
  season: string;
}

/** A season is taken to begin on 1 July, between the seasons of every sport here. */
export function daysOfSeason(season: string): { from_date: string; to_date: string } {
  return season === ""
    ? { from_date: "", to_date: "" }
    : { from_date: `${season}-07-01`, to_date: `${Number(season) + 1}-06-30` };
}

/** Start years of the seasons in which there are months, the newest first. */
export function seasonsOf(months: ReadonlyArray<{ month: string }>): string[] {
  const years = months.map(({ month }) => {
    const year = Number(month.slice(0, 4));
    return String(Number(month.slice(5, 7)) >= 7 ? year : year - 1);
  });
  return [...new Set(years)].sort().reverse();
}

/** "2025" to "2025–26". */
export function seasonName(start: string | number): string {
  return `${start}–${String((Number(start) + 1) % 100).padStart(2, "0")}`;
}

export class PublicRecord {
  constructor(
    private readonly api: Api,
    private readonly signal: AbortSignal,
  ) {}

  async trackRecord(filter: RecordFilter): Promise<TrackRecord> {
    return this.api.call("GET", `/v1/record?${queryOf(filter)}`, undefined, this.signal);
  }

  async forecasts(
    filter: RecordFilter,
    pageToken: string,
  ): Promise<{ forecasts: ScoredForecast[]; next_page_token: string }> {
    const query = queryOf(filter);
    query.set("page_size", "12");
    if (pageToken) query.set("page_token", pageToken);
    return this.api.call("GET", `/v1/record/forecasts?${query}`, undefined, this.signal);
  }

  async seals(): Promise<Seal[]> {
    return this.api.pages("/v1/record/seals", "seals", this.signal);
  }

  async lines(day: string): Promise<RecordLine[]> {
    return this.api.pages(`/v1/record/seals/${encodeURIComponent(day)}/lines`, "lines", this.signal);
  }

  async competitions(): Promise<Competition[]> {
    return this.api.pages("/v1/competitions", "competitions", this.signal);
  }
}

function queryOf(filter: RecordFilter): URLSearchParams {
  const query = new URLSearchParams();
  const { competition, information, season } = filter;
  for (const [name, value] of Object.entries({ competition, information, ...daysOfSeason(season) })) {
    if (value) query.set(name, value);
  }
  return query;
}
