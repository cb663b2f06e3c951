// Pictures of one forecast: the steps that led to it, and how sure it is.

import { h, replace, svg } from "./dom";
import { change, Step, stepsOf } from "./explain";
import { outcomeName, percent } from "./format";
import type { Explanation, Forecast, Outcome } from "./types";

const shownSteps = 7;

/** The way from the base rate to the forecast for one outcome, which the reader chooses. */
export function waterfall(forecast: Forecast, explanation: Explanation): HTMLElement {
  const list = h("ol", { class: "steps" });
  const show = (outcome: number): void => replace(list, ...rows(forecast, explanation, outcome));
  const favourite = forecast.outcomes.reduce(
    (best, { probability }, index, all) => (probability > (all[best]?.probability ?? 0) ? index : best),
    0,
  );
  show(favourite);
  return h(
    "section",
    { class: "waterfall" },
    h("h5", {}, "What moved it"),
    h(
      "fieldset",
      { class: "choice" },
      h("legend", { class: "visually-hidden" }, "The outcome that is explained"),
      ...forecast.outcomes.map(({ outcome }, index) => {
        const input = h("input", {
          type: "radio",
          name: `waterfall-${forecast.match_id}`,
          checked: index === favourite,
        });
        input.addEventListener("change", () => show(index));
        return h("label", {}, input, h("span", {}, winName(outcome, forecast)));
      }),
    ),
    list,
  );
}

function winName(outcome: Outcome, forecast: Forecast): string {
  return outcomeName(outcome, forecast.home_team, forecast.away_team);
}

function rows(forecast: Forecast, explanation: Explanation, outcome: number): HTMLElement[] {
  const sides = { home: forecast.home_team, away: forecast.away_team };
  const steps = stepsOf(explanation, outcome, sides, shownSteps);
  const first = explanation.base_rate[outcome]?.probability ?? 0;
  const last = forecast.outcomes[outcome]?.probability ?? 0;
  const marks = [first, last, ...steps.map(({ to }) => to)];
  const scale = scaleOf(Math.min(...marks), Math.max(...marks));
  return [
    total("At the start", "What the model says knowing nothing of the match", first, scale),
    ...steps.map((step) => stepRow(step, scale)),
    total("This forecast", "", last, scale),
  ];
}

/** Where a probability stands in a picture 100 wide: the range of the marks with some air around. */
type Scale = (probability: number) => number;

function scaleOf(low: number, high: number): Scale {
  const air = Math.max((high - low) * 0.08, 0.005);
  const from = Math.max(low - air, 0);
  const to = Math.min(high + air, 1);
  return (probability) => ((probability - from) / (to - from)) * 100;
}

function stepRow(step: Step, scale: Scale): HTMLElement {
  const left = Math.min(scale(step.from), scale(step.to));
  const width = Math.max(Math.abs(scale(step.to) - scale(step.from)), 0.6);
  const rises = step.to >= step.from;
  return h(
    "li",
    {},
    h("span", { class: "what" }, step.label, step.note ? h("small", {}, step.note) : null),
    picture(
      svg("rect", {
        class: rises ? "rise" : "fall",
        x: left.toFixed(2),
        y: "2",
        width: width.toFixed(2),
        height: "8",
      }),
      mark("thread", scale(step.to)),
    ),
    h("span", { class: rises ? "change rise" : "change fall" }, change(step)),
  );
}

function total(label: string, note: string, probability: number, scale: Scale): HTMLElement {
  return h(
    "li",
    { class: "total" },
    h("span", { class: "what" }, label, note ? h("small", {}, note) : null),
    picture(mark("sum", scale(probability))),
    h("span", { class: "change" }, percent(probability, 1)),
  );
}

/** 100 wide and 12 high, stretched to the width there is. */
function picture(...content: SVGElement[]): SVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...content,
  );
}

function mark(className: string, x: number): SVGElement {
  return svg("line", { class: className, x1: x.toFixed(2), x2: x.toFixed(2), y1: "0", y2: "12" });
}

/** Each outcome's probability on one line from 0, with the interval that holds it mostly. */
export function intervals(forecast: Forecast): HTMLElement | null {
  if (forecast.uncertainty.length === 0) return null;
  const market = forecast.market_outcomes;
  const scale = scaleOf(0, Math.max(...forecast.uncertainty.map(({ high }) => high)));
  return h(
    "section",
    { class: "certainty" },
    h("h5", {}, "How sure it is"),
    h(
      "p",
      {},
      "In four cases of five the probability lies within the band",
      market.length ? "; the mark is the market’s line." : ".",
    ),
    h(
      "ul",
      {},
      ...forecast.uncertainty.map(({ outcome, low, high }, index) => {
        const probability = forecast.outcomes[index]?.probability ?? 0;
        const line = market[index]?.probability;
        return h(
          "li",
          { class: outcome.replace("OUTCOME_", "").toLowerCase() },
          h("span", { class: "what" }, winName(outcome, forecast)),
          picture(
            svg("rect", { class: "track", x: "0", y: "5", width: "100", height: "2" }),
            svg("rect", {
              class: "band",
              x: scale(low).toFixed(2),
              y: "2",
              width: (scale(high) - scale(low)).toFixed(2),
              height: "8",
            }),
            mark("here", scale(probability)),
            ...(line === undefined ? [] : [mark("market", scale(line))]),
          ),
          h(
            "span",
            { class: "change" },
            percent(probability, 1),
            h("small", {}, `${percent(low)} to ${percent(high)}`),
          ),
        );
      }),
    ),
  );
}
