// The form that starts a backtest.

import { ApiError, requestId } from "./api";
import {
  Backtests, BacktestSettings, PriceSource, variantCount, WalkForward,
} from "./backtest_data";
import {
  forecasterName, forecastersOf, listText, moneyText, Override, overrides, parseList, parseMoney,
  priceSources,
} from "./backtest_settings";
import { field, labelled } from "./dialog";
import { Child, h, replace } from "./dom";
import { amountExample, moment, money, risks } from "./format";
import { inputText, parseValue, unitText } from "./policy_fields";
import { seasonName } from "./record_data";
import type { Risk } from "./types";

export interface FormChoices {
  /** In which amounts are typed. */
  currency: string;
  /** Those that are done, newest first. */
  walkForwards: WalkForward[];
  competitions: ReadonlyArray<{ code: string; name: string }>;
  /** Suggestions; any other can be typed. */
  bookmakers: ReadonlyArray<{ code: string; name: string }>;
  /** Of an earlier backtest, to begin from. */
  settings: BacktestSettings;
}

type Line = ReturnType<typeof field>;

const option = (value: string, name: string) => h("option", { value }, name);

export class BacktestForm {
  readonly element: HTMLFormElement;
  private readonly key = requestId();
  private readonly alert = h("p", { class: "alert", role: "alert" });
  private readonly variants = h("p", { class: "note", role: "status" });
  private readonly walkForward = h("select", { name: "walk_forward_id" });
  private readonly forecaster = h("select", { name: "forecaster" });
  private readonly unanchored = h("input", { type: "checkbox", name: "stake_unanchored" });
  private readonly source = h(
    "select",
    { name: "price_source" },
    ...priceSources.map(({ value, name }) => option(value, name)),
  );
  private readonly bookmaker: Line;
  private readonly risk = h("select", { name: "risk" }, ...risks.map(({ value, name }) => option(value, name)));
  private readonly first = h("select", { name: "first_season_start" });
  private readonly last = h("select", { name: "last_season_start" });
  private readonly competitions: HTMLInputElement[];
  private readonly bankroll: Line;
  private readonly commission: Line;
  private readonly maxStake: Line;
  private readonly overrides: Array<{ override: Override; line: Line; wrong: HTMLElement }>;
  private readonly sweeps: Array<{ key: keyof BacktestSettings; override: Override; line: Line }>;
  private readonly sweepSources: HTMLInputElement[];

  constructor(
    private readonly backtests: Backtests,
    private readonly choices: FormChoices,
    private readonly onStarted: (id: string) => void,
  ) {
    const { settings } = choices;
    const text = (label: string, name: string, value: string, hint: string) =>
      field(label, { name, autocomplete: "off", inputmode: "decimal", value }, hint);
    this.bookmaker = field(
      "Bookmaker’s code",
      { name: "bookmaker_code", autocomplete: "off", list: "bookmakers", value: settings.bookmaker_code ?? "" },
      "For example bet365 or pinnacle.",
    );
    this.bankroll = text("Bankroll at the start", "bankroll_minor_units", moneyText(settings.bankroll_minor_units, choices.currency), `default ${money("100000", choices.currency)}`);
    this.commission = text("Commission in percent", "commission", settings.commission ? String(settings.commission * 100) : "", "Of net winnings, as an exchange takes it; default none.");
    this.maxStake = text("Stakes at most", "max_stake_minor_units", moneyText(settings.max_stake_minor_units, choices.currency), "What the bookmaker takes per bet; default no limit.");
    this.overrides = overrides.map((override) => {
      const value = settings[override.key];
      const line = text(
        `${override.label}${unitText(override.unit) ? `, ${unitText(override.unit)}` : ""}`,
        override.key,
        typeof value === "number" ? inputText(override, value) : "",
        override.hint,
      );
      const wrong = h("small", { class: "wrong" });
      line.label.append(wrong);
      return { override, line, wrong };
    });
    const sweep = (key: keyof BacktestSettings, like: string, label: string, hint: string) => {
      const override = overrides.find((one) => one.key === like) as Override;
      const value = listText(override, settings[key] as number[] | undefined);
      return { key, override, line: field(label, { name: key, autocomplete: "off", value }, hint) };
    };
    this.sweeps = [
      sweep("sweep_min_edges", "min_edge", "Edges from, %", "For example 1, 2, 4"),
      sweep("sweep_kelly_fractions", "kelly_fraction", "Parts of Kelly, %", "For example 10, 25, 50"),
      sweep("sweep_max_odds", "max_odds", "Odds below", "For example 3, 5, 10"),
    ];
    const checkbox = (name: string, value: string, checked: boolean) =>
      h("input", { type: "checkbox", name, value, checked });
    this.sweepSources = priceSources.map(({ value }) =>
      checkbox("sweep_price_sources", value, settings.sweep_price_sources?.includes(value) ?? false),
    );
    this.competitions = choices.competitions.map(({ code }) =>
      checkbox("competition_codes", code, settings.competition_codes?.includes(code) ?? false),
    );
    this.unanchored.checked = settings.stake_unanchored ?? false;
    this.element = this.form();
    this.takeChoices();
  }

