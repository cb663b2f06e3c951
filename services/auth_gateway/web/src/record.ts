// The track record: how the sealed forecasts and the advice in them came out.

import { Api, ApiError } from "./api";
import { ChainView } from "./chain_view";
import { dataTable } from "./chart";
import { Child, h, replace, svg } from "./dom";
import { count, percent, signed, signedPercent, typeset } from "./format";
import { intervalPlot, standing } from "./interval_plot";
import { inline } from "./dialog";
import { ScoredList } from "./record_forecasts";
import {
  Comparison,
  PublicRecord,
  RecordedBets,
  RecordedMonth,
  RecordFilter,
  seasonName,
  seasonsOf,
  Skill,
  TrackRecord,
} from "./record_data";
import { reliabilityDiagram } from "./reliability";
import { emptyState, fill } from "./states";

export const informationNames: Record<string, string> = {
  "": "All forecasts",
  with_odds: "With the match’s odds",
  past_odds: "With odds of past matches",
  no_odds: "Without odds",
};

const references: Record<string, { name: string; meaning: string }> = {
  market: { name: "the market", meaning: "the average price at the same moment" },
  closing: { name: "the closing price", meaning: "the last price before kick-off" },
  base_rate: { name: "the base rate", meaning: "how often each result had come before" },
};

const noFilter: RecordFilter = { competition: "", information: "", season: "" };

export class RecordPage {
  private readonly record: PublicRecord;
  private readonly filter: RecordFilter = { ...noFilter };
  private readonly competition = h("select", { name: "competition" });
  private readonly season = h("select", { name: "season" });
  private readonly information = h("select", { name: "information" });
  private readonly toolbar: HTMLElement;
  private readonly content = h("div", {});

  constructor(
    api: Api,
    private readonly root: HTMLElement,
    private readonly signal: AbortSignal,
  ) {
    this.record = new PublicRecord(api, signal);
    const choose = (select: HTMLSelectElement, field: keyof RecordFilter) =>
      select.addEventListener("change", () => {
        this.filter[field] = select.value;
        void this.show();
      });
    choose(this.competition, "competition");
    choose(this.season, "season");
    choose(this.information, "information");
    this.toolbar = h(
      "div",
      { class: "toolbar", hidden: true },
      inline("Competition", this.competition),
      inline("Season", this.season),
      inline("Forecasts", this.information),
    );
  }

  async load(): Promise<void> {
    const chain = h("section", { class: "part", "aria-labelledby": "chain-title" });
    replace(this.root, this.toolbar, this.content, chain);
    await Promise.all([
      this.show(true),
      new ChainView(this.record, chain, this.signal).load(),
    ]);
  }

  private async show(first = false): Promise<void> {
    await fill(this.content, this.signal, "Reading the record…", async () => {
      const record = await this.record.trackRecord(this.filter);
      if (first && Number(record.matches) > 0) await this.offerChoices(record);
      if (Number(record.matches) === 0) return [first ? nothingYet() : nothingOfThis()];
      const list = new ScoredList(this.record, { ...this.filter }, this.signal);
      void list.load();
      return [...recordView(record), list.element];
    });
  }

  /** What can be chosen from, as far as the whole record has it. */
  private async offerChoices(record: TrackRecord): Promise<void> {
    const option = (value: string, name: string) => h("option", { value }, name);
    const competitions = await this.record.competitions().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return [];  // the record can be read without a choice
    });
    replace(
      this.competition,
      option("", "All"),
      ...competitions
        .filter(({ current_season }) => current_season !== "")
        .map(({ code, name }) => option(code, name)),
    );
    replace(
      this.season,
      option("", "All"),
      ...seasonsOf(record.months).map((start) => option(start, seasonName(start))),
    );
    replace(
      this.information,
      ...record.skills.map(({ information }) =>
        option(information, informationNames[information] ?? information),
      ),
    );
    this.toolbar.hidden = false;
  }
}

function nothingYet(): HTMLElement {
  return emptyState(
    h("p", {}, h("strong", {}, "Nothing has been scored yet. ")),
    h(
      "p",
      {},
      "Every forecast of a coming match is sealed before kick-off by the pipeline’s “predict” stage. It is scored by the first run after its result is in the data, usually one or two days after the match; a day’s seal is made when that day (UTC) is over.",
    ),
    h(
      "p",
      {},
      "Then this page shows how the forecasts did against the bookmakers’ prices and against always saying the average, and what the advised bets won or lost. ",
      h("a", { href: "#" }, "The matches to come"),
      " carry the forecasts that will be judged.",
    ),
  );
}

function nothingOfThis(): HTMLElement {
  return emptyState(h("p", {}, "No scored forecast fits this choice."));
}

function recordView(record: TrackRecord): Child[] {
  const [all] = record.skills;
  return [
    hindsightNotice(record),
    h("div", { class: "verdict-text" }, ...verdictOf(record).map((sentence) => h("p", {}, sentence))),
    all ? skillPart(all) : null,
    all ? calibrationPart(all) : null,
    betsPart(record.bets),
    record.skills.length > 2 ? informationPart(record.skills) : null,
    monthsPart(record.months),
  ];
}

/** The server's sentences, but for the one that the notice above them says. */
function verdictOf(record: TrackRecord): string[] {
  const late = Number(record.hindsight_matches) > 0;
  return record.verdict.filter((text) => !(late && text.includes("foresight"))).map(typeset);
}

function hindsightNotice(record: TrackRecord): HTMLElement | null {
  const late = Number(record.hindsight_matches);
  if (late === 0) return null;
  const some = late === Number(record.matches) ? "All" : `${count(late)} of`;
  return h(
    "p",
    { class: "hindsight-notice" },
    h("strong", {}, "Hindsight. "),
    `${some} ${count(record.matches)} forecasts were sealed after their match had been played, with the clock set to the past. Nothing later than that moment was used for them, but they prove nothing about foresight.`,
  );
}

