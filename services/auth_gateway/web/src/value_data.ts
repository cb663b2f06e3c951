// The REST call of the value list, and the JSON it carries, as
// protos/fairline/prediction/v1/prediction.proto declares it.

import type { Api } from "./api";
import { marketRow } from "./markets";
import type { Market, Outcome } from "./types";

export interface ValueMatch {
  match_id: string;
  competition_code: string;
  match_date: string;
  kickoff_time?: string;
  home_team: string;
  away_team: string;
}

export type PriceFlag = "PRICE_FLAG_UNSPECIFIED" | "PRICE_FLAG_STALE" | "PRICE_FLAG_SUSPICIOUS";

export interface ValuePrice {
  match: ValueMatch;
  market: Market;
  line_quarters: number;
  outcome: Outcome;
  bookmaker_code: string;
  bookmaker_name: string;
  odds: number;
  /** Of net winnings; exchanges only. */
  commission: number;
  capture_time?: string;
  age_minutes?: number;
  flag: PriceFlag;
  /** 0 when nothing can be won or nothing lost. */
  fair_odds: number;
  /** Expected profit per unit staked, after commission. */
  edge: number;
  /** With a usable price of the outcome, and the median of those. */
  bookmakers: number;
  median_odds: number;
  /** The forecast starts from prices; others are listed only when asked for. */
  anchored: boolean;
  in_arbitrage: boolean;
}

/** Whether the winner alone settles it, rather than goals. */
export const isOnWinner = ({ market }: ValuePrice): boolean => marketRow(market).onWinner;

export interface LockingStake {
  outcome: Outcome;
  bookmaker_code: string;
  bookmaker_name: string;
  odds: number;
  commission: number;
  /** Of all the money staked; they sum to 1. */
  stake_share: number;
}

export interface Arbitrage {
  match: ValueMatch;
  market: Market;
  line_quarters: number;
  stakes: LockingStake[];
  profit: number;
  least_profit: number;
  suspicious: boolean;
  explanation: string;
}

export interface ValueList {
  prices: ValuePrice[];
  arbitrages: Arbitrage[];
  note: string;
}

/** The whole list of prices above fair, the largest edge first. */
export async function valueList(
  api: Api,
  exchangeCommission: number,
  signal: AbortSignal,
): Promise<ValueList> {
  const list: ValueList = { prices: [], arbitrages: [], note: "" };
  let pageToken = "";
  do {
    const query = new URLSearchParams({
      page_size: "500",
      exchange_commission: String(exchangeCommission),
    });
    if (pageToken) query.set("page_token", pageToken);
    const page = await api.call<ValueList & { next_page_token: string }>(
      "GET", `/v1/value?${query}`, undefined, signal);
    list.prices.push(...page.prices);
    list.arbitrages = page.arbitrages;
    list.note = page.note;
    pageToken = page.next_page_token;
  } while (pageToken);
  return list;
}

/** Names by code. */
export async function competitionNames(
  api: Api,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const all = await api.pages<{ code: string; name: string }>(
    "/v1/competitions", "competitions", signal);
  return new Map(all.map(({ code, name }) => [code, name]));
}

export interface ValueFilter {
  /** A competition's code; empty means all. */
  competition: string;
  /** Empty means all. */
  market: Market | "";
  minEdge: number;
  /** Leaves out flagged prices. */
  onlyUsable: boolean;
}

export function shownPrices(prices: readonly ValuePrice[], filter: ValueFilter): ValuePrice[] {
  return prices.filter(
    (price) =>
      (!filter.competition || price.match.competition_code === filter.competition) &&
      (!filter.market || price.market === filter.market) &&
      price.edge >= filter.minEdge &&
      (!filter.onlyUsable || price.flag === "PRICE_FLAG_UNSPECIFIED"),
  );
}

export function shownArbitrages(all: readonly Arbitrage[], filter: ValueFilter): Arbitrage[] {
  return all.filter(
    (one) =>
      (!filter.competition || one.match.competition_code === filter.competition) &&
      (!filter.market || one.market === filter.market) &&
      (!filter.onlyUsable || !one.suspicious),
  );
}

/** What speaks against a price, in words; empty when nothing does. */
export function flagReason(price: ValuePrice): string {
  if (price.flag === "PRICE_FLAG_STALE") return "older than the staking policy allows";
  if (price.flag !== "PRICE_FLAG_SUSPICIOUS") return "";
  const times = price.median_odds > 0 ? price.odds / price.median_odds : 0;
  return times > 0
    ? `${times.toFixed(1)} times the median of ${price.bookmakers} other books: more often a mistake than a gift`
    : "far above the other books: more often a mistake than a gift";
}

/** "just now", "12 min", "5 h", "3 days". */
export function ageText(minutes: number | undefined): string {
  if (minutes === undefined) return "not known";
  if (minutes < 1) return "just now";
  if (minutes < 90) return `${Math.round(minutes)} min`;
  if (minutes < 36 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} days`;
}
