/**
 * `data-check-all="name"`: a box that ticks all boxes of that name in its form.
 * `data-keys`: rows of that form go by keys, and ranges of them are ticked with Shift. `data-note-needed` names the verbs that
 * take no empty note. Its `data-chosen` says how many are ticked, `data-chosen-elsewhere` where others are that the page does not show; the note of the bar around it is out of the way until one is.
 * `data-help` opens the `dialog` that lists the keys, where
 * `data-keys-on` turns them off for this browser.
 */
export const KEYS_SCRIPT = `
for (const all of document.querySelectorAll("[data-check-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.form.querySelectorAll('input[type="checkbox"]')) {
      if (box.name === all.dataset.checkAll) box.checked = all.checked;
    }
  });
}
const KEYS_OFF = "gatehouse-keys-off";
const isTypedIn = (node) =>
  node instanceof HTMLElement && (node.isContentEditable || node.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])"));
for (const form of document.querySelectorAll("form[data-keys]")) {
  const rows = () => [...form.querySelectorAll("tr[data-key]")];
  const boxOf = (row) => row?.querySelector("input[type=checkbox]");
  const rowOf = (node) => node?.closest?.("tr[data-key]") ?? undefined;
  const chosen = () => form.querySelectorAll('[name="request"]:checked, [name="request"][type=hidden]');
  const help = document.querySelector("dialog#keys");
  let current;
  let last;
  const count = form.querySelector("[data-chosen]");
  const bar = count?.closest(".bar");
  const fold = (isIdle) => {
    const fields = bar?.querySelector(".fields");
    if (!fields) return;
    const isEmpty = [...fields.querySelectorAll("textarea, select")].every(({ value }) => value === "");
    const wasFolded = bar.classList.contains("folded");
    const isFolded = isIdle && isEmpty && !fields.contains(document.activeElement);
    bar.classList.toggle("folded", isFolded);
    // The bar grows over the row that was ticked.
    if (wasFolded && !isFolded) rowOf(document.activeElement)?.scrollIntoView({ block: "nearest" });
  };
  const tell = () => {
    const number = chosen().length;
    const others = Number(form.dataset.elsewhere ?? 0);
    const words = others > 0 ? count.dataset.chosenElsewhere : number > 0 ? count.dataset.chosen : "";
    const said = words.replace("{count}", number).replace("{others}", others);
    if (count.textContent !== said) count.textContent = said;
    fold(number === 0);
  };
  if (count) {
    for (const name of ["change", "gatehouse:read"]) form.addEventListener(name, tell);
    addEventListener("pageshow", tell);
    tell();
  }
  const tick = (row, isTicked, isRange) => {
    const all = rows();
    const [from, to] = [isRange && all.includes(last) ? all.indexOf(last) : all.indexOf(row), all.indexOf(row)];
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      const box = boxOf(each);
      if (box) box.checked = isTicked;
    }
    last = row;
    form.dispatchEvent(new Event("change"));
  };
  form.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (row && event.target === boxOf(row)) tick(row, event.target.checked, event.shiftKey);
  });
  form.addEventListener("focusin", (event) => {
    current = rowOf(event.target) ?? current;
  });
  const move = (step) => {
    const all = rows();
    const at = all.indexOf(current);
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (!next) return;
    (boxOf(next) ?? next.querySelector("a")).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const note = form.querySelector("textarea");
  const toNote = () => {
    bar?.classList.remove("folded");
    note?.focus();
  };
  const send = (verb) => {
    const button = form.querySelector('button[name="verb"][value="' + verb + '"]');
    if (!button) return;
    const isReady = form.querySelector('[name="request"]:checked') !== null;
    if (!isReady && boxOf(current)?.isConnected) tick(current, true, false);
    if (chosen().length === 0) return;
    const isSilent = [...form.querySelectorAll("textarea, select")].every(({ value }) => value.trim() === "");
    if (isSilent && (form.dataset.noteNeeded ?? "").split(" ").includes(verb)) toNote();
    // What nobody ticked is not decided on by one key: Enter does it.
    else if (isReady) button.click();
    else button.focus();
  };
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    x: (event) => boxOf(current)?.isConnected && tick(current, event.shiftKey || !boxOf(current).checked, event.shiftKey),
    a: () => send("approve"),
    d: () => send("deny"),
    n: toNote,
    "?": () => help?.showModal(),
  };
  const isOn = () => localStorage.getItem(KEYS_OFF) === null;
  const letterOf = ({ key, code }) => (/^[!-~]$/.test(key) ? key : code.replace(/^Key/, "")).toLowerCase();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
    if (event.key === "Escape" && form.contains(event.target) && isTypedIn(event.target)) {
      event.target.blur();
      (boxOf(current) ?? form.querySelector("button[name=verb]"))?.focus();
      return;
    }
    const letter = letterOf(event);
    if (isTypedIn(event.target) || !isOn() || event.repeat && letter !== "j" && letter !== "k" || !Object.hasOwn(acts, letter)) return;
    event.preventDefault();
    acts[letter](event);
  });
  for (const opener of form.querySelectorAll("[data-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
  for (const on of help?.querySelectorAll("[data-keys-on]") ?? []) {
    on.checked = isOn();
    on.addEventListener("change", () => (on.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
  }
}
`;
