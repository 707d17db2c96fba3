import { KEYS_SCRIPT } from "./keys-script";
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

/** What is not yet in `console/browser/`, in the order in which it runs. */
export const MORE_SCRIPT = `${LIVE_SCRIPT}${KEYS_SCRIPT}${PANEL_SCRIPT}`;
