// Limits that an account sets itself, time-outs and self-exclusion.

import { Api, ApiError } from "./api";
import { field, helpLinks, labelled, openForm } from "./dialog";
import { Child, h } from "./dom";
import { amountExample, moment, money, parseAmount } from "./format";
import { Ledger, Limit, LimitKind, LimitPeriod } from "./ledger";
import type { Account } from "./types";

const kinds: ReadonlyArray<{ value: LimitKind; name: string }> = [
  { value: "LIMIT_KIND_DEPOSIT", name: "Paying in" },
  { value: "LIMIT_KIND_STAKE", name: "Staking" },
  { value: "LIMIT_KIND_LOSS", name: "Losing" },
];
const periods: ReadonlyArray<{ value: LimitPeriod; name: string }> = [
  { value: "LIMIT_PERIOD_DAY", name: "24 hours" },
  { value: "LIMIT_PERIOD_WEEK", name: "7 days" },
  { value: "LIMIT_PERIOD_MONTH", name: "30 days" },
];
const exclusions: ReadonlyArray<{ days: string; name: string }> = [
  { days: "1", name: "24 hours" },
  { days: "7", name: "a week" },
  { days: "30", name: "30 days" },
  { days: "182", name: "six months" },
  { days: "365", name: "a year" },
  { days: "1826", name: "five years" },
  { days: "", name: "for good" },
];

export async function limitsDialog(
  api: Api,
  account: Account,
  onChanged: (account: Account) => void,
): Promise<void> {
  const ledger = new Ledger(api);
  let limits: Limit[] = [];
  let failure = "";
  try {
    limits = await ledger.limits();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure = error.message;
  }
  const kind = choice("kind", kinds);
  const period = choice("period", periods);
  const amount = field(
    `At most, in ${account.currency}`,
    { name: "limit", inputmode: "decimal", autocomplete: "off" },
    "Leave it empty to take a limit away. Lower limits hold at once; higher ones, or none, once you confirm them here, 24 hours from now or later.",
  );
  const dialog = openForm({
    title: "Limits and time-outs",
    action: "Set limit",
    content: [
      failure ? h("p", { class: "alert" }, failure) : null,
      account.excluded_until_time
        ? h("p", { class: "notice" }, exclusionText(account.excluded_until_time))
        : null,
      limits.length
        ? h(
            "ul",
            { class: "limits" },
            ...limits.map((limit) =>
              limitItem(limit, account.currency, async () => {
                await confirmLimit(api, limit);
                dialog.close();
                void limitsDialog(api, account, onChanged);
              }),
            ),
          )
        : h("p", {}, "You have set no limits yet."),
      h(
        "div",
        { class: "halves" },
        labelled("Limit for", kind),
        labelled("In any", period),
      ),
      amount.label,
      exclusionChoice(ledger, api, onChanged, () => dialog.close()),
    ],
    submit: async () => {
      const text = amount.input.value.trim();
      const minorUnits = text === "" ? undefined : parseAmount(text, account.currency);
      if (minorUnits === null) {
        amount.input.focus();
        throw new ApiError(422, `The limit must be an amount, ${amountExample(account.currency)}.`);
      }
      await ledger.setLimit(kind.value as LimitKind, period.value as LimitPeriod, minorUnits);
      void limitsDialog(api, account, onChanged);
    },
    explain: (error) => error.message,
  });
}

function limitItem(limit: Limit, currency: string, confirm: () => Promise<void>): HTMLElement {
  const name = kinds.find(({ value }) => value === limit.kind)?.name ?? "";
  const period = periods.find(({ value }) => value === limit.period)?.name ?? "";
  const now =
    limit.amount_minor_units === undefined
      ? "no limit"
      : `${money(limit.used_minor_units, currency)} of ${money(limit.amount_minor_units, currency)} used`;
  const item = h("li", {}, h("strong", {}, `${name}, ${period}: `), now);
  if (!limit.next_time) return item;
  const wanted =
    limit.next_amount_minor_units === undefined
      ? "no limit"
      : money(limit.next_amount_minor_units, currency);
  if (new Date(limit.next_time) > new Date()) {
    item.append(`; you asked for ${wanted}: it can be confirmed here from ${moment(limit.next_time)}`);
    return item;
  }
  const button = h("button", { type: "button", class: "button" }, `Confirm: ${wanted}`);
  const trouble = h("p", { class: "alert", hidden: true });
  button.addEventListener("click", () => {
    button.disabled = true;
    confirm().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      button.disabled = false;
      trouble.textContent = error.message;
      trouble.hidden = false;
    });
  });
  item.append("; ", button, trouble);
  return item;
}

/** What was asked for a day ago or longer. */
async function confirmLimit(api: Api, limit: Limit): Promise<void> {
  const amount = limit.next_amount_minor_units;
  await api.call("POST", "/v1/account/limits/confirmation", {
    kind: limit.kind,
    period: limit.period,
    ...(amount === undefined ? {} : { amount_minor_units: amount }),
  });
}

function exclusionChoice(
  ledger: Ledger,
  api: Api,
  onChanged: (account: Account) => void,
  close: () => void,
): HTMLElement {
  const length = h(
    "select",
    { name: "exclusion" },
    ...exclusions.map(({ days, name }) => h("option", { value: days }, name)),
  );
  const start = h("button", { type: "button", class: "button" }, "Take a break from betting");
  start.addEventListener("click", () => {
    close();
    const chosen = exclusions.find(({ days }) => days === length.value);
    confirmExclusion(ledger, chosen?.name ?? "", length.value, () => {
      void api.account().then(onChanged);
    });
  });
  return h(
    "fieldset",
    { class: "exclusion" },
    h("legend", {}, "A break, or an end"),
    h(
      "p",
      {},
      "No bets, no advice and no deposits for as long as you choose. What is yours can be withdrawn, and open bets are settled.",
    ),
    h("div", { class: "halves" }, labelled("For", length), start),
  );
}

function confirmExclusion(ledger: Ledger, name: string, days: string, onDone: () => void): void {
  openForm({
    title: "Take a break from betting",
    action: `Exclude me: ${name}`,
    content: [
      h(
        "p",
        {},
        `You will see no advice and can log no bets: ${name}. It can be made longer and never shorter, by nobody.`,
      ),
      helpText(),
    ],
    submit: async () => {
      await ledger.exclude(days === "" ? undefined : Number(days));
      onDone();
    },
    explain: (error) => error.message,
  });
}

function helpText(): HTMLElement {
  return h(
    "p",
    { class: "gambling" },
    "Free and confidential help: ",
    ...helpLinks.flatMap(({ name, url }, index): Child[] => [
      index ? ", " : null,
      h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, name),
    ]),
    ".",
  );
}

export function exclusionText(until: string): string {
  return until.startsWith("9999")
    ? "You have excluded yourself from betting for good."
    : `You have excluded yourself from betting until ${moment(until)}.`;
}

function choice(
  name: string,
  options: ReadonlyArray<{ value: string; name: string }>,
): HTMLSelectElement {
  return h(
    "select",
    { name },
    ...options.map((option) => h("option", { value: option.value }, option.name)),
  );
}
