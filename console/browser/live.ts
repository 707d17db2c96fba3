// `data-live="30" id="…"`: a part that is read again every 30 seconds, from the address in `data-from`. The default is the page's own
// address. In a table, rows with a `data-key` are added and removed one by one. If a removed row is ticked, open or focused, the row stays,
// with the text of `data-gone`. Visible rows do not move on the screen. `data-live-with="health" id="…"`: another part, updated from each
// answer for the part `health`. `data-live-status id="…"`: a line that each answer updates, and that screen readers announce.
// `data-session-over`: shown once the session has ended. If somebody signs in again in another tab, the updates go on.

type Rows = readonly HTMLTableRowElement[];

function isHeld(row: Element): boolean {
  return row.contains(document.activeElement) || row.querySelector("input:checked, details[open]") !== null;
}

function isInUse(node: Element): boolean {
  return node.contains(document.activeElement) || node.querySelector("details[open]") !== null;
}

function readRowHtml(node: Element): string {
  return node.innerHTML.replaceAll(' tabindex="-1"', "");
}

function readChoice(row: Element): string | undefined {
  return row.querySelector<HTMLInputElement>("input[type=checkbox]")?.value;
}

function markGone(row: HTMLTableRowElement, words: string): void {
  if (row.classList.contains("gone")) return;
  row.classList.add("gone");
  const tag = document.createElement("span");
  tag.className = "tag warn";
  tag.textContent = words;
  row.lastElementChild?.append(" ", tag);
}

function updateRow(row: HTMLTableRowElement, fresh: HTMLTableRowElement, words: string): void {
  if (isHeld(row) && readChoice(row) !== readChoice(fresh)) {
    markGone(row, words);
    return;
  }
  row.classList.remove("gone");
  for (const [index, cell] of [...row.cells].entries()) {
    const wantedCell = fresh.cells[index];
    if (!wantedCell || isInUse(cell) || readRowHtml(cell) === wantedCell.innerHTML || (index === 0 && isHeld(row))) continue;
    cell.replaceChildren(...wantedCell.childNodes);
  }
}

function mergeRows(body: HTMLTableSectionElement, fresh: Rows, words: string): void {
  const keys = new Set(fresh.map((row) => row.dataset.key));
  for (const row of [...body.rows]) {
    if (keys.has(row.dataset.key)) continue;
    if (isHeld(row)) markGone(row, words);
    else row.remove();
  }
  const rowsByKey = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  let at = body.firstElementChild as HTMLElement | null;
  for (const row of fresh) {
    while (at?.classList.contains("gone") && !keys.has(at.dataset.key)) at = at.nextElementSibling as HTMLElement | null;
    const ownRow = rowsByKey.get(row.dataset.key);
    if (ownRow === undefined) {
      body.insertBefore(row, at);
      continue;
    }
    if (ownRow === at) at = at.nextElementSibling as HTMLElement | null;
    else if (!ownRow.contains(document.activeElement)) body.insertBefore(ownRow, at);
    updateRow(ownRow, row, words);
  }
}

/** The row that must not move during an update: the focused row or, if the rows are scrolled, the first visible row. */
function findAnchorRow(body: HTMLTableSectionElement): HTMLTableRowElement | undefined {
  const rows = [...body.rows];
  const focusedRow = rows.find((row) => row.contains(document.activeElement));
  if (focusedRow) return focusedRow;
  const isScrolled = (rows[0]?.getBoundingClientRect().top ?? 0) < 0;
  return isScrolled ? rows.find((row) => row.getBoundingClientRect().bottom > 0) : undefined;
}

function readHeadText(body: HTMLTableSectionElement): string | undefined {
  return body.closest("table")?.tHead?.textContent ?? undefined;
}

function readKeys(part: HTMLElement): readonly (string | undefined)[] {
  return [...part.querySelectorAll<HTMLElement>("[data-key]")].map((row) => row.dataset.key);
}

/** Does nothing if the row with the focus is gone. */
function replaceAroundFocus(part: HTMLElement, fresh: HTMLElement): void {
  const row = document.activeElement?.closest<HTMLElement>("[data-key]");
  const key = row?.dataset.key;
  const keys = readKeys(fresh);
  if (!row || part.querySelector("details[open]") || !keys.includes(key) || keys.join() === readKeys(part).join()) return;
  const listFocusable = (within: HTMLElement) => [within, ...within.querySelectorAll<HTMLElement>("a, button, input")];
  const at = listFocusable(row).indexOf(document.activeElement as HTMLElement);
  part.replaceChildren(...fresh.childNodes);
  const freshRow = [...part.querySelectorAll<HTMLElement>("[data-key]")].find((each) => each.dataset.key === key);
  if (freshRow) listFocusable(freshRow)[at]?.focus({ preventScroll: true });
}

function replacePart(part: HTMLElement, fresh: HTMLElement): void {
  if (isInUse(part)) replaceAroundFocus(part, fresh);
  else part.replaceChildren(...fresh.childNodes);
}

