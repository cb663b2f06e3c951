// Logging a bet: from a line of advice with everything filled in, or by hand.

import { Api, ApiError, requestId } from "./api";
import { field, labelled, openForm } from "./dialog";
import { h, replace } from "./dom";
import { amountExample, odds, outcomeName, parseAmount, plainAmount } from "./format";
import { Ledger } from "./ledger";
import { marketRow, markets } from "./markets";
import type { Account, Forecast, Market, Outcome, OutcomeAdvice } from "./types";

/** Fired by the button on a line of advice; its detail is a LogBetRequest. */
export const logBetEvent = "log-bet";

export interface LogBetRequest {
  /** The matches to choose from. */
  matches: MatchToBetOn[];
  advice?: OutcomeAdvice;
  /** A price that was chosen without advice. */
  bet?: ChosenPrice;
}

type MatchToBetOn = Pick<Forecast, "match_id" | "home_team" | "away_team" | "match_date"> &
  Partial<Pick<Forecast, "model_version">>;

export interface ChosenPrice {
  market: Market;
  outcome: Outcome;
  line_quarters: number;
  odds: number;
  bookmaker: string;
  /** Of net winnings. */
  commission: number;
}

export function logButton(forecast: Forecast, advice: OutcomeAdvice): HTMLElement {
  const name = outcomeName(advice.outcome, forecast.home_team, forecast.away_team);
  const element = h(
    "button",
    { type: "button", class: "more" },
    "Log this bet",
    h("span", { class: "visually-hidden" }, `: ${name}, ${forecast.home_team} – ${forecast.away_team}`),
  );
  element.addEventListener("click", () => {
    const detail: LogBetRequest = { matches: [forecast], advice };
    element.dispatchEvent(new CustomEvent(logBetEvent, { bubbles: true, detail }));
  });
  return element;
}

/** A line to begin with. */
const usualLine = { none: undefined, total: "2.5", handicap: "-0.5" };

/** "Arsenal −0.75", "Over 2.5", "Home or draw". */
export function selectionName(
  bet: { market: Market; outcome: Outcome; line_quarters: number },
  home: string,
  away: string,
): string {
  const name = outcomeName(bet.outcome, home, away);
  const line = bet.line_quarters / 4;
  if (marketRow(bet.market).line === "handicap") {
    const own = bet.outcome === "OUTCOME_AWAY" ? -line : line;
    return `${name} ${own > 0 ? "+" : own < 0 ? "−" : ""}${Math.abs(own)}`;
  }
  return bet.line_quarters ? `${name} ${line}` : name;
}

