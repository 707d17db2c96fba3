import { KEYS_SCRIPT } from "./keys-script";
import { PALETTE_SCRIPT } from "./palette-script";
import { PANEL_SCRIPT } from "./panel-script";

/**
 * `data-live="30" id="…"`: that part of a page is read again every 30 seconds, from the address in `data-from` if it has one
 * that answers with less than the page. Rows of a table that have a `data-key` come and go one by one: a row that is ticked,
 * open or holds the focus stays, with the words of `data-gone` once it is gone, and what is looked at stays where it is.
 * `data-live-status id="…"`: a line that is read again along with it, and announced where it changes.
 * `data-session-over`: shown once the session has ended; after signing in elsewhere the page goes on by itself.
 */
const LIVE_SCRIPT = `
const isHeld = (row) => row.contains(document.activeElement) || row.querySelector("input:checked, details[open]") !== null;
const isInUse = (node) => node.contains(document.activeElement) || node.querySelector("details[open]") !== null;
// Which row the Tab key leads to is the browser's matter (keys-script.ts).
const contentOf = (node) => node.innerHTML.replaceAll(' tabindex="-1"', "");
const choiceOf = (row) => row.querySelector("input[type=checkbox]")?.value;
const markGone = (row, words) => {
  if (row.classList.contains("gone")) return;
  row.classList.add("gone");
  const tag = document.createElement("span");
  tag.className = "tag warn";
  tag.textContent = words;
  row.lastElementChild.append(" ", tag);
};
const updateRow = (row, fresh, words) => {
  if (isHeld(row) && choiceOf(row) !== choiceOf(fresh)) return markGone(row, words);
  row.classList.remove("gone");
  for (const [index, cell] of [...row.cells].entries()) {
    const wanted = fresh.cells[index];
    if (!wanted || isInUse(cell) || contentOf(cell) === wanted.innerHTML || (index === 0 && isHeld(row))) continue;
    cell.replaceChildren(...wanted.childNodes);
  }
};
const mergeRows = (body, fresh, words) => {
  const keys = new Set(fresh.map((row) => row.dataset.key));
  for (const row of [...body.rows]) {
    if (keys.has(row.dataset.key)) continue;
    if (isHeld(row)) markGone(row, words);
    else row.remove();
  }
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  let at = body.firstElementChild;
  for (const row of fresh) {
    while (at && at.classList.contains("gone") && !keys.has(at.dataset.key)) at = at.nextElementSibling;
    const own = known.get(row.dataset.key);
    if (own === undefined) {
      body.insertBefore(row, at);
      continue;
    }
    if (own === at) at = at.nextElementSibling;
    else if (!own.contains(document.activeElement)) body.insertBefore(own, at);
    updateRow(own, row, words);
  }
};
const anchorOf = (body) => {
  const rows = [...body.rows];
  const focused = rows.find((row) => row.contains(document.activeElement));
  if (focused) return focused;
  return rows[0].getBoundingClientRect().top < 0 ? rows.find((row) => row.getBoundingClientRect().bottom > 0) : undefined;
};
const mergePart = (part, fresh) => {
  if (fresh.innerHTML === contentOf(part)) return;
  const body = part.querySelector("tbody:has([data-key])");
  const rows = fresh.querySelector("tbody:has([data-key])");
  if (body === null || (rows === null && ![...body.rows].some(isHeld))) {
    if (!isInUse(part)) part.replaceChildren(...fresh.childNodes);
    return;
  }
  const anchor = anchorOf(body);
  const top = anchor?.getBoundingClientRect().top;
  const box = [...part.children].find((child) => child.contains(body));
  const newBox = [...fresh.children].find((child) => rows !== null && child.contains(rows));
  for (const child of [...part.children]) if (child !== box && !child.contains(document.activeElement)) child.remove();
  for (const child of [...fresh.children]) if (child !== newBox && rows !== null) part.insertBefore(child, box);
  mergeRows(body, rows === null ? [] : [...rows.rows], part.dataset.gone ?? "");
  if (anchor?.isConnected) scrollBy(0, anchor.getBoundingClientRect().top - top);
};
for (const part of document.querySelectorAll("[data-live]")) {
  const over = document.querySelector("[data-session-over]");
  let isReading = false;
  const refresh = async () => {
    if (document.hidden || isReading) return;
    isReading = true;
    try {
      const ended = over !== null && !over.hidden;
      // Once a session has ended the whole page is asked for: its forms hold the token of the next one.
      const from = ended ? location.href : (part.dataset.from ?? location.href);
      const response = await fetch(from, { headers: { "X-Gatehouse-Live": "1" }, redirect: "manual" });
      if (response.type === "opaqueredirect") {
        if (over === null) clearInterval(timer);
        else over.hidden = false;
      }
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const token = page.querySelector("[name=form-token]")?.value;
      if (ended && token) {
        for (const field of document.querySelectorAll("[name=form-token]")) field.value = token;
        over.hidden = true;
      }
      const fresh = page.getElementById(part.id);
      if (fresh) mergePart(part, fresh);
      for (const line of document.querySelectorAll("[data-live-status]")) {
        const said = page.getElementById(line.id)?.textContent;
        if (said && said !== line.textContent) line.textContent = said;
      }
      part.dispatchEvent(new Event("gatehouse:read", { bubbles: true }));
    } catch {
      // No answer this time: the next may come through.
    } finally {
      isReading = false;
    }
  };
  const timer = setInterval(refresh, Number(part.dataset.live) * 1000);
  document.addEventListener("visibilitychange", () => over && !over.hidden && refresh());
}
`;

