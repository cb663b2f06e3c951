// The picture of a forecast: one bar, split by probability, with the market's line as ticks.

import { svg } from "./dom";
import { outcomeName, percent } from "./format";
import type { Forecast } from "./types";

/** 100 wide: the forecast's segments, and a tick at each boundary where the market puts it. */
export function probabilityBar(forecast: Forecast): SVGElement {
  const segments: SVGElement[] = [];
  let left = 0;
  for (const { outcome, probability } of forecast.outcomes) {
    const width = probability * 100;
    segments.push(
      svg("rect", {
        class: `segment ${outcome.replace("OUTCOME_", "").toLowerCase()}`,
        x: left.toFixed(3),
        y: "3",
        width: width.toFixed(3),
        height: "10",
      }),
    );
    left += width;
  }
  const ticks = marketBoundaries(forecast).map((x) =>
    svg("line", { class: "market", x1: x, x2: x, y1: "0", y2: "16" }),
  );
  return svg(
    "svg",
    {
      class: "bar",
      viewBox: "0 0 100 16",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": description(forecast),
    },
    ...segments,
    ...ticks,
  );
}

function marketBoundaries(forecast: Forecast): string[] {
  let sum = 0;
  return forecast.market_outcomes.slice(0, -1).map(({ probability }) => {
    sum += probability * 100;
    return sum.toFixed(3);
  });
}

function description(forecast: Forecast): string {
  const list = (outcomes: Forecast["outcomes"]) =>
    outcomes
      .map(
        ({ outcome, probability }) =>
          `${outcomeName(outcome, forecast.home_team, forecast.away_team)} ${percent(probability)}`,
      )
      .join(", ");
  const market = forecast.market_outcomes.length
    ? `; the market’s line: ${list(forecast.market_outcomes)}`
    : "; no market line";
  return `${list(forecast.outcomes)}${market}`;
}
