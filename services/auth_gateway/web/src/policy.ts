// "Staking policy": its settings with their reasons, and for an admin the form that changes them.

import { Api, ApiError } from "./api";
import { dataTable } from "./chart";
import { button, Child, h, replace } from "./dom";
import { moment, percent } from "./format";
import {
  changesOf,
  examples,
  inputText,
  jsonOf,
  levels,
  parseValue,
  Policy,
  PolicyField,
  policyFields,
  policyGroups,
  policyOf,
  stakeOf,
  unitText,
  Value,
  valueText,
} from "./policy_fields";
import { fill } from "./states";

interface PolicyVersion {
  /** "0" is the installation's own, before the first change. */
  version: string;
  policy: Record<string, unknown>;
  changed_by: string;
  reason: string;
  change_time?: string;
}

interface Control {
  field: PolicyField;
  input: HTMLInputElement;
  wrong: HTMLElement;
  was: HTMLElement;
}

export class PolicyPage {
  private version: PolicyVersion = { version: "0", policy: {}, changed_by: "", reason: "" };
  private current: Policy = {};
  private controls: Control[] = [];
  private readonly changes = h("div", { class: "changes" });
  private readonly summary = h("p", { class: "summary", role: "status" });
  private readonly alert = h("p", { class: "alert", role: "alert" });
  private readonly saved = h("p", { class: "saved", role: "status" });
  private readonly reason = h("input", {
    type: "text", name: "reason", maxlength: "500", autocomplete: "off", required: true,
    "aria-describedby": "reason-wrong",
  });
  private readonly reasonWrong = h("small", { class: "wrong", id: "reason-wrong" });

  constructor(
    private readonly api: Api,
    private readonly root: HTMLElement,
    private readonly signal: AbortSignal,
    private readonly mayChange: boolean,
  ) {}

  async load(): Promise<void> {
    await fill(this.root, this.signal, "Reading the staking policy…", async () => {
      const answer = await this.api.call<{ policy_version: PolicyVersion }>(
        "GET", "/v1/staking-policy", undefined, this.signal);
      this.take(answer.policy_version);
      return this.view();
    });
  }

  private take(version: PolicyVersion): void {
    this.version = version;
    this.current = policyOf(version.policy);
  }

  private view(): Child[] {
    this.controls = [];
    const groups = policyGroups.map(({ title, fields }) =>
      h(
        "fieldset",
        { class: "settings" },
        h("legend", {}, title),
        ...fields.map((field) => (this.mayChange ? this.editable(field) : this.readable(field))),
      ),
    );
    if (!this.mayChange) {
      return [this.provenance(), ...groups, this.previewOf(this.current)];
    }
    const form = h(
      "form",
      { novalidate: true },
      ...groups,
      h(
        "section",
        { class: "part", "aria-label": "What changes" },
        h("h2", {}, "What changes"),
        this.summary,
        this.changes,
        h(
          "label",
          { class: "field reason" },
          h("span", {}, "Reason"),
          this.reason,
          h("small", {}, "Kept with the version, for those who ask later."),
          this.reasonWrong,
        ),
        this.alert,
        h(
          "div",
          { class: "actions" },
          h("button", { type: "submit", class: "button primary" }, "Put in force"),
          button("Undo changes", () => this.reset(this.current)),
          button("Defaults", () => this.reset(initialPolicy())),
        ),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save(form);
    });
    this.showChanges();
    return [this.provenance(), this.saved, form];
  }

  private provenance(): HTMLElement {
    const { version, changed_by, reason, change_time } = this.version;
    return h(
      "p",
      { class: "note" },
      version === "0"
        ? "In force are the installation’s own settings; nobody has changed them. "
        : `Version ${version}, put in force by ${changed_by}${change_time ? ` on ${moment(change_time)}` : ""}: “${reason}”. `,
      this.mayChange
        ? "A change holds from the next look at the data on; every version is kept."
        : "An admin can change them.",
    );
  }

  private readable(field: PolicyField): HTMLElement {
    const value = this.current[field.name] ?? null;
    return h(
      "div",
      { class: "setting" },
      h("p", { class: "label" }, h("strong", {}, field.label), h("small", {}, field.meaning)),
      h("p", { class: "value" }, valueText(field, value)),
      defaultText(field, value),
    );
  }

  private editable(field: PolicyField): HTMLElement {
    const id = `policy-${field.name}`;
    const isSwitch = field.unit === "switch";
    const input = h("input", {
      id,
      name: field.name,
      type: isSwitch ? "checkbox" : "text",
      autocomplete: "off",
      inputmode: isSwitch ? undefined : "decimal",
      "aria-describedby": `${id}-meaning ${id}-wrong`,
    });
    const control: Control = {
      field,
      input,
      wrong: h("small", { class: "wrong", id: `${id}-wrong` }),
      was: h("small", { class: "was" }),
    };
    write(control, this.current[field.name] ?? null);
    input.addEventListener("input", () => this.showChanges());
    this.controls.push(control);
    return h(
      "div",
      { class: "setting" },
      h(
        "p",
        { class: "label" },
        h("label", { for: id }, field.label),
        h("small", { id: `${id}-meaning` }, field.meaning),
        control.wrong,
      ),
      h("p", { class: "value" }, input, h("span", {}, unitText(field.unit))),
      h("p", { class: "initial" }, h("small", {}, `default ${valueText(field, field.initial)}`), control.was),
    );
  }