const part = (title: string, ...content: Child[]) =>
  h("section", { class: "part" }, h("h2", {}, title), ...content);

function skillPart(skill: Skill): HTMLElement {
  const plots = Object.entries(references).flatMap(([key, { name, meaning }]) => {
    const against = skill.against.find(({ reference }) => reference === key);
    return against ? [comparisonPlot(`Against ${name}`, meaning, against)] : [];
  });
  return part(
    "Against the market and the base rate",
    h(
      "p",
      { class: "note" },
      `The forecasts’ log loss is ${skill.log_loss.toFixed(4)}, their Brier score ${skill.brier.toFixed(4)}, their ranked probability score ${skill.rps.toFixed(4)}; less is better. Below, each minus the other’s on the same matches, with the 95% interval by bootstrap over weeks: where it crosses zero, the difference cannot be told from luck. Each picture has a scale of its own.`,
    ),
    h("div", { class: "plots" }, ...plots),
  );
}

function comparisonPlot(title: string, meaning: string, against: Comparison): HTMLElement {
  return intervalPlot({
    title,
    note: `${meaning}, ${count(against.matches)} matches`,
    left: "forecast better",
    right: "worse",
    lowerIsBetter: true,
    format: (value) => signed(value, 4),
    rows: [
      { name: "Log loss", interval: against.log_loss },
      { name: "Brier score", interval: against.brier },
      { name: "Ranked probability score", interval: against.rps },
    ],
  });
}

function calibrationPart(skill: Skill): HTMLElement {
  const slope = skill.calibration_slope;
  return part(
    "Does it happen as often as it is said?",
    reliabilityDiagram(skill.reliability),
    h(
      "p",
      { class: "note" },
      `Calibration slope ${slope.toFixed(2)} (1 is right, less is overconfident), expected calibration error ${percent(skill.calibration_error, 1)}, the likeliest result came in ${percent(skill.accuracy, 1)} of ${count(skill.matches)} matches.`,
    ),
  );
}

function betsPart(bets: RecordedBets): HTMLElement {
  const title = "How the advice would have done";
  if (!bets.yield) return part(title, h("p", {}, "No bet was advised on these matches."));
  const verdicts = {
    better: "A gain that luck does not explain.",
    worse: "A loss, and more than bad luck.",
    unclear: "Whether this is skill or luck cannot be told yet.",
  };
  return part(
    title,
    h(
      "p",
      { class: "lead" },
      h("strong", { class: bets.yield.mean < 0 ? "loss" : undefined }, `${signedPercent(bets.yield.mean)} on ${count(bets.bets)} bets`),
      ` of one unit each; ${count(bets.won)} won, ${count(Number(bets.bets) - Number(bets.won))} lost. ${verdicts[standing(bets.yield, false)]}`,
    ),
    intervalPlot({
      title: "Profit per unit staked",
      left: "loss",
      right: "profit",
      lowerIsBetter: false,
      format: signedPercent,
      rows: [
        {
          name: "Yield",
          note: `the mark is what was claimed, ${signedPercent(bets.claimed_edge)}`,
          interval: bets.yield,
          mark: bets.claimed_edge,
        },
        ...(bets.closing_line_value
          ? [
              {
                name: "Closing-line value",
                note: `${count(bets.with_closing_line)} bets with a closing price`,
                interval: bets.closing_line_value,
              },
            ]
          : []),
      ],
    }),
  );
}

function informationPart(skills: readonly Skill[]): HTMLElement {
  const figure = (name: string) => ({ name, figure: true });
  return part(
    "By what the forecast knew",
    dataTable(
      "By what the forecast knew",
      [{ name: "Forecasts" }, ...["Matches", "Log loss", "Brier", "RPS", "Likeliest came in", "Slope"].map(figure)],
      skills.map((skill) => [
        informationNames[skill.information] ?? skill.information,
        count(skill.matches),
        skill.log_loss.toFixed(4),
        skill.brier.toFixed(4),
        skill.rps.toFixed(4),
        percent(skill.accuracy, 1),
        skill.calibration_slope.toFixed(2),
      ]),
    ),
  );
}

function monthsPart(months: readonly RecordedMonth[]): HTMLElement {
  const most = Math.max(...months.map(({ profit }) => Math.abs(profit)), 1);
  const bar = (profit: number) =>
    svg(
      "svg",
      { class: "swing", viewBox: "-50 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      svg("rect", {
        class: profit < 0 ? "fall" : "rise",
        x: Math.min(0, (profit / most) * 50).toFixed(2),
        width: Math.abs((profit / most) * 50).toFixed(2),
        y: "1",
        height: "10",
      }),
      svg("line", { class: "zero", x1: "0", x2: "0", y1: "0", y2: "12" }),
    );
  return part(
    "Month by month",
    dataTable(
      "Month by month",
      [
        { name: "Month" },
        { name: "Matches", figure: true },
        { name: "Log loss", figure: true },
        { name: "Against the market", figure: true },
        { name: "Bets", figure: true },
        { name: "Units won or lost", figure: true },
      ],
      [...months].reverse().map((month) => [
        month.month,
        count(month.matches),
        month.log_loss.toFixed(4),
        month.market_log_loss === undefined
          ? "–"
          : signed(month.log_loss - month.market_log_loss, 4),
        count(month.bets),
        h(
          "span",
          { class: "swing-cell" },
          Number(month.bets) ? bar(month.profit) : null,
          h("span", {}, Number(month.bets) ? signed(month.profit, 2) : "–"),
        ),
      ]),
    ),
  );
}
