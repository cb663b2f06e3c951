// The JSON of the REST routes this page uses, as protos/fairline/*/v1 declare them: int64 are
// strings, money is in minor units, absent messages are missing, everything else is present.

import type { Market, Outcome } from "./markets";

export type { Market, Outcome };

export type Risk = "RISK_LOW" | "RISK_MEDIUM" | "RISK_HIGH";

export interface Account {
  username: string;
  /** 0 free, 1 premium, 9 admin. */
  role: number;
  risk: Risk;
  bankroll_minor_units: string;
  /** ISO 4217 code. */
  currency: string;
  /** Its code is none of ISO 4217's: no new bets until it is named. */
  currency_unknown?: boolean;
  /** What open bets can still lose; it is not in the bankroll. */
  open_exposure_minor_units: string;
  /** Absent unless the account has excluded itself; the year 9999 means for good. */
  excluded_until_time?: string;
}

export interface OutcomeProbability {
  outcome: Outcome;
  probability: number;
  fair_odds: number;
}

export interface Forecast {
  match_id: string;
  competition_code: string;
  competition_name: string;
  /** "2026-01-30", in the source's calendar. */
  match_date: string;
  kickoff_time?: string;
  home_team: string;
  away_team: string;
  outcomes: OutcomeProbability[];
  /** with_odds, past_odds or no_odds. */
  model: string;
  model_version: number;
  /** Empty without odds. */
  market_outcomes: OutcomeProbability[];
  as_of_time?: string;
  /** In the market's order; empty when the model does not say. */
  uncertainty: OutcomeUncertainty[];
  /** In answers about one match, when the model is a pool. */
  members: Member[];
  /** Since when the list of coming matches leaves out the whole competition. */
  not_offered_time?: string;
}

export interface OutcomeUncertainty {
  outcome: Outcome;
  standard_deviation: number;
  /** The interval that holds the probability in four cases of five. */
  low: number;
  high: number;
}

export interface Member {
  name: string;
  weight: number;
  outcomes: OutcomeProbability[];
}

export interface FeatureValue {
  name: string;
  meaning: string;
  unit: string;
  block: string;
  /** Absent when it is not known of this match. */
  value?: number;
}

export interface Contribution {
  feature: FeatureValue;
  /** Added to the logarithm of each outcome's probability. */
  log_odds: number[];
}

export interface Explanation {
  base_rate: OutcomeProbability[];
  contributions: Contribution[];
  rest_log_odds: number[];
  features: FeatureValue[];
}

export interface BetPrice {
  outcome: Outcome;
  win: number;
  half_win: number;
  push: number;
  half_loss: number;
  loss: number;
  /** 0 when nothing can be won or nothing lost. */
  fair_odds: number;
  /** 0 without odds, and for accounts that do not see prices. */
  best_odds: number;
  bookmaker_name: string;
  bookmaker_code: string;
  edge: number;
}

export interface MarketPrices {
  market: Market;
  line_quarters: number;
  bets: BetPrice[];
  anchored: boolean;
  no_stake_explanation: string;
}

export interface ScoreProbability {
  home_goals: number;
  away_goals: number;
  probability: number;
  fair_odds: number;
}

export interface Markets {
  markets: MarketPrices[];
  correct_scores: ScoreProbability[];
  grid: { max_goals: number; probabilities: number[]; beyond: number };
  expected_home_goals: number;
  expected_away_goals: number;
  basis: string;
}

export interface OutcomeAdvice {
  outcome: Outcome;
  probability: number;
  fair_odds: number;
  /** 0 without odds. */
  best_odds: number;
  bookmaker_name: string;
  bookmaker_code: string;
  capture_time?: string;
  edge: number;
  stake_fraction: number;
  stake_minor_units: string;
  explanation: string;
}

export interface MatchAdvice {
  forecast: Forecast;
  outcomes: OutcomeAdvice[];
  has_bet: boolean;
  summary: string;
}

/** A match as the list shows it: advice is there for premium accounts only. */
export interface ListedMatch {
  forecast: Forecast;
  advice?: MatchAdvice;
}

export interface Progress {
  activity: string;
  done: string;
  /** "0" when not known yet. */
  total: string;
}

export type RunState =
  | "RUN_STATE_QUEUED"
  | "RUN_STATE_RUNNING"
  | "RUN_STATE_SUCCEEDED"
  | "RUN_STATE_FAILED"
  | "RUN_STATE_CANCELLED";

export type StageState =
  | "STAGE_STATE_WAITING"
  | "STAGE_STATE_RUNNING"
  | "STAGE_STATE_SUCCEEDED"
  | "STAGE_STATE_FAILED"
  | "STAGE_STATE_SKIPPED";

export interface Stage {
  name: string;
  state: StageState;
  attempts: number;
  progress?: Progress;
  message: string;
  /** What a stage that succeeded did not do whole. */
  warnings: string[];
}

export interface Run {
  run_id: string;
  state: RunState;
  stages: Stage[];
  create_time?: string;
  end_time?: string;
  error: string;
  /** Of all its stages. */
  warnings: number;
}
