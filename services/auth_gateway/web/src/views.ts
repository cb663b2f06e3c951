// The pages behind the addresses "#bets", "#record" and so on: their names, whom they are for, and
// what fills them. The matches are the page without an address.

import { Api } from "./api";
import { BacktestsPage } from "./backtests";
import { BetsPage } from "./bets";
import { h } from "./dom";
import type { LogBetRequest } from "./log_bet";
import { PolicyPage } from "./policy";
import { RecordPage } from "./record";
import { emptyState } from "./states";
import type { Account } from "./types";
import { ValuePage } from "./value";

const premiumRole = 1;
const adminRole = 9;

export interface ViewContext {
  api: Api;
  account: Account | null;
  root: HTMLElement;
  /** Aborts when another page takes the place of this one. */
  signal: AbortSignal;
  /** What follows the page's name in the address: "17" in "#backtests/17". */
  argument: string;
  /** The account as it stands after something on the page has changed it. */
  onAccount: (account: Account) => void;
  onLog: (request?: LogBetRequest) => void;
}

type Need = "nobody" | "account" | "advice";

export interface View {
  hash: string;
  name: string;
  heading: string;
  lead: string;
  need: Need;
  open: (context: ViewContext) => void;
}

export const views: readonly View[] = [
  {
    hash: "#value",
    name: "Value",
    heading: "Value",
    lead: "Every bookmaker’s prices against the forecasts: where a price is better than fair, how old it is, and what speaks against it.",
    need: "advice",
    open: ({ api, root, signal, onLog }) =>
      void new ValuePage(api, root, signal, onLog).load(),
  },
  {
    hash: "#bets",
    name: "My bets",
    heading: "My bets",
    lead: "What you bet, how it ended, and what the closing prices say about it. Losing runs are shown as plainly as winning ones.",
    need: "account",
    open: ({ api, account, root, signal, onAccount, onLog }) => {
      if (!account) return;
      void new BetsPage(api, root, account, signal, { onAccount, onLog: () => onLog() }).load();
    },
  },
  {
    hash: "#record",
    name: "Track record",
    heading: "Track record",
    lead: "What was said before each match, and how it came out. It is sealed before kick-off, scored when results come, and never edited.",
    need: "nobody",
    open: ({ api, root, signal }) => void new RecordPage(api, root, signal).load(),
  },
  {
    hash: "#backtests",
    name: "Backtests",
    heading: "Backtests",
    lead: "Past seasons replayed with the staking of today, on forecasts that knew nothing of them. What comes out is held against luck before it is believed.",
    need: "advice",
    open: ({ api, account, root, signal, argument }) => {
      if (!account) return;
      void new BacktestsPage(api, root, account, signal, isAdmin(account)).load(argument);
    },
  },
  {
    hash: "#policy",
    name: "Staking policy",
    heading: "Staking policy",
    lead: "The rules between a forecast and a stake, for everybody’s advice alike. Growth hardly depends on them within wide limits; how deep one falls does.",
    need: "account",
    open: ({ api, account, root, signal }) =>
      void new PolicyPage(api, root, signal, isAdmin(account)).load(),
  },
];

export function seesAdvice(account: Account | null): boolean {
  if (account?.excluded_until_time) return false;
  return account?.role === premiumRole || account?.role === adminRole;
}

export const isAdmin = (account: Account | null): boolean => account?.role === adminRole;

export function mayOpen(view: View, account: Account | null): boolean {
  if (view.need === "nobody") return true;
  return view.need === "account" ? account !== null : seesAdvice(account);
}

/** The page that an address like "#backtests/17" names, null for the matches, and what follows. */
export function viewAt(hash: string): { view: View | null; argument: string } {
  const [name, ...rest] = hash.split("/");
  return { view: views.find((one) => one.hash === name) ?? null, argument: rest.join("/") };
}

/** In place of a page that is not for this account. */
export function refusal(view: View, account: Account | null): HTMLElement {
  const why = !account
    ? "Sign in to see this page."
    : account.excluded_until_time
    ? "You have excluded yourself from betting, so prices and stakes are not shown. Help is linked below."
    : "Prices, edges and backtests come with a premium account. An admin can grant it.";
  return emptyState(h("p", {}, h("strong", {}, `${view.name}. `), why));
}

/** The links to the pages that are for this account, with `current` marked. */
export function navigation(account: Account | null, current: View | null): HTMLElement[] {
  const link = (hash: string, name: string, marked: boolean) =>
    h("a", { href: hash, "aria-current": marked ? "page" : undefined }, name);
  return [
    link("#", "Matches", current === null),
    ...views
      .filter((view) => view === current || mayOpen(view, account))
      .map((view) => link(view.hash, view.name, view === current)),
  ];
}
