// The list of coming matches, by day and competition.

import { probabilityBar } from "./bar";
import { Child, h } from "./dom";
import { logButton } from "./log_bet";
import {
  clock,
  dayOf,
  dayParts,
  moment,
  money,
  odds,
  outcomeName,
  percent,
  signedPercent,
} from "./format";
import type { Forecast, ListedMatch, MatchAdvice, OutcomeAdvice } from "./types";

export interface Filter {
  /** A competition's code; empty means all. */
  competition: string;
  onlyBets: boolean;
}

export function filtered(matches: ListedMatch[], filter: Filter): ListedMatch[] {
  return matches.filter(
    ({ forecast, advice }) =>
      (!filter.competition || forecast.competition_code === filter.competition) &&
      (!filter.onlyBets || advice?.has_bet === true),
  );
}

/** Code and name of the competitions that occur, by name. */
export function competitionsOf(matches: ListedMatch[]): Array<[string, string]> {
  const names = new Map<string, string>();
  for (const { forecast } of matches) names.set(forecast.competition_code, forecast.competition_name);
  return [...names].sort((a, b) => a[1].localeCompare(b[1]));
}

/** "As of 30 January 2026, 09:00 · model version 3". */
export function provenance(matches: ListedMatch[]): string {
  const versions = new Set(matches.map(({ forecast }) => forecast.model_version));
  const times = matches.flatMap(({ forecast }) => forecast.as_of_time ?? []).sort();
  const latest = times[times.length - 1];
  const versionText = [...versions].sort((a, b) => a - b).join(", ");
  return `${latest ? `As of ${moment(latest)} · ` : ""}model version ${versionText}`;
}

/** Makes what opens below a match on request; null for those who may not ask. */
export type Detail = ((match: ListedMatch) => HTMLElement) | null;

/** One section a day, in it one list a competition. */
export function matchList(
  matches: ListedMatch[],
  currency: string | null,
  detail: Detail,
): HTMLElement[] {
  const days = groupBy(matches, ({ forecast }) =>
    dayOf(forecast.match_date, forecast.kickoff_time),
  );
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, ofDay]) =>
    daySection(day, ofDay, (match) => matchItem(match, currency, detail)),
  );
}

function daySection(
  day: string,
  matches: ListedMatch[],
  item: (match: ListedMatch) => HTMLElement,
): HTMLElement {
  const { weekday, number, month } = dayParts(day);
  const competitions = [...groupBy(matches, ({ forecast }) => forecast.competition_name)].sort(
    ([a], [b]) => a.localeCompare(b),
  );
  return h(
    "section",
    { class: "day", "aria-labelledby": `day-${day}` },
    h(
      "h2",
      { id: `day-${day}` },
      h("span", { class: "weekday" }, weekday, " "),
      h("span", { class: "number" }, number, " "),
      h("span", { class: "month" }, month),
    ),
    h(
      "div",
      { class: "competitions" },
      ...competitions.map(([name, list]) =>
        h(
          "section",
          { class: "competition" },
          h("h3", {}, name),
          h("ul", {}, ...list.map(item)),
        ),
      ),
    ),
  );
}

function matchItem(match: ListedMatch, currency: string | null, detail: Detail): HTMLElement {
  const { forecast, advice } = match;
  const why = detail
    ? disclosure("Why this forecast", `detail-${forecast.match_id}`, "detail", forecast, () => [
        detail(match),
      ])
    : null;
  return h(
    "li",
    { class: advice?.has_bet ? "match with-bet" : "match" },
    forecast.kickoff_time
      ? h("time", { datetime: forecast.kickoff_time }, clock(forecast.kickoff_time))
      : h("span", { class: "no-time", title: "The source gives no time" }, "–"),
    h(
      "h4",
      {},
      h("span", {}, forecast.home_team),
      h("span", { class: "versus" }, " – "),
      h("span", {}, forecast.away_team),
    ),
    h("div", { class: "forecast" }, probabilityBar(forecast), shares(forecast), why?.button),
    forecast.not_offered_time && !advice
      ? h("p", { class: "no-bet" }, `Not offered since ${moment(forecast.not_offered_time)}.`)
      : null,
    ...(advice && currency ? verdict(advice, currency) : []),
    why?.content,
  );
}

function shares(forecast: Forecast): HTMLElement {
  const favourite = Math.max(...forecast.outcomes.map(({ probability }) => probability));
  return h(
    "div",
    { class: "shares", "aria-hidden": "true" },  // the bar's label says the same
    ...forecast.outcomes.map(({ outcome, probability }) =>
      h(
        "span",
        { class: probability === favourite ? "favourite" : undefined },
        `${outcomeName(outcome, "Home", "Away")} ${percent(probability)}`,
      ),
    ),
    forecast.model === "no_odds" ? h("span", { class: "note" }, "without odds") : null,
    forecast.model === "past_odds"
      ? h("span", { class: "note" }, "without odds of this match")
      : null,
  );
}

