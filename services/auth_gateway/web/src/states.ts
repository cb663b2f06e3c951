// What a part of a page shows before it has its content, and when it cannot have it.

import { ApiError } from "./api";
import { button, Child, h, replace } from "./dom";

export function waiting(text: string): HTMLElement {
  return h("p", { class: "state loading", role: "status" }, text);
}

/** Says what could not be done, why, and what to do about it. */
export function failure(title: string, error: ApiError, again: () => void): HTMLElement {
  return h(
    "div",
    { class: "state", role: "alert" },
    h("p", {}, h("strong", {}, `${title} `), error.message),
    h("p", {}, adviceOn(error)),
    button("Try again", again),
  );
}

export function emptyState(...content: Child[]): HTMLElement {
  return h("div", { class: "state empty" }, ...content);
}

/**
 * Fills `root` with what `make` answers, and until then with `text`. What the server refuses is
 * said in its place, with a button that tries again. Nothing happens once `signal` has aborted.
 */
export async function fill(
  root: Element,
  signal: AbortSignal,
  text: string,
  make: () => Promise<Child[]>,
): Promise<void> {
  replace(root, waiting(text));
  root.setAttribute("aria-busy", "true");
  try {
    const content = await make();
    if (signal.aborted) return;
    replace(root, ...content);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    replace(
      root,
      failure("This could not be read.", error, () => void fill(root, signal, text, make)),
    );
  } finally {
    root.removeAttribute("aria-busy");
  }
}

export function adviceOn(error: ApiError): string {
  if (error.status === 0) {
    return "Check your connection. If you run this server yourself, “tools/dev status” tells what is down.";
  }
  if (error.status === 429) return "Wait a minute, then try again.";
  if (error.status >= 500) return "A part of the service may be restarting. Try again in a moment.";
  if (error.status === 409) {
    return "Nothing is forecast until an admin’s first pipeline run has ended well.";
  }
  return "Choose otherwise, or try again.";
}