  /** Reads every field; what is wrong is said beside it. Null when something is. */
  private read(): Policy | null {
    let whole = true;
    const policy: Policy = {};
    for (const { field, input, wrong } of this.controls) {
      const read =
        field.unit === "switch" ? { value: input.checked } : parseValue(field, input.value);
      const problem = "wrong" in read ? read.wrong : "";
      say(input, wrong, problem);
      if ("wrong" in read) whole = false;
      else policy[field.name] = read.value;
    }
    return whole ? policy : null;
  }

  private showChanges(): void {
    replace(this.alert);
    replace(this.saved);
    const policy = this.read();
    const after = policy ?? this.current;
    const changed = changesOf(this.current, after);
    for (const { field, was } of this.controls) {
      replace(
        was,
        policy && changed.includes(field)
          ? `was ${valueText(field, this.current[field.name] ?? null)}`
          : "",
      );
    }
    this.summary.textContent = !policy
      ? "Something above is not a value that can be put in force."
      : changed.length === 0
      ? "Nothing yet: these are the settings in force."
      : `${changed.length} ${changed.length === 1 ? "setting" : "settings"}:`;
    replace(
      this.changes,
      changed.length
        ? h(
            "ul",
            {},
            ...changed.map((field) =>
              h(
                "li",
                {},
                `${field.label}: ${valueText(field, this.current[field.name] ?? null)} → `,
                h("strong", {}, valueText(field, after[field.name] ?? null)),
              ),
            ),
          )
        : null,
      this.previewOf(after),
    );
  }

  /** What the policy makes of some bets; where that changes, what it was before. */
  private previewOf(policy: Policy): HTMLElement {
    const cell = (example: (typeof examples)[number], level: (typeof levels)[number]): Child => {
      const stake = stakeOf(policy, example, level);
      const before = stakeOf(this.current, example, level);
      const text = (value: number) => (value > 0 ? percent(value, 2) : "no bet");
      return Math.abs(stake - before) < 1e-9
        ? text(stake)
        : h("span", {}, h("s", {}, text(before)), " ", h("strong", {}, text(stake)));
    };
    return h(
      "section",
      { class: "preview" },
      h("h3", {}, "What it makes of single bets"),
      h(
        "p",
        { class: "note" },
        "Parts of the bankroll, each bet by itself at the best of many prices. The drawdown limit, the forecast’s uncertainty and the day’s other bets can only make them smaller.",
      ),
      dataTable(
        "What the policy makes of single bets",
        [
          { name: "Bet" },
          { name: "Forecast", figure: true },
          { name: "Edge", figure: true },
          ...levels.map((level) => ({ name: `${level} risk`, figure: true })),
        ],
        examples.map((example) => [
          example.name,
          percent(example.probability, 1),
          percent(example.probability * example.odds - 1, 1),
          ...levels.map((level) => cell(example, level)),
        ]),
      ),
    );
  }

  private reset(policy: Policy): void {
    for (const control of this.controls) write(control, policy[control.field.name] ?? null);
    this.showChanges();
  }

  private async save(form: HTMLFormElement): Promise<void> {
    replace(this.alert);
    const policy = this.read();
    const reason = this.reason.value.trim();
    say(this.reason, this.reasonWrong, reason ? "" : "Say why, for those who ask later.");
    const first = form.querySelector<HTMLInputElement>("[aria-invalid]");
    if (!policy || !reason) {
      first?.focus();
      return;
    }
    if (changesOf(this.current, policy).length === 0) {
      replace(this.alert, "Nothing is changed yet.");
      return;
    }
    const send = form.querySelector<HTMLButtonElement>("[type=submit]");
    if (send) send.disabled = true;
    try {
      const answer = await this.api.call<{ policy_version: PolicyVersion }>(
        "PUT",
        "/v1/staking-policy",
        { policy: jsonOf(policy), reason, base_version: this.version.version },
        this.signal,
      );
      this.take(answer.policy_version);
      this.reason.value = "";
      replace(this.root, ...this.view());
      replace(this.saved, `Version ${this.version.version} is in force.`);
      this.saved.tabIndex = -1;
      this.saved.focus();
    } catch (error) {
      if (this.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.refused(error);
    } finally {
      if (send) send.disabled = false;
    }
  }

  /** What the server refuses is said at its field, everything else above the button. */
  private refused(error: ApiError): void {
    let atField = false;
    for (const { field, reason } of error.fields) {
      const control = this.controls.find((one) => field === `policy.${one.field.name}`);
      if (!control) continue;
      say(control.input, control.wrong, `${reason}.`);
      if (!atField) control.input.focus();
      atField = true;
    }
    if (atField) return;
    const raced = error.message.startsWith("base_version");
    replace(
      this.alert,
      raced
        ? "Somebody else has put another version in force meanwhile. Load it, and make your change again. "
        : error.message,
      raced ? button("Load it", () => void this.load()) : null,
    );
  }
}

function write({ field, input }: Control, value: Value): void {
  if (field.unit === "switch") input.checked = value === true;
  else input.value = inputText(field, value);
}

function say(input: HTMLInputElement, place: HTMLElement, problem: string): void {
  replace(place, problem);
  if (problem) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function defaultText(field: PolicyField, value: Value): HTMLElement {
  return h(
    "p",
    { class: "initial" },
    h("small", {}, value === field.initial ? "the default" : `default ${valueText(field, field.initial)}`),
  );
}

function initialPolicy(): Policy {
  return Object.fromEntries(policyFields.map(({ name, initial }) => [name, initial]));
}
