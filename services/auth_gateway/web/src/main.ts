// The page: who is signed in, which matches they may see, and what the list shows of them.

import { accountDialog, signInDialog, signUpDialog } from "./account";
import { Api, ApiError } from "./api";
import { matchDetail } from "./detail";
import { helpLinks } from "./dialog";
import { button, byId, Child, h, replace } from "./dom";
import { moment, money, timeZone } from "./format";
import { LogBetRequest, logBetDialog, logBetEvent } from "./log_bet";
import { competitionsOf, Filter, filtered, matchList, provenance } from "./matches";
import { PipelinePanel } from "./pipeline";
import { adviceOn } from "./states";
import type { Account, ListedMatch } from "./types";
import { isAdmin, mayOpen, navigation, refusal, seesAdvice, viewAt } from "./views";

class Page {
  private readonly api = new Api();
  private account: Account | null = null;
  private matches: ListedMatch[] = [];
  private filter: Filter = { competition: "", onlyBets: false };
  /** Aborted when somebody else signs in or out, so that no late answer shows the wrong list. */
  private session = new AbortController();
  /** Aborted when another page takes the place of the one shown. */
  private viewing = new AbortController();

  constructor() {
    this.api.onSessionEnded = () => {
      this.leave();
      const notice = "Your session has ended. Sign in again to go on.";
      signInDialog(this.api, () => this.enterAnew(), notice);
    };
    replace(
      byId("help-links"),
      ...helpLinks.flatMap(({ name, url }, index): Child[] => [
        index ? " · " : null,
        h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, name),
      ]),
    );
    addEventListener("hashchange", () => {
      this.showView();
      scrollTo(0, 0);
      byId("heading").focus();
    });
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();  // the address names the page shown
      byId("heading").focus();
    });
    byId("matches").addEventListener(logBetEvent, (event) =>
      this.logBet((event as CustomEvent<LogBetRequest>).detail),
    );
    byId("competition").addEventListener("change", (event) => {
      this.filter.competition = (event.target as HTMLSelectElement).value;
      this.showList();
    });
    byId("only-bets").addEventListener("change", (event) => {
      this.filter.onlyBets = (event.target as HTMLInputElement).checked;
      this.showList();
    });
  }

  /** Begins as whoever holds the session, or as a visitor. */
  async enter(): Promise<void> {
    this.session.abort();
    this.viewing.abort();
    this.session = new AbortController();
    const { signal } = this.session;
    this.account = null;
    this.showLoading();
    if (this.api.hasSession()) {
      try {
        this.account = await this.api.account();
      } catch (error) {
        // After a 401, onSessionEnded has begun anew as a visitor and aborted this session.
        if (signal.aborted) return;
        document.body.dataset["view"] = "matches";
        this.showFailure(error, () => void this.enter());
        return;
      }
    }
    if (signal.aborted) return;
    this.showAccount();
    this.showPipeline(signal);
    await this.loadMatches(signal);
  }

  /** The same after a dialog; the focus goes to the heading, since the button it had is gone. */
  private enterAnew(): void {
    void this.enter().then(() => {
      if (document.activeElement === document.body) byId("heading").focus();
    });
  }

  private leave(): void {
    this.api.signOut();
    this.filter = { competition: "", onlyBets: false };
    this.enterAnew();
  }

  private showAccount(): void {
    const { account } = this;
    document.body.dataset["role"] = account ? String(account.role) : "visitor";
    replace(
      byId("account"),
      ...(account
        ? [
            button(
              `${account.username} · ${money(account.bankroll_minor_units, account.currency)}`,
              () => this.openAccount(this.account ?? account),
            ),
          ]
        : [
            button("Sign in", () => signInDialog(this.api, () => this.enterAnew())),
            button(
              "Create account",
              () => signUpDialog(this.api, () => this.enterAnew()),
              "button primary",
            ),
          ]),
    );
    byId("only-bets-choice").hidden = !seesAdvice(account);
    this.showView();
  }

  /** Shows the page that the address names. */
  private showView(): void {
    const { account } = this;
    const { view, argument } = viewAt(location.hash);
    this.viewing.abort();
    this.viewing = new AbortController();
    document.body.dataset["view"] = view ? view.hash.slice(1) : "matches";
    replace(byId("views"), ...navigation(account, view));
    const heading = view?.heading ?? (account ? "Coming matches" : "Today’s matches");
    byId("heading").textContent = heading;
    document.title = view ? `${heading} · Fairline` : "Fairline";
    byId("lead").textContent = view?.lead ?? leadFor(account);
    const root = h("div", { class: view?.hash.slice(1) });
    replace(byId("view"), root);
    if (!view) return;
    if (!mayOpen(view, account)) {
      replace(root, refusal(view, account));
      return;
    }
    view.open({
      api: this.api,
      account,
      root,
      signal: this.viewing.signal,
      argument,
      onAccount: (changed) => this.noteAccount(changed),
      onLog: (request) =>
        this.logBet(request ?? { matches: this.matches.map(({ forecast }) => forecast) }),
    });
  }

  private logBet(request: LogBetRequest): void {
    const { account } = this;
    if (!account) return;
    logBetDialog(this.api, account, request, () => {
      void this.api.account().then((changed) => {
        this.noteAccount(changed);
        if (document.body.dataset["view"] === "bets") this.showView();
      });
    });
  }

  /** The bankroll in the masthead after something has changed it. */
  private noteAccount(account: Account): void {
    this.account = account;
    const [name] = byId("account").querySelectorAll("button");
    if (name) {
      name.textContent = `${account.username} · ${money(account.bankroll_minor_units, account.currency)}`;
    }
  }

  private openAccount(account: Account): void {
    accountDialog(
      this.api,
      account,
      (changed) => {
        this.account = changed;
        this.showAccount();
        void this.loadMatches(this.session.signal);
      },
      () => this.leave(),
    );
  }

  private showPipeline(signal: AbortSignal): void {
    const panel = byId("pipeline");
    panel.hidden = !isAdmin(this.account);
    replace(panel);
    if (panel.hidden) return;
    void new PipelinePanel(this.api, panel, signal, () => void this.loadMatches(signal)).load();
  }

  private async loadMatches(signal: AbortSignal): Promise<void> {
    this.showLoading();
    try {
      const matches = await this.fetchMatches(signal);
      if (signal.aborted) return;
      this.matches = matches;
      this.showToolbar();
      this.showList();
    } catch (error) {
      if (!signal.aborted) this.showFailure(error, () => void this.loadMatches(signal));
    }
  }

  private showLoading(): void {
    byId("matches").setAttribute("aria-busy", "true");
    byId("toolbar").hidden = true;
    replace(byId("provenance"));
    replace(
      byId("matches"),
      h("p", { class: "state loading", role: "status" }, "Reading the coming matches…"),
    );
  }

  private showFailure(error: unknown, again: () => void): void {
    if (!(error instanceof ApiError)) throw error;
    byId("matches").removeAttribute("aria-busy");
    replace(
      byId("matches"),
      h(
        "div",
        { class: "state", role: "alert" },
        h("p", {}, h("strong", {}, "The matches could not be read. "), error.message),
        h("p", {}, adviceOn(error)),
        button("Try again", again),
      ),
    );
  }

  private async fetchMatches(signal: AbortSignal): Promise<ListedMatch[]> {
    if (seesAdvice(this.account)) {
      const advice = await this.api.advice(signal);
      return advice.map((entry) => ({ forecast: entry.forecast, advice: entry }));
    }
    const forecasts = this.account
      ? await this.api.forecasts(signal)
      : await this.api.todaysForecasts(signal);
    return forecasts.map((forecast) => ({ forecast }));
  }

  private showToolbar(): void {
    const competitions = competitionsOf(this.matches);
    if (!competitions.some(([code]) => code === this.filter.competition)) {
      this.filter.competition = "";
    }
    const select = byId("competition") as HTMLSelectElement;
    replace(
      select,
      h("option", { value: "" }, "All competitions"),
      ...competitions.map(([code, name]) => h("option", { value: code }, name)),
    );
    select.value = this.filter.competition;
    (byId("only-bets") as HTMLInputElement).checked = this.filter.onlyBets;
    byId("toolbar").hidden = this.matches.length === 0;
  }

  private showList(): void {
    const list = byId("matches");
    list.removeAttribute("aria-busy");
    if (this.matches.length === 0) {
      replace(list, this.emptyState());
      return;
    }
    const shown = filtered(this.matches, this.filter);
    const bets = this.matches.filter(({ advice }) => advice?.has_bet).length;
    byId("provenance").textContent = `${provenance(this.matches)} · times in ${timeZone()}`;
    byId("count").textContent =
      `${plural(shown.length, "match", "matches")} shown` +
      (seesAdvice(this.account) ? `, ${plural(bets, "bet", "bets")} in all` : "");
    if (shown.length === 0) {
      replace(
        list,
        h(
          "div",
          { class: "state" },
          h(
            "p",
            {},
            this.filter.onlyBets
              ? "No price here is worth a bet. That is the usual answer: most prices are fair or worse."
              : "No match fits this choice.",
          ),
          button("Show all matches", () => {
            this.filter = { competition: "", onlyBets: false };
            this.showToolbar();
            this.showList();
          }),
        ),
      );
      return;
    }
    const { signal } = this.session;
    const detail = this.account
      ? (match: ListedMatch) => matchDetail(this.api, match.forecast, signal)
      : null;
    replace(list, ...matchList(shown, this.account?.currency ?? null, detail));
  }

  private emptyState(): HTMLElement {
    const text = !this.account
      ? "No forecast match is left today. Sign in to see the coming days."
      : isAdmin(this.account)
      ? "There is no forecast of a coming match. Start a pipeline run to fetch the fixtures and forecast them."
      : "There is no forecast of a coming match yet. Come back when the next fixtures are out, usually on Tuesday or Friday.";
    return h("div", { class: "state" }, h("p", {}, text));
  }
}

function leadFor(account: Account | null): string {
  if (account?.excluded_until_time) {
    const until = account.excluded_until_time;
    return `You have excluded yourself from betting ${until.startsWith("9999") ? "for good" : `until ${moment(until)}`}. Forecasts are shown without prices and stakes; help is linked below.`;
  }
  if (!account) {
    return "How likely each result is, set against what the bookmakers’ prices say. Sign in for the coming days.";
  }
  if (!seesAdvice(account)) {
    return "How likely each result is, set against what the bookmakers’ prices say.";
  }
  if (account?.bankroll_minor_units === "0") {
    return "Your bankroll is 0, so there is nothing to stake. Set it under your name above to see what a bet would be worth to you.";
  }
  return "How likely each result is, where a price is better than fair, and what to stake of your bankroll. “No bet” is the usual answer.";
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

void new Page().enter();
