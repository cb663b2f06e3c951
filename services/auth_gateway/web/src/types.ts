// The JSON of the REST routes this page uses, as protos/fairline/*/v1 declare them: int64 are
// strings, money is in minor units, absent messages are missing, everything else is present.

export type Risk = "RISK_LOW" | "RISK_MEDIUM" | "RISK_HIGH";

export type Outcome =
  | "OUTCOME_HOME"
  | "OUTCOME_DRAW"
  | "OUTCOME_AWAY"
  | "OUTCOME_OVER"
  | "OUTCOME_UNDER"
  | "OUTCOME_YES"
  | "OUTCOME_NO";

export interface Account {
  username: string;
  /** 0 free, 1 premium, 9 admin. */
  role: number;
  risk: Risk;
  bankroll_minor_units: string;
  /** ISO 4217 code. */
  currency: string;
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
  /** with_odds or no_odds. */
  model: string;
  model_version: number;
  /** Empty without odds. */
  market_outcomes: OutcomeProbability[];
  as_of_time?: string;
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
}

export interface Run {
  run_id: string;
  state: RunState;
  stages: Stage[];
  create_time?: string;
  end_time?: string;
  error: string;
}
