/**
 * `data-check-all="name"`: a box that ticks all boxes of that name in its form.
 *
 * `data-keys`: a list whose rows, each with a `data-key`, go by keys. A row is one stop of the Tab key: what is within the others is
 * reached by J and K, or the arrow keys. X ticks, with Shift all from the one ticked last. Enter opens the row's first link, and so does
 * a click on the row.
 * `data-act="assign"`: what the letter of that act presses; in the row, else in the panel of the row, else anywhere on the page. Within a
 * row it asks first. `data-acts="assign note"` of the list names what the panels of its rows have: a panel that shows another row, or
 * none, is opened first. Of a form that decides, the buttons `verb` are acts too. They decide on what is ticked. Where nothing is, on
 * the row with the focus, whose `data-name` names the person, and only once the question that names them is answered.
 * `data-number` within a button is how many are ticked. `data-chosen` says so, `data-chosen-elsewhere` where others
 * are that the page does not show.
 *
 * `dialog#keys` lists the keys that do something on the page, `data-help` opens it, and `data-keys-on` turns letters off for this browser.
 */
export const KEYS_SCRIPT = `
for (const all of document.querySelectorAll("[data-check-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of (all.form ?? document).querySelectorAll('input[type="checkbox"]')) {
      if (box.name === all.dataset.checkAll) box.checked = all.checked;
    }
  });
}
const KEYS_OFF = "gatehouse-keys-off";
const isTypedIn = (node) =>
  node instanceof HTMLElement && (node.isContentEditable || node.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])"));
const rows = () => [...document.querySelectorAll("[data-keys] [data-key]:not(.group)")].filter((row) => row.checkVisibility());
const rowOf = (node) => node?.closest?.("[data-keys] [data-key]") ?? undefined;
const boxOf = (row) => row?.querySelector("input[type=checkbox]");
const opens = (row) => row.querySelector("a[href]");
let current;
let last;
const rowNow = () => (current?.isConnected ? current : document.querySelector("[data-keys] [data-key][aria-current]") ?? undefined);

const rove = () => {
  const all = rows();
  const stop = rowNow() ?? all[0];
  for (const row of all) {
    for (const part of row.querySelectorAll("a, button, input, select, textarea, summary")) {
      if (row === stop) part.removeAttribute("tabindex");
      else part.tabIndex = -1;
    }
  }
};
document.addEventListener("focusin", ({ target }) => {
  const row = rowOf(target);
  if (row === undefined || row === current) return;
  current = row;
  rove();
});
document.addEventListener("gatehouse:read", rove);
rove();

const moveTo = (row) => {
  if (!row) return;
  current = row;
  rove();
  (boxOf(row) ?? opens(row))?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};
const move = (step) => {
  const all = rows();
  const at = all.indexOf(rowNow());
  moveTo(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]);
};
const tick = (row, isTicked, isRange) => {
  const all = rows();
  const at = all.indexOf(row);
  const from = isRange && all.includes(last) ? all.indexOf(last) : at;
  for (const each of all.slice(Math.min(from, at), Math.max(from, at) + 1)) {
    const box = boxOf(each);
    if (box) box.checked = isTicked;
  }
  last = row;
  boxOf(row)?.dispatchEvent(new Event("change", { bubbles: true }));
};
document.addEventListener("click", (event) => {
  const row = rowOf(event.target);
  if (row && event.target === boxOf(row)) tick(row, event.target.checked, event.shiftKey);
  const isOther = event.target.closest?.("a, button, input, select, textarea, label, summary, form, .check");
  if (row && !isOther && getSelection().isCollapsed) opens(row)?.click();
});
const tickNow = ({ shiftKey }) => {
  if (rowNow() === undefined) moveTo(rows()[0]);
  const box = boxOf(rowNow());
  if (box) tick(rowNow(), shiftKey || !box.checked, shiftKey);
};

const help = document.querySelector("dialog#keys");
const ask = (words, yes, act) => {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", words);
  const question = document.createElement("p");
  question.textContent = words;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "actions";
  for (const [text, value, look] of [[yes, "yes", ""], [help.dataset.cancel, "", "quiet"]]) {
    const button = document.createElement("button");
    Object.assign(button, { textContent: text, value, className: look });
    form.append(button);
  }
  dialog.append(question, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") act();
  });
  document.body.append(dialog);
  dialog.showModal();
};
const askOf = (button, row, act) => {
  const verb = button.textContent.trim();
  const name = row.dataset.name ?? row.querySelector("th")?.textContent.trim() ?? "";
  ask(help.dataset.ask.replace("{verb}", verb).replace("{name}", name), verb, act);
};
const press = (control) => {
  if (control.matches("button, a, summary")) control.click();
  if (!control.matches("button, a")) control.focus();
};
const noteOf = (form) => {
  form?.querySelector("textarea")?.focus();
};
const decide = (button) => {
  const { form } = button;
  const row = rowNow();
  const ticked = form.querySelectorAll('[name="request"]:checked');
  const whole = form.querySelectorAll('[name="request"][type=hidden]');
  if (ticked.length === 0 && whole.length === 0 && !boxOf(row)) return;
  if (ticked.length > 0) button.click();
  // A page about one request alone: Enter decides.
  else if (whole.length > 0) button.focus();
  else {
    askOf(button, row, () => {
      if (!row.isConnected) return;
      tick(row, true, false);
      button.click();
    });
  }
};
const named = (place, names) =>
  names.flatMap((name) => [...(place?.querySelectorAll('[data-act="' + name + '"]') ?? [])]).filter(({ hidden }) => !hidden);
const panelsHave = (names) => names.some((name) => (document.getElementById("beside")?.dataset.acts ?? "").split(" ").includes(name));
const act = (...names) => {
  const row = rowNow();
  const [own] = named(row, names);
  if (own) return askOf(own, row, () => press(own));
  const inPanel = () => named(document.querySelector(".panel"), names);
  const isOther = row?.closest("#beside") && row.getAttribute("aria-current") !== "true";
  if (isOther && panelsHave(names)) {
    document.addEventListener("gatehouse:panel", () => inPanel().slice(0, 1).forEach(press), { once: true });
    return opens(row)?.click();
  }
  const others = named(document.querySelector("main"), names).filter((control) => !control.closest("[data-keys] [data-key], #beside .panel"));
  const [control] = [...(isOther ? [] : inPanel()), ...others];
  if (control) press(control);
};
const verbs = () => document.querySelector('form[data-keys] button[name="verb"]');
const verb = (name) => {
  const button = document.querySelector('form[data-keys] button[name="verb"][value="' + name + '"]');
  if (button) decide(button);
};
const noteForm = () => [...document.querySelectorAll("form[data-keys]")].find((each) => each.querySelector("textarea"));
const has = (...names) => panelsHave(names) || named(document.querySelector("main"), names).length > 0;
const hasRows = () => rows().length > 0;
const hasBoxes = () => rows().some(boxOf);
// What each key does, and where that is something: the help tells of no other.
const keys = {
  j: { does: () => move(1), where: hasRows },
  k: { does: () => move(-1), where: hasRows },
  enter: { where: hasRows },
  x: { does: tickNow, where: hasBoxes },
  "shift+x": { where: hasBoxes },
  a: { does: () => verb("approve"), where: verbs },
  d: { does: () => verb("deny"), where: verbs },
  m: {
    does: () => {
      const several = document.querySelector('form:has([name="request"]:checked) [data-act="assign-selected"]');
      if (several) several.click();
      else act("assign");
    },
    where: () => has("assign"),
  },
  n: { does: () => (noteForm() ? noteOf(noteForm()) : act("note", "new")), where: () => noteForm() || has("note", "new") },
  esc: { where: () => noteForm() || has("note") },
  s: { does: () => act("snooze"), where: () => has("snooze") },
  e: { does: () => act("expiry"), where: () => has("expiry") },
  z: { does: () => act("undo"), where: () => has("undo") },
  "?": { does: () => showHelp(), where: () => true },
};
const showHelp = () => {
  for (const line of help.querySelectorAll("[data-does]")) line.hidden = keys[line.dataset.does] !== undefined && !keys[line.dataset.does].where();
  help.showModal();
};
const isOn = () => localStorage.getItem(KEYS_OFF) === null;
const letterOf = ({ key, code }) => (/^[!-~]$/.test(key) ? key : code.replace(/^Key/, "")).toLowerCase();
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (isTypedIn(target)) {
    const place = target.closest("form[data-keys], .panel");
    if (key !== "Escape" || !place) return;
    const row = rowNow();
    target.blur();
    (boxOf(row) ?? (row ? opens(row) : place.querySelector("button[name=verb]")))?.focus();
    return;
  }
  const row = rowOf(target);
  if (row && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault();
    move(key === "ArrowDown" ? 1 : -1);
    return;
  }
  // On a box the browser would press the form's first button, which decides.
  if (row && key === "Enter" && target === boxOf(row)) {
    event.preventDefault();
    opens(row)?.click();
    return;
  }
  const letter = letterOf(event);
  if (!isOn() || (event.repeat && letter !== "j" && letter !== "k") || !keys[letter]?.does) return;
  event.preventDefault();
  keys[letter].does(event);
});
for (const opener of document.querySelectorAll("[data-help]")) {
  opener.hidden = false;
  opener.addEventListener("click", showHelp);
}
for (const on of help?.querySelectorAll("[data-keys-on]") ?? []) {
  on.checked = isOn();
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
}

for (const form of document.querySelectorAll("form[data-keys]")) {
  const count = form.querySelector("[data-chosen]");
  if (!count) continue;
  const tell = () => {
    const number = form.querySelectorAll('[name="request"]:checked, [name="request"][type=hidden]').length;
    const others = Number(form.dataset.elsewhere ?? 0);
    const words = others > 0 ? count.dataset.chosenElsewhere : number > 0 ? count.dataset.chosen : "";
    const said = words.replace("{count}", number).replace("{others}", others);
    if (count.textContent !== said) count.textContent = said;
    for (const at of form.querySelectorAll("[data-number]")) at.textContent = number > 0 ? " " + number : "";
  };
  for (const name of ["change", "gatehouse:read"]) form.addEventListener(name, tell);
  form.addEventListener("reset", () => setTimeout(tell));
  addEventListener("pageshow", tell);
  tell();
}
`;