  private form(): HTMLFormElement {
    const { choices } = this;
    const checks = (inputs: HTMLInputElement[], names: readonly string[]) =>
      inputs.map((input, i) => h("label", { class: "check" }, input, h("span", {}, names[i] ?? "")));
    const group = (title: string, ...content: Child[]) =>
      h("fieldset", { class: "settings" }, h("legend", {}, title), ...content);
    const form = h(
      "form",
      { class: "backtest-form", novalidate: true },
      h("h2", {}, "A new backtest"),
      group(
        "Which forecasts",
        h(
          "div",
          { class: "fields" },
          choices.walkForwards.length > 1 ? labelled("Walk-forward", this.walkForward) : null,
          labelled("Forecast", this.forecaster),
          labelled("From season", this.first),
          labelled("To season", this.last),
        ),
        h(
          "label",
          { class: "check" },
          this.unanchored,
          h("span", {}, "Bet also by a forecast that does not start from the market’s line, which is never advised: to see what it would lose."),
        ),
        h(
          "details",
          {},
          h("summary", {}, "Only some competitions"),
          h(
            "div",
            { class: "checks" },
            ...checks(this.competitions, choices.competitions.map(({ name }) => name)),
          ),
        ),
      ),
      group(
        "At which prices, how boldly",
        h(
          "div",
          { class: "fields" },
          labelled("Price", this.source),
          this.bookmaker.label,
          labelled("Risk", this.risk),
          this.bankroll.label,
          this.commission.label,
          this.maxStake.label,
        ),
        h("datalist", { id: "bookmakers" }, ...choices.bookmakers.map(({ code, name }) => option(code, name))),
      ),
      h(
        "details",
        { class: "more-settings", open: this.overrides.some(({ line }) => line.input.value !== "") },
        h("summary", {}, "Other staking rules than the defaults"),
        h("div", { class: "fields" }, ...this.overrides.map(({ line }) => line.label)),
      ),
      h(
        "details",
        { class: "more-settings", open: variantCount(choices.settings) > 1 },
        h("summary", {}, "Try many settings at once"),
        h(
          "p",
          { class: "note" },
          "Every combination is one variant. The best of many looks better than it is; the result says by how much that may be luck.",
        ),
        h("div", { class: "fields" }, ...this.sweeps.map(({ line }) => line.label)),
        h(
          "div",
          { class: "checks", role: "group", "aria-label": "Prices to compare" },
          ...checks(this.sweepSources, priceSources.map(({ name }) => name)),
        ),
        this.variants,
      ),
      this.alert,
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit", class: "button primary" }, "Run the backtest"),
        h("a", { class: "button", href: "#backtests" }, "All backtests"),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    form.addEventListener("input", () => this.showDependent());
    this.walkForward.addEventListener("change", () => void this.loadSeasons());
    return form;
  }

  private takeChoices(): void {
    const { walkForwards, settings } = this.choices;
    const oneSport = walkForwards.every(({ sport }) => sport === walkForwards[0]?.sport);
    replace(
      this.walkForward,
      ...walkForwards.map(({ walk_forward_id, sport, as_of_time }) =>
        option(
          walk_forward_id,
          `${walk_forward_id}${oneSport ? "" : `, ${sport}`}${as_of_time ? `, as of ${moment(as_of_time)}` : ""}`,
        ),
      ),
    );
    const kept = walkForwards.some((one) => one.walk_forward_id === settings.walk_forward_id);
    if (kept && settings.walk_forward_id) this.walkForward.value = settings.walk_forward_id;
    this.source.value = settings.price_source ?? "PRICE_SOURCE_BEST";
    if (this.source.selectedIndex < 0) this.source.selectedIndex = 0;
    this.risk.value = settings.risk ?? "RISK_MEDIUM";
    if (this.risk.selectedIndex < 0) this.risk.value = "RISK_MEDIUM";
    void this.loadSeasons();
    this.showDependent();
  }

  /** The seasons and forecasters of the walk-forward that is chosen. */
  private async loadSeasons(): Promise<void> {
    const { settings, walkForwards } = this.choices;
    const id = this.walkForward.value || walkForwards[0]?.walk_forward_id || "";
    const found = walkForwards.find((one) => one.walk_forward_id === id);
    const models = forecastersOf((found?.evaluations ?? []).map(({ model }) => model));
    replace(this.forecaster, ...models.map((model) => option(model, forecasterName(model))));
    const wanted = settings.forecaster || "with_odds";
    if (models.includes(wanted)) this.forecaster.value = wanted;
    this.showDependent();
    try {
      const whole = await this.backtests.walkForward(id);
      const years = [...new Set(whole.evaluations.map(({ season_start }) => season_start))]
        .filter((year) => year > 0)
        .sort((a, b) => a - b);
      const offer = (select: HTMLSelectElement, name: string, chosen: number | undefined) => {
        replace(select, option("0", name), ...years.map((year) => option(String(year), seasonName(year))));
        if (chosen && years.includes(chosen)) select.value = String(chosen);
      };
      offer(this.first, "the first", settings.first_season_start);
      offer(this.last, "the last", settings.last_season_start);
    } catch (error) {
      if (this.backtests.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      replace(this.alert, `The seasons could not be read: ${error.message}`);
    }
  }

  private showDependent(): void {
    this.bookmaker.label.hidden =
      this.source.value !== "PRICE_SOURCE_BOOKMAKER" &&
      !this.sweepSources.some(({ checked, value }) => checked && value === "PRICE_SOURCE_BOOKMAKER");
    const settings = this.read(false);
    const count = settings ? variantCount(settings) : 1;
    this.variants.textContent = count > 1 ? `${count} variants${count > 200 ? ": at most 200 can be run" : ""}.` : "";
  }

  /** What is filled in; null, with the field marked and told when `tell`, when something is not right. */
  private read(tell: boolean): BacktestSettings | null {
    const problems: Array<{ input: HTMLInputElement; text: string }> = [];
    const settings: Record<string, unknown> = {
      forecaster: this.forecaster.value,
      price_source: this.source.value as PriceSource,
      risk: this.risk.value as Risk,
      competition_codes: chosen(this.competitions),
      first_season_start: Number(this.first.value || 0),
      last_season_start: Number(this.last.value || 0),
      sweep_price_sources: chosen(this.sweepSources),
    };
    if (this.walkForward.value) settings["walk_forward_id"] = this.walkForward.value;
    if (!this.bookmaker.label.hidden) {
      settings["bookmaker_code"] = this.bookmaker.input.value.trim();
      if (settings["bookmaker_code"] === "") {
        problems.push({ input: this.bookmaker.input, text: "Name the bookmaker whose prices are taken." });
      }
    }
    if (this.unanchored.checked) settings["stake_unanchored"] = true;
    for (const [name, { input }] of [["bankroll_minor_units", this.bankroll], ["max_stake_minor_units", this.maxStake]] as const) {
      const amount = parseMoney(input.value, this.choices.currency);
      if (amount === null) problems.push({ input, text: `Must be an amount, ${amountExample(this.choices.currency)}.` });
      else if (amount !== undefined) settings[name] = amount;
    }
    const commission = Number(this.commission.input.value.trim().replace(",", ".") || 0) / 100;
    if (!(commission >= 0 && commission < 1)) {
      problems.push({ input: this.commission.input, text: "The commission must be from 0 to below 100." });
    }
    settings["commission"] = commission;
    for (const { override, line, wrong } of this.overrides) {
      const read = parseValue(override, line.input.value);
      replace(wrong, "wrong" in read && tell ? read.wrong : "");
      if ("wrong" in read) problems.push({ input: line.input, text: `${override.label}: ${read.wrong}` });
      else if (read.value !== null) settings[override.key] = read.value;
    }
    for (const { key, override, line } of this.sweeps) {
      const read = parseList(override, line.input.value);
      if ("wrong" in read) problems.push({ input: line.input, text: `${override.label}: ${read.wrong}` });
      else settings[key] = read.values;
    }
    if (tell) this.mark(problems);
    return problems.length ? null : settings;
  }

  private mark(problems: ReadonlyArray<{ input: HTMLInputElement; text: string }>): void {
    for (const input of this.element.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const { input } of problems) input.setAttribute("aria-invalid", "true");
    const [first] = problems;
    if (!first) return;
    replace(this.alert, first.text);
    first.input.closest("details")?.setAttribute("open", "");
    first.input.focus();
  }

  private async submit(): Promise<void> {
    replace(this.alert);
    const settings = this.read(true);
    if (!settings) return;
    const send = this.element.querySelector<HTMLButtonElement>("[type=submit]");
    if (send) send.disabled = true;
    try {
      this.onStarted(await this.backtests.start(settings, this.key));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      replace(this.alert, error.message.replace(/^settings: /, ""));
    } finally {
      if (send) send.disabled = false;
    }
  }
}

function chosen(inputs: readonly HTMLInputElement[]): string[] {
  return inputs.filter(({ checked }) => checked).map(({ value }) => value);
}
