// The score grid as a heat map, with the markets that follow from it beside.

import { h } from "./dom";
import { lineText, mainMarkets, returnedText } from "./explain";
import { odds, outcomeName, percent, signedPercent } from "./format";
import { marketLabel } from "./markets";
import type { BetPrice, Forecast, Market, MarketPrices, Markets, ScoreProbability } from "./types";

const shownGoals = 5;
const shownScores = 6;
const heatLevels = 9;

export function goalMarkets(forecast: Forecast, markets: Markets): HTMLElement {
  return h(
    "div",
    { class: "goals" },
    h(
      "section",
      { class: "grid" },
      h("h5", {}, "Every score"),
      h(
        "p",
        {},
        `${forecast.home_team} ${markets.expected_home_goals.toFixed(2)} goals on average, ` +
          `${forecast.away_team} ${markets.expected_away_goals.toFixed(2)}.`,
      ),
      heatMap(forecast, markets),
      h("p", { class: "basis" }, `From ${markets.basis}.`),
      marketTable("Correct score", markets.correct_scores.slice(0, shownScores).map(scoreRow), "scores"),
    ),
    h(
      "section",
      { class: "markets" },
      h("h5", {}, "Markets"),
      h("p", {}, "Probability and fair odds by these scores. ", whyNoStake(markets)),
      h("div", { class: "tables" }, ...marketTables(forecast, markets)),
    ),
  );
}

/** Said once, of the markets that rest on goals; where nothing is quoted there is nothing to stake. */
function whyNoStake({ markets }: Markets): string {
  const quoted = markets.find(
    ({ bets, no_stake_explanation }) =>
      no_stake_explanation && bets.some(({ best_odds }) => best_odds > 0),
  );
  return quoted?.no_stake_explanation ?? "";
}

function heatMap(forecast: Forecast, { grid }: Markets): HTMLElement {
  const size = grid.max_goals + 1;
  const goals = Array.from({ length: Math.min(shownGoals, grid.max_goals) + 1 }, (_, index) => index);
  const at = (home: number, away: number) => grid.probabilities[home * size + away] ?? 0;
  const shown = goals.flatMap((home) => goals.map((away) => at(home, away)));
  const highest = Math.max(...shown);
  const beyond = 1 - shown.reduce((a, b) => a + b, 0);
  return h(
    "table",
    { class: "heat" },
    h(
      "caption",
      {},
      `Probability of each score in per cent: ${forecast.home_team}’s goals down, ` +
        `${forecast.away_team}’s across. All others together ${percent(Math.max(beyond, 0), 1)}.`,
    ),
    h(
      "thead",
      {},
      h("tr", {}, h("td", {}), ...goals.map((away) => h("th", { scope: "col" }, String(away)))),
    ),
    h(
      "tbody",
      {},
      ...goals.map((home) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, String(home)),
          ...goals.map((away) => {
            const side = home > away ? "home" : home === away ? "draw" : "away";
            const level = Math.round((at(home, away) / highest) * heatLevels);
            return h("td", { class: `${side} heat-${level}` }, (at(home, away) * 100).toFixed(1));
          }),
        ),
      ),
    ),
  );
}

/** One small table a market: its bets with probability, fair odds and, where quoted, best price. */
function marketTables(forecast: Forecast, markets: Markets): HTMLElement[] {
  const groups = new Map<Market, MarketPrices[]>();
  for (const sheet of mainMarkets(markets)) {
    const group = groups.get(sheet.market);
    if (group) group.push(sheet);
    else groups.set(sheet.market, [sheet]);
  }
  return [...groups].map(([market, sheets]) =>
    marketTable(
      groupName(market, forecast),
      sheets.flatMap((sheet) => sheet.bets.map((bet) => betRow(bet, sheet, forecast))),
    ),
  );
}

function marketTable(name: string, rows: HTMLElement[], className?: string): HTMLElement {
  return h(
    "table",
    { class: className },
    h("caption", {}, name),
    h(
      "thead",
      { class: "visually-hidden" },
      h("tr", {}, ...["Bet", "Probability", "Fair odds"].map((head) => h("th", { scope: "col" }, head))),
    ),
    h("tbody", {}, ...rows),
  );
}

function groupName(market: Market, forecast: Forecast): string {
  if (market === "MARKET_HOME_TOTAL") return `Goals of ${forecast.home_team}`;
  if (market === "MARKET_AWAY_TOTAL") return `Goals of ${forecast.away_team}`;
  return marketLabel(market);
}

function betRow(bet: BetPrice, sheet: MarketPrices, forecast: Forecast): HTMLElement {
  const returned = bet.half_win + bet.push + bet.half_loss > 0;
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      betName(bet, sheet, forecast),
      returned ? h("small", {}, returnedText(bet)) : null,
      bet.best_odds > 0
        ? h(
            "small",
            { class: "quoted" },
            `${odds(bet.best_odds)} ${bet.bookmaker_name || bet.bookmaker_code}, ` +
              `edge ${signedPercent(bet.edge)}`,
          )
        : null,
    ),
    h("td", {}, percent(bet.win, 1)),
    h("td", {}, bet.fair_odds ? odds(bet.fair_odds) : "–"),
  );
}

function scoreRow({ home_goals, away_goals, probability, fair_odds }: ScoreProbability): HTMLElement {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, `${home_goals}–${away_goals}`),
    h("td", {}, percent(probability, 1)),
    h("td", {}, odds(fair_odds)),
  );
}

function betName(bet: BetPrice, sheet: MarketPrices, { home_team, away_team }: Forecast): string {
  const name = outcomeName(bet.outcome, home_team, away_team);
  switch (sheet.market) {
    case "MARKET_TOTAL":
    case "MARKET_HOME_TOTAL":
    case "MARKET_AWAY_TOTAL":
      return `${name} ${lineText(sheet.line_quarters)}`;
    case "MARKET_ASIAN_HANDICAP": {
      const given = bet.outcome === "OUTCOME_HOME" ? sheet.line_quarters : -sheet.line_quarters;
      return `${name} ${lineText(given, true)}`;
    }
    default:
      return name;
  }
}
