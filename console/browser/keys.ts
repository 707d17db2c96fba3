import { act, decideTicked, hasAct, help, verbButton } from "./acts";
import { findCheckbox, findRow, findRowLink, move, moveTo, rowNow, rowsShown, tick } from "./rows";

// Letters that act on a page. The acts are in acts.ts. `dialog#keys` lists the letters that work on the page. `data-help` opens the dialog.
// `data-keys-on` turns letters off for this browser. `data-number` within a button shows the number of ticked rows. `data-chosen` holds the
// sentence about ticked rows. `data-chosen-elsewhere` holds the sentence for the case that rows on other pages are ticked too.

const KEYS_OFF = "gatehouse-keys-off";

/** A key's action, and whether the key has a use on the page. The help lists only keys with a use. */
interface Key {
  does?(event: KeyboardEvent): void;
  where(): boolean;
}

const hasRows = () => rowsShown().length > 0;
const hasBoxes = () => rowsShown().some(findCheckbox);
const hasVerbs = () => verbButton() !== null;

function noteField(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>("form[data-keys] textarea");
}

function writeNote(): void {
  const field = noteField();
  field?.closest("details")?.setAttribute("open", "");
  if (field) field.focus();
  else act("note", "new");
}

function assign(): void {
  const several = document.querySelector<HTMLElement>('form:has([name="request"]:checked) [data-act="assign-selected"]');
  if (several) several.click();
  else act("assign");
}

function tickNow({ shiftKey }: KeyboardEvent): void {
  if (rowNow() === undefined) moveTo(rowsShown()[0]);
  const row = rowNow();
  const box = findCheckbox(row);
  if (row && box) tick(row, shiftKey || !box.checked, shiftKey);
}

const keys: Readonly<Record<string, Key>> = {
  j: { does: () => move(1), where: hasRows },
  k: { does: () => move(-1), where: hasRows },
  enter: { where: hasRows },
  x: { does: tickNow, where: hasBoxes },
  "shift+x": { where: hasBoxes },
  a: { does: () => decideTicked("approve"), where: hasVerbs },
  d: { does: () => decideTicked("deny"), where: hasVerbs },
  m: { does: assign, where: () => hasAct("assign") },
  n: { does: writeNote, where: () => noteField() !== null || hasAct("note", "new") },
  esc: { where: () => noteField() !== null || hasAct("note") },
  s: { does: () => act("snooze"), where: () => hasAct("snooze") },
  e: { does: () => act("expiry"), where: () => hasAct("expiry") },
  z: { does: () => act("undo"), where: () => hasAct("undo") },
  "?": { does: showHelp, where: () => true },
};

function showHelp(): void {
  for (const line of help()?.querySelectorAll<HTMLElement>("[data-does]") ?? []) {
    line.hidden = keys[line.dataset.does ?? ""]?.where() === false;
  }
  help()?.showModal();
}

function isOn(): boolean {
  return localStorage.getItem(KEYS_OFF) === null;
}

/** Returns the letter of the pressed key, whatever the keyboard's layout: on a Korean keyboard, J is still J. */
function readLetter({ key, code }: KeyboardEvent): string {
  return (/^[!-~]$/.test(key) ? key : code.replace(/^Key/, "")).toLowerCase();
}

export function isTypedIn(node: EventTarget | null): node is HTMLElement {
  const fieldSelector = "textarea, select, input:not([type=checkbox], [type=radio], [type=submit])";
  return node instanceof HTMLElement && (node.isContentEditable || node.matches(fieldSelector));
}

function leaveField(field: HTMLElement): void {
  const place = field.closest("form[data-keys], .panel");
  if (!place) return;
  const row = field.closest(".question") ? undefined : rowNow();
  field.blur();
  (findCheckbox(row) ?? (row ? findRowLink(row) : place.querySelector<HTMLElement>("button[name=verb]")))?.focus();
}

function pressOnRow({ key, target }: KeyboardEvent): boolean {
  const row = findRow(target);
  if (!row) return false;
  if (key === "ArrowDown" || key === "ArrowUp") {
    move(key === "ArrowDown" ? 1 : -1);
    return true;
  }
  // Enter in a checkbox would press the form's first button, which decides.
  if (key !== "Enter" || target !== findCheckbox(row)) return false;
  findRowLink(row)?.click();
  return true;
}

function pressKey(event: KeyboardEvent): void {
  const { target, key, repeat } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (isTypedIn(target)) {
    if (key === "Escape") leaveField(target);
    return;
  }
  if (pressOnRow(event)) {
    event.preventDefault();
    return;
  }
  const letter = readLetter(event);
  const does = keys[letter]?.does;
  if (!isOn() || (repeat && letter !== "j" && letter !== "k") || !does) return;
  event.preventDefault();
  does(event);
}

function countChosen(form: HTMLFormElement, count: HTMLElement): void {
  const tell = () => {
    const number = form.querySelectorAll('input[type=checkbox][name]:checked:not(.tick > *), [name="request"][type=hidden]').length;
    const others = Number(form.dataset.elsewhere ?? 0);
    const words = (others > 0 ? count.dataset.chosenElsewhere : number > 0 ? count.dataset.chosen : "") ?? "";
    const text = words.replace("{count}", String(number)).replace("{others}", String(others));
    if (count.textContent !== text) count.textContent = text;
    for (const at of form.querySelectorAll("[data-number]")) at.textContent = number > 0 ? ` ${number}` : "";
  };
  for (const name of ["change", "gatehouse:read"]) form.addEventListener(name, tell);
  form.addEventListener("reset", () => setTimeout(tell));
  addEventListener("pageshow", tell);
  tell();
}

export function offerKeys(): void {
  document.addEventListener("keydown", pressKey);
  for (const opener of document.querySelectorAll<HTMLElement>("[data-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", showHelp);
  }
  for (const on of help()?.querySelectorAll<HTMLInputElement>("[data-keys-on]") ?? []) {
    on.checked = isOn();
    on.addEventListener("change", () => (on.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
  }
  for (const count of document.querySelectorAll<HTMLElement>("[data-chosen]")) {
    const form = count.closest("form");
    if (form) countChosen(form, count);
  }
}