/** What to do about the match, and the table behind it, which opens below on request. */
function verdict(advice: MatchAdvice, currency: string): HTMLElement[] {
  const { forecast } = advice;
  const bets = advice.outcomes.filter(({ stake_fraction }) => stake_fraction > 0);
  const more = disclosure("All outcomes", `outcomes-${forecast.match_id}`, "outcomes", forecast, () =>
    outcomeTable(advice, currency),
  );
  return [
    h(
      "div",
      { class: "verdict" },
      ...(bets.length
        ? bets.map((bet) => betLine(bet, forecast, currency))
        : [h("p", { class: "no-bet" }, advice.summary || "No bet.")]),
      more.button,
    ),
    more.content,
  ];
}

/** A button and what it opens, which is made when it is first asked for: there are many matches. */
function disclosure(
  label: string,
  id: string,
  className: string,
  forecast: Forecast,
  make: () => HTMLElement[],
): { button: HTMLElement; content: HTMLElement } {
  const content = h("div", { id, class: className, hidden: true });
  const opener = h(
    "button",
    { type: "button", class: "more", "aria-expanded": "false", "aria-controls": id },
    label,
    h("span", { class: "visually-hidden" }, ` of ${forecast.home_team} – ${forecast.away_team}`),
  );
  opener.addEventListener("click", () => {
    if (content.childElementCount === 0) content.append(...make());
    content.hidden = !content.hidden;
    opener.setAttribute("aria-expanded", String(!content.hidden));
  });
  return { button: opener, content };
}

function betLine(bet: OutcomeAdvice, forecast: Forecast, currency: string): HTMLElement {
  const name = outcomeName(bet.outcome, forecast.home_team, forecast.away_team);
  const side = bet.outcome === "OUTCOME_DRAW" ? "the draw" : name;
  return h(
    "p",
    { class: "bet" },
    h("strong", {}, `${money(bet.stake_minor_units, currency)} on ${side}`),
    h(
      "span",
      { class: "terms" },
      `at ${odds(bet.best_odds)}, ${bookmaker(bet)} · edge ${signedPercent(bet.edge)}`,
    ),
    logButton(forecast, bet),
  );
}

function outcomeTable(advice: MatchAdvice, currency: string): HTMLElement[] {
  const { forecast } = advice;
  const market = new Map(
    forecast.market_outcomes.map(({ outcome, probability }) => [outcome, probability]),
  );
  const captured = advice.outcomes.flatMap(({ capture_time }) => capture_time ?? []).sort();
  const cell = (name: string, ...content: Child[]) => h("td", { "data-name": name }, ...content);
  const rows = advice.outcomes.map((outcome) => {
    const line = market.get(outcome.outcome);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, outcomeName(outcome.outcome, forecast.home_team, forecast.away_team)),
      cell("Forecast", percent(outcome.probability, 1)),
      cell("Market", line === undefined ? "–" : percent(line, 1)),
      cell("Fair odds", outcome.fair_odds ? odds(outcome.fair_odds) : "–"),
      cell("Best price", outcome.best_odds ? `${odds(outcome.best_odds)} ${bookmaker(outcome)}` : "–"),
      cell("Edge", outcome.best_odds ? signedPercent(outcome.edge) : "–"),
      cell(
        "Stake",
        outcome.stake_fraction > 0
          ? `${money(outcome.stake_minor_units, currency)} (${percent(outcome.stake_fraction, 2)})`
          : outcome.explanation || "no bet",
      ),
    );
  });
  const heads = ["Outcome", "Forecast", "Market", "Fair odds", "Best price", "Edge", "Stake"];
  return [
    h(
      "table",
      {},
      h("caption", { class: "visually-hidden" }, `${forecast.home_team} – ${forecast.away_team}`),
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows),
    ),
    h(
      "p",
      {},
      `${modelText(forecast)}, version ${forecast.model_version}`,
      captured.length ? `; prices of ${moment(captured[captured.length - 1] as string)}.` : ".",
    ),
  ];
}

const modelNames: Record<string, string> = {
  with_odds: "Model that corrects the market’s line",
  past_odds: "Model of ratings, form and the odds of past matches",
  no_odds: "Model of ratings and form alone",
};

export function modelText(forecast: Forecast): string {
  return modelNames[forecast.model] ?? forecast.model;
}

function bookmaker(outcome: OutcomeAdvice): string {
  return outcome.bookmaker_name || outcome.bookmaker_code;
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
