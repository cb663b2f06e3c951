// What is known of the markets: the table of libs/domain/market.cpp, which the build writes.

import { markets, outcomeLabels } from "./generated/markets";
import type { Market, MarketRow, Outcome } from "./generated/markets";

export { markets, outcomeLabels };
export type { Market, MarketRow, Outcome };

const rows = new Map(markets.map((row): [Market, MarketRow] => [row.market, row]));

export function marketRow(market: Market): MarketRow {
  const row = rows.get(market);
  if (!row) throw new Error(`there is no market ${market}`);
  return row;
}

/** "Asian handicap"; "Other" for one that this page does not know. */
export const marketLabel = (market: Market): string => rows.get(market)?.label ?? "Other";
