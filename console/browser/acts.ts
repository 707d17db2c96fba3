import { boxOf, linkOf, rowNow, tick } from "./rows";

// `data-act="assign"`: what the letter of that act presses; in the row, else in the panel of the row, else anywhere on the page. Within
// a row it asks first. `data-acts="assign note"` of the list names what the panels of its rows have: a panel that shows another row, or
// none, is opened first. Of a form that decides, the buttons `verb` are acts too. They decide on what is ticked. Where nothing is, on
// the row with the focus, whose `data-name` names the person, and only once the question that names them is answered.

/** It lists the keys, and has the words of questions. */
export function help(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog#keys");
}

function ask(words: string, yes: string, act: () => void): void {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", words);
  const question = document.createElement("p");
  question.textContent = words;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "actions";
  const answers = [
    [yes, "yes", ""],
    [help()?.dataset.cancel, "", "quiet"],
  ];
  for (const [textContent, value, className] of answers) {
    form.append(Object.assign(document.createElement("button"), { textContent, value, className }));
  }
  dialog.append(question, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") act();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function askOf(button: Element, row: HTMLElement, act: () => void): void {
  const verb = button.textContent?.trim() ?? "";
  const name = row.dataset.name ?? row.querySelector("th")?.textContent?.trim() ?? "";
  ask((help()?.dataset.ask ?? "").replace("{verb}", verb).replace("{name}", name), verb, act);
}

function press(control: HTMLElement): void {
  if (control.matches("button, a, summary")) control.click();
  else control.closest("details")?.setAttribute("open", "");
  if (!control.matches("button, a")) control.focus();
}

function named(place: Element | null | undefined, names: readonly string[]): readonly HTMLElement[] {
  return names.flatMap((name) => [...(place?.querySelectorAll<HTMLElement>(`[data-act="${name}"]`) ?? [])]).filter(({ hidden }) => !hidden);
}

function panelsHave(names: readonly string[]): boolean {
  const acts = document.getElementById("beside")?.dataset.acts ?? "";
  return names.some((name) => acts.split(" ").includes(name));
}

export function hasAct(...names: readonly string[]): boolean {
  return panelsHave(names) || named(document.querySelector("main"), names).length > 0;
}

export function act(...names: readonly string[]): void {
  const row = rowNow();
  const [own] = named(row, names);
  if (row && own) {
    askOf(own, row, () => press(own));
    return;
  }
  const inPanel = () => named(document.querySelector(".panel"), names);
  const isOther = row?.closest("#beside") && row.getAttribute("aria-current") !== "true";
  if (isOther && panelsHave(names)) {
    const isOpen = () => row?.getAttribute("aria-current") === "true";
    document.addEventListener("gatehouse:panel", () => isOpen() && inPanel().slice(0, 1).forEach(press), { once: true });
    linkOf(row)?.click();
    return;
  }
  const others = named(document.querySelector("main"), names).filter(
    (control) => !control.closest("[data-keys] [data-key], #beside .panel"),
  );
  const [control] = [...(isOther ? [] : inPanel()), ...others];
  if (control) press(control);
}

/** The button of a form that decides: of the question, where one is asked. @param verb of any, where none is named */
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
  // A page about one request alone: Enter decides.
  else if (chosen("[type=hidden]") !== null) button.focus();
  else if (row && boxOf(row)) {
    askOf(button, row, () => {
      if (!row.isConnected) return;
      tick(row, true, false);
      button.click();
    });
  }
}
