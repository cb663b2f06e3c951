// Where backtests get their forecasts from, while there are none: how to start a walk-forward, and
// how far it has come.

import { Backtests, hasEnded, WalkForward } from "./backtest_data";
import { ApiError } from "./api";
import { button, Child, h, replace } from "./dom";
import { moment } from "./format";
import { emptyState } from "./states";

const pollMs = 3000;

export class WalkForwardState {
  readonly element = emptyState();
  private readonly alert = h("p", { class: "alert", role: "alert" });

  constructor(
    private readonly backtests: Backtests,
    private readonly mayStart: boolean,
    /** A walk-forward has ended well. */
    private readonly onDone: () => void,
  ) {}

  /** Shows the newest of these, and keeps it current while it runs. */
  show(walkForwards: readonly WalkForward[]): void {
    const newest = walkForwards[0];
    const running = newest !== undefined && !hasEnded(newest.state);
    replace(
      this.element,
      h("p", {}, h("strong", {}, "No walk-forward has finished yet.")),
      h(
        "p",
        {},
        "A backtest bets on forecasts that were made without knowing the season they are of. A walk-forward makes them: it fits every model anew before each past season, on what was known then, and keeps what they forecast. One starts by itself after each pipeline run that puts a new model version in production.",
      ),
      ...(running ? this.progress(newest) : this.start(newest)),
      this.alert,
    );
    if (running) setTimeout(() => void this.look(), pollMs);
  }

  private start(newest: WalkForward | undefined): Child[] {
    const ended =
      newest?.state === "failed"
        ? h("p", { class: "alert" }, `The last one failed: ${newest.error}`)
        : newest?.state === "cancelled"
        ? h("p", {}, "The last one was cancelled.")
        : null;
    if (!this.mayStart) {
      return [ended, h("p", {}, "An admin can start one here, with ", h("code", {}, "fairline walk-forward"), ", or over REST.")];
    }
    return [
      ended,
      h("p", {}, "By hand it takes the last six complete seasons of all competitions, and some minutes."),
      button(
        "Start a walk-forward",
        () =>
          void this.attempt(async () => {
            await this.backtests.startWalkForward();
            await this.look();
          }),
        "button primary",
      ),
    ];
  }

  private progress({ progress, create_time, state }: WalkForward): Child[] {
    const total = Number(progress?.total ?? 0);
    const text =
      state === "queued"
        ? "One is waiting to start."
        : `One is running${create_time ? ` since ${moment(create_time)}` : ""}${progress?.activity ? `: ${progress.activity}` : ""}.`;
    return [
      h("p", { role: "status" }, text, total > 0 ? ` ${progress?.done ?? 0} of ${total} steps.` : ""),
      h("progress", {
        class: "long",
        "aria-label": "Walk-forward",
        max: total > 0 ? String(total) : undefined,
        value: total > 0 ? progress?.done : undefined,
      }),
    ];
  }

  private async look(): Promise<void> {
    if (this.backtests.signal.aborted) return;
    await this.attempt(async () => {
      const all = await this.backtests.walkForwards();
      if (all.some(({ state }) => state === "done")) this.onDone();
      else this.show(all);
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.backtests.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      replace(this.alert, `${error.message} `, button("Look again", () => void this.look()));
    }
  }
}
