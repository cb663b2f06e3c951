// Signing up, signing in, and the account's own settings: three dialogs.

import { Api, ApiError } from "./api";
import { field, helpLinks, labelled, openForm } from "./dialog";
import { button, Child, h, replace } from "./dom";
import { limitsDialog } from "./limits";
import { amountExample, money, parseAmount, passwordRules, plainAmount, risks, roleName } from "./format";
import type { Account, Risk } from "./types";

const currencies = ["EUR", "GBP", "CHF", "CZK", "DKK", "JPY", "NOK", "PLN", "RON", "SEK", "TRY", "USD"];

export function signInDialog(api: Api, onDone: () => void, notice = ""): void {
  const username = field("Username", { name: "username", autocomplete: "username", required: true });
  const password = field("Password", {
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  openForm({
    title: "Sign in",
    action: "Sign in",
    content: [notice ? h("p", { class: "notice" }, notice) : null, username.label, password.label],
    submit: async () => {
      await api.signIn(username.input.value.trim(), password.input.value);
      onDone();
    },
    explain: (error) =>
      error.status === 401
        ? "That username and password do not belong together. Check both and try again."
        : error.message,
  });
}

export function signUpDialog(api: Api, onDone: () => void): void {
  const username = field(
    "Username",
    {
      name: "username",
      autocomplete: "username",
      required: true,
      minlength: "3",
      maxlength: "64",
      pattern: "[A-Za-z0-9._@\\-]{3,64}",
    },
    "3 to 64 letters, digits or . _ - @",
  );
  const password = field("Password", {
    name: "new-password",
    type: "password",
    autocomplete: "new-password",
    required: true,
    "aria-describedby": "password-rules",
  });
  const bankroll = field(
    "Bankroll",
    { name: "bankroll", inputmode: "decimal", autocomplete: "off", required: true, value: "0" },
    "The money you set aside for betting and can do without.",
  );
  const currency = currencyChoice();
  const risk = riskChoice("RISK_LOW");
  const adult = h("input", { type: "checkbox", name: "of-legal-age", required: true });
  openForm({
    title: "Create an account",
    action: "Create account",
    content: [
      username.label,
      password.label,
      passwordRuleList(password.input),
      h(
        "div",
        { class: "pair" },
        bankroll.label,
        h("label", { class: "field" }, h("span", {}, "Currency"), currency),
      ),
      risk.fieldset,
      h(
        "label",
        { class: "check" },
        adult,
        h("span", {}, "I am of legal age to bet where I live (18 or older)."),
      ),
      gamblingNotice(),
    ],
    submit: async () => {
      const unmet = passwordRules.filter(({ met }) => !met(password.input.value));
      if (unmet.length) {
        password.input.focus();
        throw new ApiError(422, `The password still needs ${unmet.map((r) => r.text).join(", ")}.`);
      }
      const amount = amountOf(bankroll.input, currency.value);
      const name = username.input.value.trim();
      await api.signUp({
        username: name,
        password: password.input.value,
        bankroll_minor_units: amount,
        risk: risk.value(),
        currency: currency.value,
        of_legal_age: adult.checked,
      });
      await api.signIn(name, password.input.value);
      onDone();
    },
    explain: (error) =>
      error.status === 409 ? "That username is taken. Choose another one." : error.message,
  });
}

export function accountDialog(
  api: Api,
  account: Account,
  onChanged: (account: Account) => void,
  onSignOut: () => void,
): void {
  const bankroll = field(
    `Bankroll in ${account.currency}`,
    {
      name: "bankroll",
      inputmode: "decimal",
      autocomplete: "off",
      required: true,
      value: plainAmount(account.bankroll_minor_units, account.currency),
    },
    "Stakes are fractions of this amount.",
  );
  const risk = riskChoice(account.risk);
  const currency = account.currency_unknown ? currencyChoice() : null;
  const dialog = openForm({
    title: account.username,
    action: "Save",
    content: [
      h(
        "p",
        { class: "facts" },
        `${roleName(account.role)} account · ${money(account.bankroll_minor_units, account.currency)}`,
      ),
      account.role === 0
        ? h("p", {}, "Edge, best price and stake come with a premium account. An admin can grant it.")
        : null,
      currency
        ? h("p", { class: "notice" }, `“${account.currency}” is no currency. Name yours: until then the account takes no bets. Amounts keep what they show.`)
        : null,
      currency ? labelled("Currency", currency) : bankroll.label,
      risk.fieldset,
      gamblingNotice(),
    ],
    extra: h(
      "span",
      { class: "actions" },
      button("Limits and time-outs", () => {
        dialog.close();
        void limitsDialog(api, account, onChanged);
      }),
      button("Sign out", () => {
        dialog.close();
        onSignOut();
      }),
    ),
    submit: async () => {
      let changed = account;
      if (currency) {
        changed = await api.setCurrency(currency.value);
      } else {
        const amount = amountOf(bankroll.input, account.currency);
        if (amount !== account.bankroll_minor_units) changed = await api.setBankroll(amount);
      }
      if (risk.value() !== account.risk) changed = await api.setRisk(risk.value());
      onChanged(changed);
    },
    explain: (error) => error.message,
  });
}

const currencyChoice = (): HTMLSelectElement =>
  h("select", { name: "currency" }, ...currencies.map((code) => h("option", { value: code }, code)));

function riskChoice(current: Risk): { fieldset: HTMLFieldSetElement; value: () => Risk } {
  const inputs = risks.map(({ value }) =>
    h("input", { type: "radio", name: "risk", value, checked: value === current }),
  );
  const fieldset = h(
    "fieldset",
    { class: "risk" },
    h("legend", {}, "Risk"),
    ...risks.map(({ name, meaning }, index) =>
      h(
        "label",
        {},
        inputs[index],
        h("span", {}, h("strong", {}, name), h("small", {}, meaning)),
      ),
    ),
  );
  return {
    fieldset,
    value: () => risks[inputs.findIndex(({ checked }) => checked)]?.value ?? current,
  };
}

function passwordRuleList(input: HTMLInputElement): HTMLElement {
  const rules = passwordRules.map(({ text, met }) => {
    const state = h("span", { class: "visually-hidden" });
    return { met, state, item: h("li", {}, text, state) };
  });
  const check = () => {
    for (const { met, state, item } of rules) {
      const fulfilled = met(input.value);
      item.classList.toggle("met", fulfilled);
      replace(state, fulfilled ? ": done" : ": missing");
    }
  };
  input.addEventListener("input", check);
  check();
  return h("ul", { id: "password-rules", class: "rules" }, ...rules.map(({ item }) => item));
}

function amountOf(input: HTMLInputElement, currency: string): string {
  const amount = parseAmount(input.value, currency);
  if (amount === null) {
    input.focus();
    throw new ApiError(422, `The bankroll must be an amount, ${amountExample(currency)}.`);
  }
  return amount;
}

function gamblingNotice(): HTMLElement {
  return h(
    "p",
    { class: "gambling" },
    "Betting can cost you money and become a habit that harms you. A forecast is not a promise: most bets with an edge still lose. Free and confidential help: ",
    ...helpLinks.flatMap(({ name, url }, index): Child[] => [
      index ? ", " : null,
      h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, name),
    ]),
    ".",
  );
}