export function logBetDialog(
  api: Api,
  account: Account,
  request: LogBetRequest,
  onDone: () => void,
): void {
  const { advice, bet } = request;
  const chosenOdds = advice?.best_odds ?? bet?.odds;
  const key = requestId();
  const match = h(
    "select",
    { name: "match", required: true },
    ...request.matches.map((one) =>
      h("option", { value: one.match_id }, `${one.home_team} – ${one.away_team}, ${one.match_date}`),
    ),
  );
  const market = h(
    "select",
    { name: "market" },
    ...markets.map((one) => h("option", { value: one.market }, one.label)),
  );
  const outcome = h("select", { name: "outcome" });
  const line = field(
    "Line",
    { name: "line", inputmode: "text", autocomplete: "off" },
    "In quarters, like −0.75. A handicap is the home side’s.",
  );
  const price = field("Decimal odds", {
    name: "odds",
    inputmode: "decimal",
    autocomplete: "off",
    required: true,
    value: chosenOdds === undefined ? "" : plainOdds(chosenOdds),
  });
  const stake = field(`Stake in ${account.currency}`, {
    name: "stake",
    inputmode: "decimal",
    autocomplete: "off",
    required: true,
    value: advice ? plainAmount(advice.stake_minor_units, account.currency) : "",
  });
  const bookmaker = field("Bookmaker", {
    name: "bookmaker",
    autocomplete: "off",
    maxlength: "64",
    value: advice ? advice.bookmaker_code || advice.bookmaker_name : (bet?.bookmaker ?? ""),
  });
  const lay = h("input", { type: "checkbox", name: "lay" });
  const commission = field(
    "Commission in percent",
    { name: "commission", inputmode: "decimal", autocomplete: "off", value: String(Number(((bet?.commission ?? 0) * 100).toFixed(2))) },
    "What an exchange keeps of the winnings.",
  );
  const note = field("Note", { name: "note", autocomplete: "off", maxlength: "500" });

  const chosenMatch = () => request.matches.find(({ match_id }) => match_id === match.value);
  const chosenMarket = () => markets.find((one) => one.market === market.value);
  const showOutcomes = () => {
    const choice = chosenMarket();
    const forecast = chosenMatch();
    if (!choice || !forecast) return;
    const kept = outcome.value;
    replace(
      outcome,
      ...choice.outcomes.map((value) =>
        h(
          "option",
          { value, selected: value === kept },
          selectionName(
            { market: choice.market, outcome: value, line_quarters: 0 },
            forecast.home_team,
            forecast.away_team,
          ).replace(/ 0$/, ""),
        ),
      ),
    );
    line.label.hidden = choice.line === "none";
    line.input.value = usualLine[choice.line] ?? "";
  };
  match.addEventListener("change", showOutcomes);
  market.addEventListener("change", showOutcomes);
  if (bet) market.value = bet.market;
  showOutcomes();
  if (bet) line.input.value = String(bet.line_quarters / 4);
  const preset = advice?.outcome ?? bet?.outcome;
  if (preset) outcome.value = preset;

  openForm({
    title: "Log a bet",
    action: "Log bet",
    content: [
      labelled("Match", match),
      h("div", { class: "halves" }, labelled("Market", market), labelled("On", outcome)),
      line.label,
      h("div", { class: "halves" }, price.label, stake.label),
      bookmaker.label,
      h(
        "details",
        {},
        h("summary", {}, "Exchange and note"),
        h("label", { class: "check" }, lay, h("span", {}, "A lay: I take the other side of the bet")),
        commission.label,
        note.label,
      ),
      h(
        "p",
        { class: "facts" },
        "Fairline places nothing: it keeps the book of what you bet elsewhere. The stake leaves your bankroll here until the match is over.",
      ),
    ],
    submit: async () => {
      const forecast = chosenMatch();
      const choice = chosenMarket();
      if (!forecast || !choice) throw new ApiError(422, "Choose a match.");
      const answer = await new Ledger(api).place(
        {
          match_id: forecast.match_id,
          market: choice.market,
          outcome: outcome.value as Outcome,
          line_quarters: choice.line === "none" ? 0 : quartersOf(line.input),
          side: lay.checked ? "BET_SIDE_LAY" : "BET_SIDE_BACK",
          bookmaker: bookmaker.input.value.trim(),
          odds: decimalOf(price.input, "The odds must be a number above 1, like 2.10."),
          stake_minor_units: stakeOf(stake.input, account.currency),
          commission_basis_points: Math.round(
            100 * decimalOf(commission.input, "The commission must be a percentage, like 2."),
          ),
          note: note.input.value.trim(),
          ...(advice && forecast.model_version !== undefined
            ? { model_version: forecast.model_version, probability: advice.probability }
            : {}),
        },
        key,
      );
      onDone();
      if (answer.notice) noticeDialog(answer.notice);
    },
    explain: (error) => error.message,
  });
  if (advice || bet) stake.input.focus();
}

function noticeDialog(text: string): void {
  openForm({
    title: "Before you go on",
    action: "I have read it",
    content: [h("p", {}, text)],
    submit: () => Promise.resolve(),
    explain: (error) => error.message,
  });
}

/** At least two decimals, and all that the price has. */
export function plainOdds(value: number): string {
  const text = String(value);
  return (text.split(".")[1] ?? "").length > 2 ? text : odds(value);
}

function decimalOf(input: HTMLInputElement, refusal: string): number {
  const text = input.value.trim().replace(",", ".");
  if (!/^\d+(\.\d+)?$/.test(text)) {
    input.focus();
    throw new ApiError(422, refusal);
  }
  return Number(text);
}

function stakeOf(input: HTMLInputElement, currency: string): string {
  const amount = parseAmount(input.value, currency);
  if (amount === null || amount === "0") {
    input.focus();
    throw new ApiError(422, `The stake must be an amount, ${amountExample(currency)}.`);
  }
  return amount;
}

/** "−0.75" to -3. */
export function quartersOf(input: { value: string; focus(): void }): number {
  const text = input.value.trim().replace("−", "-").replace(",", ".");
  const quarters = Number(text) * 4;
  if (text === "" || !Number.isInteger(quarters)) {
    input.focus();
    throw new ApiError(422, "The line must be a number in quarters, like 2.5 or -0.75.");
  }
  return quarters;
}
