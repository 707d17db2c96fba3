import { findCheckbox, findRowLink, rowNow } from "./rows";

// `data-act="assign"`: the letter of the act "assign" presses this control. Controls in the focused row come first, then those in the row's
// panel, then all others. A control in the row only gets the focus. `data-acts="assign note"` on the list names the acts in its rows'
// panels: their letters first open the focused row's panel. In a form that decides, the `verb` buttons are acts too. If rows are ticked,
// the letter presses the button. Otherwise, the button in the focused row's panel gets the focus.

export function help(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog#keys");
}

function press(control: HTMLElement): void {
  if (control.matches("button, a, summary")) control.click();
  else control.closest("details")?.setAttribute("open", "");
  if (!control.matches("button, a")) control.focus();
}

function findActButtons(place: Element | null | undefined, names: readonly string[]): readonly HTMLElement[] {
  return names.flatMap((name) => [...(place?.querySelectorAll<HTMLElement>(`[data-act="${name}"]`) ?? [])]).filter(({ hidden }) => !hidden);
}

function panelsHave(names: readonly string[]): boolean {
  const acts = document.getElementById("beside")?.dataset.acts ?? "";
  return names.some((name) => acts.split(" ").includes(name));
}

export function hasAct(...names: readonly string[]): boolean {
  return panelsHave(names) || findActButtons(document.querySelector("main"), names).length > 0;
}

function withPanel(row: HTMLElement, then: () => void): void {
  const isOpen = () => row.getAttribute("aria-current") === "true";
  if (isOpen()) {
    then();
    return;
  }
  document.addEventListener("gatehouse:panel", () => isOpen() && then(), { once: true });
  findRowLink(row)?.click();
}

export function act(...names: readonly string[]): void {
  const row = rowNow();
  const [own] = findActButtons(row, names);
  const inPanel = () => findActButtons(document.querySelector(".panel"), names);
  const others = findActButtons(document.querySelector("main"), names).filter(
    (control) => !control.closest("[data-keys] [data-key], #beside .panel"),
  );
  const isOther = row?.closest("#beside") && row.getAttribute("aria-current") !== "true";
  if (own) own.focus();
  else if (row && isOther && panelsHave(names)) withPanel(row, () => inPanel().slice(0, 1).forEach(press));
  else [...(isOther ? [] : inPanel()), ...others].slice(0, 1).forEach(press);
}

/**
 * Returns a `verb` button of the list's form. If a question is open, the question's button is preferred. @param verb @default any button
 */
export function verbButton(verb?: string): HTMLButtonElement | null {
  const button = `form[data-keys] button[name="verb"]${verb === undefined ? "" : `[value="${verb}"]`}`;
  return document.querySelector<HTMLButtonElement>(`.question ${button}`) ?? document.querySelector(button);
}

export function decideTicked(verb: string): void {
  const button = verbButton(verb);
  const row = rowNow();
  const chosen = (kind: string) => button?.form?.querySelector(`[name="request"]${kind}`) ?? null;
  if (button === null) return;
  if (chosen(":checked") !== null) button.click();
  // On the page of a single request, the button only gets the focus.
  else if (chosen("[type=hidden]") !== null) button.focus();
  else if (row && findCheckbox(row)) {
    withPanel(row, () => document.querySelector<HTMLElement>(`.panel [name="verb"][value="${verb}"]`)?.focus());
  }
}