/**
 * `data-draft="…"`: what is ticked, typed and chosen in that form is kept in this tab under that name, and is there again after a
 * session that ended, a question that was cancelled, a page reloaded. `data-draft-done="…"`: the form that was sent last is done
 * with; what is ticked on other pages stays. The form's `data-elsewhere` is how many those are.
 */
const DRAFT_SCRIPT = `
const DRAFT = "gatehouse-draft:";
const draftAt = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? { ticked: [], typed: {} };
const putDraft = (key, draft) => {
  if (draft.ticked.length === 0 && Object.values(draft.typed).every((value) => value === "")) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(draft));
};
for (const { dataset } of document.querySelectorAll("[data-draft-done]")) {
  const { ticked, sent } = draftAt(DRAFT + dataset.draftDone);
  // Without any, the page is reloaded: what is there was written since.
  if (sent) putDraft(DRAFT + dataset.draftDone, { ticked: ticked.filter((value) => !sent.includes(value)), typed: {} });
}
if (location.pathname === "/signed-out") {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = DRAFT + form.dataset.draft;
  const choices = () => [...form.querySelectorAll('[name="request"]')];
  const chosen = () => choices().filter((box) => box.type === "hidden" || box.checked).map(({ value }) => value);
  const typed = () => [...form.querySelectorAll("textarea, select")].filter(({ name }) => name !== "");
  const elsewhere = () => {
    const shown = choices().map(({ value }) => value);
    return draftAt(key).ticked.filter((value) => !shown.includes(value));
  };
  const { ticked: before, typed: values } = draftAt(key);
  for (const box of choices()) if (box.type === "checkbox" && before.includes(box.value)) box.checked = true;
  for (const field of typed()) {
    if (field.value === "") field.value = values[field.name] ?? "";
  }
  form.dataset.elsewhere = elsewhere().length;
  const keep = () => {
    const fields = typed();
    // A page that asks may have none of the fields: the form before it keeps its values.
    const now = fields.length === 0 ? draftAt(key).typed : Object.fromEntries(fields.map((field) => [field.name, field.value]));
    putDraft(key, { ticked: [...elsewhere(), ...chosen()], typed: now });
  };
  // Selected by the page itself.
  if (choices().some((box) => box.type === "checkbox" && box.checked && !before.includes(box.value))) keep();
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("reset", () => setTimeout(keep));
  form.addEventListener("submit", () => putDraft(key, { ...draftAt(key), sent: chosen() }));
}
`;

