// The REST calls of bets, money and limits, and the JSON they carry, as protos/fairline/accounts/v1
// declares it.

import type { Api } from "./api";
import type { Market, Outcome } from "./types";

export type BetResult =
  | "BET_RESULT_UNSPECIFIED"
  | "BET_RESULT_WIN"
  | "BET_RESULT_HALF_WIN"
  | "BET_RESULT_VOID"
  | "BET_RESULT_HALF_LOSS"
  | "BET_RESULT_LOSS"
  | "BET_RESULT_CANCELLED";

export interface NewBet {
  match_id: string;
  market: Market;
  outcome: Outcome;
  line_quarters: number;
  side: "BET_SIDE_BACK" | "BET_SIDE_LAY";
  bookmaker: string;
  odds: number;
  stake_minor_units: string;
  commission_basis_points: number;
  note: string;
  model_version?: number;
  probability?: number;
}

export interface Bet extends NewBet {
  bet_id: string;
  /** "2026-01-30" */
  match_date: string;
  kickoff_time?: string;
  competition_name: string;
  home_team: string;
  away_team: string;
  /** What it can lose: the stake, of a lay the liability. */
  exposure_minor_units: string;
  logged_afterwards: boolean;
  /** UNSPECIFIED while it is open. */
  result: BetResult;
  returned_minor_units: string;
  home_score?: number;
  away_score?: number;
  closing_line_value?: number;
  closing_fair_odds?: number;
  closing_source: string;
}

export interface Streak {
  bets: string;
  profit_minor_units: string;
}

export interface BetRecord {
  label: string;
  won: string;
  lost: string;
  voided: string;
  turnover_minor_units: string;
  profit_minor_units: string;
  yield: number;
  /** Absent with bets in fewer than eight weeks. */
  yield_low?: number;
  yield_high?: number;
  hit_rate: number;
  closing_line_bets: string;
  mean_closing_line_value: number;
  longest_winning_streak: Streak;
  longest_losing_streak: Streak;
}

export interface BetStatistics {
  overall: BetRecord;
  by_competition: BetRecord[];
  by_bookmaker: BetRecord[];
  by_market: BetRecord[];
  by_odds: BetRecord[];
  by_month: BetRecord[];
  open_bets: string;
  open_exposure_minor_units: string;
  logged_afterwards: string;
  closing_line: string;
  notice: string;
}

export interface CurvePoint {
  date: string;
  equity_minor_units: string;
  profit_minor_units: string;
  drawdown_minor_units: string;
}

export interface Curve {
  points: CurvePoint[];
  max_drawdown_minor_units: string;
  max_drawdown: number;
}

export type LimitKind = "LIMIT_KIND_DEPOSIT" | "LIMIT_KIND_STAKE" | "LIMIT_KIND_LOSS";
export type LimitPeriod = "LIMIT_PERIOD_DAY" | "LIMIT_PERIOD_WEEK" | "LIMIT_PERIOD_MONTH";

export interface Limit {
  kind: LimitKind;
  period: LimitPeriod;
  /** Absent when there is none. */
  amount_minor_units?: string;
  used_minor_units: string;
  /** Of a higher limit still to come; without an amount there will be none. */
  next_time?: string;
  next_amount_minor_units?: string;
}

export type BetStateFilter = "BET_STATE_UNSPECIFIED" | "BET_STATE_OPEN" | "BET_STATE_SETTLED";

/** What became of a file. */
export interface Imported {
  bets_added: string;
  already_imported: boolean;
  bets_logged_before: string;
  /** Where the file says otherwise than a bet was settled, by line and column. */
  contradictions: string[];
}

/** A settlement that the owner decides: a result, or the score that the bet goes by. */
export interface ByHand {
  result: BetResult;
  home_score?: number;
  away_score?: number;
  reason: string;
}

export class Ledger {
  constructor(private readonly api: Api) {}

  /** `key` stays the same while one bet is tried again, so that it is made once. */
  async place(bet: NewBet, key: string): Promise<{ bet: Bet; notice: string }> {
    return this.api.call("POST", "/v1/bets", { request_id: key, ...bet });
  }

  async cancel(betId: string): Promise<void> {
    await this.api.call("POST", `/v1/bets/${encodeURIComponent(betId)}:cancel`, {});
  }

  /** By result or, with UNSPECIFIED, by score. `key` stays the same while one is tried again. */
  async settle(betId: string, how: ByHand, key: string): Promise<void> {
    await this.api.call("POST", `/v1/bets/${encodeURIComponent(betId)}/settlement`, { request_id: key, ...how });
  }

  async bets(
    state: BetStateFilter,
    pageToken: string,
    signal: AbortSignal,
  ): Promise<{ bets: Bet[]; next_page_token: string }> {
    const query = new URLSearchParams({ page_size: "50", state });
    if (pageToken) query.set("page_token", pageToken);
    return this.api.call("GET", `/v1/bets?${query}`, undefined, signal);
  }

  async statistics(signal: AbortSignal): Promise<BetStatistics> {
    return this.api.call("GET", "/v1/bets/statistics", undefined, signal);
  }

  async curve(signal: AbortSignal): Promise<Curve> {
    return this.api.call("GET", "/v1/bankroll/curve", undefined, signal);
  }

  async exportCsv(): Promise<string> {
    return this.api.text("GET", "/v1/bets/export");
  }

  async importCsv(text: string): Promise<Imported> {
    return JSON.parse(await this.api.text("POST", "/v1/bets/import", text)) as Imported;
  }

  async move(way: "deposits" | "withdrawals", amount: string, key: string): Promise<void> {
    const body = { request_id: key, amount_minor_units: amount };
    await this.api.call("POST", `/v1/account/${way}`, body);
  }

  async limits(): Promise<Limit[]> {
    return (await this.api.call<{ limits: Limit[] }>("GET", "/v1/account/limits")).limits;
  }

  /** Without an amount the limit is taken away. */
  async setLimit(kind: LimitKind, period: LimitPeriod, amount?: string): Promise<void> {
    const body = { kind, period, ...(amount === undefined ? {} : { amount_minor_units: amount }) };
    await this.api.call("POST", "/v1/account/limits", body);
  }

  /** Without days for good. */
  async exclude(days?: number): Promise<void> {
    const body = days === undefined ? { permanent: true } : { days };
    await this.api.call("POST", "/v1/account/self-exclusion", body);
  }
}
