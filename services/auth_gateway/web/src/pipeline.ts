// The admin's panel: the latest pipeline run, followed live.

import { Api, ApiError } from "./api";
import { button, h, replace } from "./dom";
import { moment } from "./format";
import { follow } from "./stream";
import type { Run, RunState, Stage, StageState } from "./types";

const stageNames: Record<string, string> = {
  ingest: "Fetch and load results and odds",
  preprocess: "Compute features",
  train: "Fit and judge the models",
  register: "Put the new version before the gate",
  predict: "Forecast the coming matches",
  settle: "Settle bets",
};

const stageStates: Record<StageState, string> = {
  STAGE_STATE_WAITING: "waiting",
  STAGE_STATE_RUNNING: "running",
  STAGE_STATE_SUCCEEDED: "done",
  STAGE_STATE_FAILED: "failed",
  STAGE_STATE_SKIPPED: "skipped",
};

const runStates: Record<RunState, string> = {
  RUN_STATE_QUEUED: "Waiting to start",
  RUN_STATE_RUNNING: "Running",
  RUN_STATE_SUCCEEDED: "Done",
  RUN_STATE_FAILED: "Failed",
  RUN_STATE_CANCELLED: "Cancelled",
};

/** Fills `panel` with the latest run and keeps it current until `signal` aborts. */
export class PipelinePanel {
  private readonly status = h("p", { class: "run-state", role: "status" });
  private readonly stages = h("ol", { class: "stages" });
  private readonly fold = h("details", {}, h("summary", {}, "Stages"), this.stages);
  private shownRunId = "";
  private readonly actions = h("div", { class: "actions" });
  private watching: AbortController | null = null;

  constructor(
    private readonly api: Api,
    panel: HTMLElement,
    signal: AbortSignal,
    /** A watched run ended well: there may be new forecasts. */
    private readonly onSucceeded: () => void,
  ) {
    replace(panel, h("h2", {}, "Pipeline"), this.status, this.fold, this.actions);
    signal.addEventListener("abort", () => this.watching?.abort());
  }

  async load(): Promise<void> {
    await this.attempt(async () => this.take(await this.api.latestRun()));
  }

  private take(run: Run | null): void {
    this.show(run);
    if (run && !hasEnded(run)) void this.watch(run.run_id);
  }

  private async watch(runId: string): Promise<void> {
    this.watching?.abort();
    const watching = new AbortController();
    this.watching = watching;
    try {
      await follow(
        this.api,
        `/v1/pipeline/runs/${encodeURIComponent(runId)}:watch`,
        watching.signal,
        (message) => {
          const run = message["run"] as Run;
          this.show(run);
          if (run.state === "RUN_STATE_SUCCEEDED") this.onSucceeded();
          return hasEnded(run);
        },
        () => replace(this.status, "The connection broke off; trying again…"),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.report(error);
    }
  }

  private show(run: Run | null): void {
    this.fold.hidden = !run;
    if (!run) {
      replace(this.status, "No run yet. Start one to fetch data, fit the models and forecast.");
      replace(this.actions, this.startButton());
      return;
    }
    // A run that ended well long ago need not take the place of the matches.
    if (run.run_id !== this.shownRunId) {
      this.fold.open = run.state !== "RUN_STATE_SUCCEEDED" || run.warnings > 0;
    }
    this.shownRunId = run.run_id;
    const when = hasEnded(run) ? run.end_time : run.create_time;
    const text = `${runStates[run.state]}${warned(run)}${when ? `, ${moment(when)}` : ""}`;
    if (this.status.textContent !== text) replace(this.status, text);
    this.stages.replaceChildren(...run.stages.map(stageItem));
    replace(
      this.actions,
      run.error ? h("p", { class: "alert" }, run.error) : null,
      hasEnded(run) ? this.startButton() : this.changeButton("Cancel", run, "cancel"),
      run.state === "RUN_STATE_FAILED" || run.state === "RUN_STATE_CANCELLED"
        ? this.changeButton("Take it up where it stopped", run, "retry")
        : null,
    );
  }

  private startButton(): HTMLElement {
    return button(
      "Start a run",
      () => void this.attempt(async () => this.take(await this.api.startRun())),
      "button primary",
    );
  }

  private changeButton(label: string, run: Run, verb: "cancel" | "retry"): HTMLElement {
    return button(label, () =>
      void this.attempt(async () => {
        const changed = await this.api.changeRun(run.run_id, verb);
        if (verb === "retry") this.take(changed);
      }),
    );
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.report(error);
    }
  }

  private report(error: ApiError): void {
    replace(this.status, `The pipeline answered: ${error.message}`);
    replace(this.actions, button("Look again", () => void this.load()));
  }
}

function hasEnded(run: Run): boolean {
  return run.state !== "RUN_STATE_QUEUED" && run.state !== "RUN_STATE_RUNNING";
}

function warned(run: Run): string {
  if (run.state !== "RUN_STATE_SUCCEEDED" || !run.warnings) return "";
  return run.warnings === 1 ? " with one warning" : ` with ${run.warnings} warnings`;
}

function stageItem(stage: Stage): HTMLElement {
  const name = stageNames[stage.name] ?? stage.name;
  const state = stageStates[stage.state];
  const total = Number(stage.progress?.total ?? 0);
  const running = stage.state === "STAGE_STATE_RUNNING";
  return h(
    "li",
    { class: `stage ${state}` },
    h("span", { class: "stage-name" }, name),
    h(
      "span",
      { class: "stage-state" },
      stage.attempts > 1 ? `${state}, attempt ${stage.attempts}` : state,
    ),
    running
      ? h("progress", {
          "aria-label": name,
          max: total > 0 ? String(total) : undefined,
          value: total > 0 ? stage.progress?.done : undefined,
        })
      : null,
    running && stage.progress
      ? h("small", {}, progressText(stage.progress.activity, stage.progress.done, total))
      : stage.message
      ? h("small", {}, stage.message)
      : null,
    stage.warnings.length
      ? h("ul", { class: "warnings" }, ...stage.warnings.map((text) => h("li", {}, text)))
      : null,
  );
}

function progressText(activity: string, done: string, total: number): string {
  return total > 0 ? `${activity} (${done} of ${total})` : activity;
}