/**
 * `data-export="…"`: a button that fetches a file's parts, each named by the one before, and saves them as one. What has
 * arrived is kept: it tries again, and goes on where it was cut off.
 */
const EXPORT_SCRIPT = `
for (const card of document.querySelectorAll("[data-export]")) {
  const [button, status] = [card.querySelector("button"), card.querySelector("[role=status]")];
  const texts = [];
  let next = card.dataset.export;
  let rows = 0;
  const say = (text) => {
    status.textContent = text.replace("{rows}", rows.toLocaleString(document.documentElement.lang));
  };
  const read = async () => {
    const response = await fetch(next, { redirect: "manual" });
    if (!response.ok) throw new Error("no part");
    return [await response.text(), response.headers];
  };
  const readPatiently = async () => {
    for (const wait of [500, 2000]) {
      try {
        return await read();
      } catch {
        say(card.dataset.again);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return await read();
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      while (next !== null) {
        say(card.dataset.soFar);
        const [text, headers] = await readPatiently();
        // One header is enough.
        texts.push(texts.length === 0 || card.dataset.headed !== "true" ? text : text.slice(text.indexOf("\\n") + 1));
        rows += Number(headers.get("X-Gatehouse-Rows"));
        next = headers.get("X-Gatehouse-Next");
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(texts, { type: card.dataset.type }));
      link.download = card.dataset.name;
      link.click();
      say(card.dataset.done);
    } catch {
      say(card.dataset.interrupted);
    }
    button.disabled = false;
  });
  card.hidden = false;
}
`;

/**
 * `nav[data-counts="/counts"]`: numbers of that address beside the menu's names, each in its `data-count`, read once a minute. The
 * page's title has the number of the page that one is on: "(8) Inbox".
 */
const COUNTS_SCRIPT = `
const COUNTS = "gatehouse-counts";
const COUNTS_MS = 60_000;
for (const nav of document.querySelectorAll("[data-counts]")) {
  const { title } = document;
  const places = [...nav.querySelectorAll("[data-count]")];
  const isHere = (place) => place.closest("[aria-current]") !== null;
  const show = (counts) => {
    for (const place of places) {
      const count = counts[place.dataset.count] ?? "0";
      place.textContent = count;
      place.hidden = count === "0";
      if (isHere(place)) document.title = (place.hidden ? "" : "(" + count + ") ") + title;
    }
  };
  const read = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(nav.dataset.counts, { headers: { "X-Gatehouse-Live": "1" }, redirect: "manual" });
      if (!response.ok) return;
      const counts = await response.json();
      sessionStorage.setItem(COUNTS, JSON.stringify({ at: Date.now(), counts }));
      show(counts);
    } catch {
      // The next minute may bring an answer.
    }
  };
  const kept = JSON.parse(sessionStorage.getItem(COUNTS) ?? "null");
  if (kept) show(kept.counts);
  if (kept === null || Date.now() - kept.at > COUNTS_MS || places.some(isHere)) read();
  setInterval(read, COUNTS_MS);
}
`;

/** `form[data-goes-on]`: work that takes longer than one answer. The form sends itself until its page has none. */
const GOES_ON_SCRIPT = `
for (const form of document.querySelectorAll("form[data-goes-on]")) {
  form.requestSubmit();
  for (const button of form.querySelectorAll("button")) button.disabled = true;
}
`;

/** `button[data-copy="…"]`: copies that text, and then says `data-copied`. */
const COPY_SCRIPT = `
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}
`;

/** What pages do beyond plain HTML, for browsers that run scripts. Every page works without it; each part says what it does. */
export const ENHANCE = `${DRAFT_SCRIPT}${EXPORT_SCRIPT}${GOES_ON_SCRIPT}${COPY_SCRIPT}${COUNTS_SCRIPT}${PALETTE_SCRIPT}${LIVE_SCRIPT}${KEYS_SCRIPT}${PANEL_SCRIPT}`;
