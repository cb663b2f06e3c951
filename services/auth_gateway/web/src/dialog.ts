// Forms: modal dialogs, their fields, and where help is found.

import { ApiError } from "./api";
import { byId, button, Child, h, replace } from "./dom";

export const helpLinks: ReadonlyArray<{ name: string; url: string }> = [
  { name: "Gambling Therapy (any country)", url: "https://www.gamblingtherapy.org/" },
  { name: "GambleAware (Great Britain)", url: "https://www.gambleaware.org/" },
  { name: "Gamblers Anonymous", url: "https://www.gamblersanonymous.org/" },
];

export interface Form {
  title: string;
  action: string;
  content: Child[];
  extra?: HTMLElement;
  /** Throws ApiError when it did not work; the dialog closes when it did. */
  submit: () => Promise<void>;
  /** What to tell the person. */
  explain: (error: ApiError) => string;
}

/** A modal dialog with one form; the browser keeps the focus inside and Escape closes it. */
export function openForm(form: Form): HTMLDialogElement {
  const alert = h("p", { class: "alert", role: "alert" });
  const send = h("button", { type: "submit", class: "button primary" }, form.action);
  const close = button("Close", () => dialog.close(), "button quiet");
  const element = h(
    "form",
    {},
    h("header", {}, h("h2", { id: "dialog-title" }, form.title), close),
    ...form.content,
    alert,
    h("div", { class: "actions" }, send, form.extra),
  );
  const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, element);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    replace(alert);
    send.disabled = true;
    form
      .submit()
      .then(() => dialog.close())
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        replace(alert, form.explain(error));
      })
      .finally(() => {
        send.disabled = false;
      });
  });
  dialog.addEventListener("close", () => dialog.remove());
  byId("dialogs").append(dialog);
  dialog.showModal();
  element.querySelector<HTMLInputElement>("input")?.focus();
  return dialog;
}

export function field(
  name: string,
  attributes: Record<string, string | boolean>,
  hint = "",
): { label: HTMLLabelElement; input: HTMLInputElement } {
  const input = h("input", { type: "text", spellcheck: "false", ...attributes });
  const label = h(
    "label",
    { class: "field" },
    h("span", {}, name),
    input,
    hint ? h("small", {}, hint) : null,
  );
  return { label, input };
}

export function labelled(name: string, control: HTMLElement): HTMLLabelElement {
  return h("label", { class: "field" }, h("span", {}, name), control);
}

/** The same on one line, for a toolbar. */
export function inline(name: string, control: HTMLElement): HTMLLabelElement {
  const label = labelled(name, control);
  label.classList.add("inline");
  return label;
}