function mergePart(part: HTMLElement, fresh: HTMLElement): void {
  if (fresh.innerHTML === readRowHtml(part)) return;
  const [body, rows] = [part, fresh].map((each) => each.querySelector<HTMLTableSectionElement>("tbody:has([data-key])"));
  if (!body || (!rows && ![...body.rows].some(isHeld))) {
    replacePart(part, fresh);
    return;
  }
  // If the columns have changed, the whole part is replaced, because rows are updated cell by cell.
  if (rows && readHeadText(rows) !== readHeadText(body) && !isInUse(part)) {
    part.replaceChildren(...fresh.childNodes);
    return;
  }
  const anchor = findAnchorRow(body);
  const top = anchor?.getBoundingClientRect().top ?? 0;
  const box = [...part.children].find((child) => child.contains(body));
  for (const child of [...part.children]) if (child !== box && !child.contains(document.activeElement)) child.remove();
  let before = box ?? null;
  for (const child of rows ? [...fresh.children] : []) {
    if (child.contains(rows ?? null)) before = box?.nextElementSibling ?? null;
    else part.insertBefore(child, before);
  }
  mergeRows(body, rows ? [...rows.rows] : [], part.dataset.gone ?? "");
  if (anchor?.isConnected) scrollBy(0, anchor.getBoundingClientRect().top - top);
}

function tellStatus(page: Document): void {
  for (const line of document.querySelectorAll("[data-live-status]")) {
    const text = page.getElementById(line.id)?.textContent;
    if (text && text !== line.textContent) line.textContent = text;
  }
}

function renewTokens(page: Document): boolean {
  const token = page.querySelector<HTMLInputElement>("[name=form-token]")?.value;
  if (token) for (const field of document.querySelectorAll<HTMLInputElement>("[name=form-token]")) field.value = token;
  return Boolean(token);
}

function keepReading(part: HTMLElement): void {
  const over = document.querySelector<HTMLElement>("[data-session-over]");
  let isReading = false;
  const refreshPart = async () => {
    const hasEnded = over?.hidden === false;
    // If the session has ended, the whole page is read, because its forms hold the next session's token.
    const from = hasEnded ? location.href : (part.dataset.from ?? location.href);
    const response = await fetch(from, { headers: { "X-Gatehouse-Live": "1" }, redirect: "manual" });
    if (response.type === "opaqueredirect") {
      if (over) over.hidden = false;
      else clearInterval(timer);
    }
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (hasEnded && renewTokens(page)) over.hidden = true;
    const fresh = page.getElementById(part.id);
    if (fresh) mergePart(part, fresh);
    for (const other of document.querySelectorAll<HTMLElement>(`[data-live-with="${part.id}"]`)) {
      const ownPart = page.getElementById(other.id);
      if (ownPart) mergePart(other, ownPart);
    }
    tellStatus(page);
    part.dispatchEvent(new Event("gatehouse:read", { bubbles: true }));
  };
  const refresh = async () => {
    if (document.hidden || isReading) return;
    isReading = true;
    try {
      await refreshPart();
    } catch {
      // A failed call is ignored, because the next call may succeed.
    } finally {
      isReading = false;
    }
  };
  const timer = setInterval(refresh, Number(part.dataset.live) * 1000);
  document.addEventListener("visibilitychange", () => over?.hidden === false && refresh());
}

export function keepLive(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) keepReading(part);
}

// `nav[data-counts="/counts"]`: reads counts from that address once a minute. Each count appears in the elements with its `data-count`. The
// page's title shows the current page's count: "(8) Inbox".

type Counts = Readonly<Record<string, string>>;

const COUNTS = "gatehouse-counts";
const COUNTS_MS = 60_000;

function isHere(place: Element): boolean {
  return place.closest("[aria-current]") !== null;
}

function keepCounting(nav: HTMLElement): void {
  const { title } = document;
  const places = [...document.querySelectorAll<HTMLElement>("[data-count]")];
  const show = (counts: Counts) => {
    for (const place of places) {
      const count = counts[place.dataset.count ?? ""] ?? "0";
      place.textContent = count;
      place.hidden = count === "0";
      if (isHere(place)) document.title = (place.hidden ? "" : `(${count}) `) + title;
    }
  };
  const refreshCounts = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(nav.dataset.counts ?? "", { headers: { "X-Gatehouse-Live": "1" }, redirect: "manual" });
      if (!response.ok) return;
      const counts = (await response.json()) as Counts;
      sessionStorage.setItem(COUNTS, JSON.stringify({ at: Date.now(), counts }));
      show(counts);
    } catch {
      // The next call, a minute later, may succeed.
    }
  };
  const keptCounts = JSON.parse(sessionStorage.getItem(COUNTS) ?? "null") as { readonly at: number; readonly counts: Counts } | null;
  if (keptCounts !== null) show(keptCounts.counts);
  if (keptCounts === null || Date.now() - keptCounts.at > COUNTS_MS || places.some(isHere)) refreshCounts();
  setInterval(refreshCounts, COUNTS_MS);
  // The sent form may have finished an item. Therefore the next page reads new counts.
  document.addEventListener("submit", ({ target }) => {
    if ((target as HTMLFormElement).method !== "post" || keptCounts === null) return;
    sessionStorage.setItem(COUNTS, JSON.stringify({ ...keptCounts, at: 0 }));
  });
  for (const event of ["gatehouse:page", "visibilitychange"]) document.addEventListener(event, refreshCounts);
}

export function countMenu(): void {
  for (const nav of document.querySelectorAll<HTMLElement>("[data-counts]")) keepCounting(nav);
}
