// What opens below a match: what its forecast rests on, how sure it is, and every market on goals.

import { Api, ApiError } from "./api";
import { button, h, replace } from "./dom";
import { featureRows, measured, unitText } from "./explain";
import { goalMarkets } from "./goals";
import { outcomeName, percent } from "./format";
import { modelText } from "./matches";
import type { Explanation, Forecast } from "./types";
import { intervals, waterfall } from "./waterfall";

/** The panel, which reads its two answers itself and says when it cannot. */
export function matchDetail(api: Api, listed: Forecast, signal: AbortSignal): HTMLElement {
  const panel = h("section", {
    class: "panel",
    "aria-label": `Why this forecast of ${listed.home_team} – ${listed.away_team}`,
  });
  const load = async (): Promise<void> => {
    panel.setAttribute("aria-busy", "true");
    replace(panel, h("p", { class: "loading", role: "status" }, "Reading what the forecast rests on…"));
    try {
      const [explained, markets] = await Promise.all([
        orNone(api.explanation(listed.match_id, signal)),
        orNone(api.markets(listed.match_id, signal)),
      ]);
      if (signal.aborted) return;
      const forecast = explained?.forecast ?? listed;
      replace(
        panel,
        reasons(forecast, explained?.explanation ?? null),
        markets ? goalMarkets(forecast, markets) : null,
      );
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      replace(
        panel,
        h("p", { role: "alert" }, h("strong", {}, "It could not be read. "), error.message),
        button("Try again", () => void load()),
      );
    } finally {
      panel.removeAttribute("aria-busy");
    }
  };
  void load();
  return panel;
}

/** Null where there is none of this match or model version; every other error is passed on. */
async function orNone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const notNow = 409;
    if (error instanceof ApiError && error.status === notNow) return null;
    throw error;
  }
}

function reasons(forecast: Forecast, explanation: Explanation | null): HTMLElement {
  return h(
    "div",
    { class: "reasons" },
    explanation
      ? waterfall(forecast, explanation)
      : h("p", {}, "The model version that made this forecast cannot tell its reasons."),
    intervals(forecast),
    members(forecast),
    explanation ? ratings(forecast, explanation) : null,
  );
}

function members(forecast: Forecast): HTMLElement | null {
  if (forecast.members.length === 0) return null;
  const total = forecast.members.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  return h(
    "section",
    { class: "members" },
    h("h5", {}, "The models behind it"),
    h("p", {}, `${modelText(forecast)}, version ${forecast.model_version}: their pool, by weight.`),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Model"),
          h("th", { scope: "col" }, "Weight"),
          ...forecast.outcomes.map(({ outcome }) =>
            h("th", { scope: "col" }, outcomeName(outcome, "Home", "Away")),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...forecast.members.map((member) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, memberName(member.name)),
            h("td", {}, total > 0 ? percent(member.weight / total) : "–"),
            ...member.outcomes.map(({ probability }) => h("td", {}, percent(probability, 1))),
          ),
        ),
      ),
    ),
  );
}

const kindNames: Record<string, string> = {
  base_rate: "Base rate of the division",
  market: "The bookmakers’ line",
  elo: "Elo rating",
  pi_rating: "Pi-ratings",
  score_grid: "Dixon–Coles score grid",
  dixon_coles: "Dixon–Coles score grid",
  logistic: "Logistic regression",
  linear: "Logistic regression",
  trees: "Boosted trees",
};

/** "trees.no_odds" to "Boosted trees"; a name that is not known stands as it is. */
function memberName(name: string): string {
  const [kind = name] = name.split(".");
  return kindNames[kind] ?? name.replace(/[._]/g, " ");
}

const blockNames: Record<string, string> = {
  rating: "Ratings",
  goals: "Expected goals",
  form: "Form, recent matches weigh most",
  table: "Table of the season",
  past_odds: "Odds of past matches",
};

function ratings(forecast: Forecast, { features }: Explanation): HTMLElement | null {
  if (features.length === 0) return null;
  return h(
    "details",
    { class: "ratings" },
    h("summary", {}, "Ratings and form it rests on"),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          h("th", { scope: "col" }, forecast.home_team),
          h("th", { scope: "col" }, forecast.away_team),
        ),
      ),
      ...[...featureRows(features)].map(([block, rows]) =>
        h(
          "tbody",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "rowgroup", colspan: "3" }, blockNames[block] ?? block),
          ),
          ...rows.map(({ label, unit, home, away, both }) =>
            h(
              "tr",
              {},
              h(
                "th",
                { scope: "row", title: (home ?? away ?? both)?.meaning },
                label,
                h("small", {}, unitText({ unit })),
              ),
              ...(both
                ? [h("td", { colspan: "2" }, measured(both))]
                : [h("td", {}, measured(home)), h("td", {}, measured(away))]),
            ),
          ),
        ),
      ),
    ),
  );
}
