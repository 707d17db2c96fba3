// `data-keys`: a list with keys, whose rows have a `data-key`. A row is one stop of the Tab key. J and K, or the arrow keys, move to other
// rows. X ticks a row. Shift+X ticks all rows from the last ticked one to the focused one. Enter, or a click on the row, opens the row's
// first link. `data-check-all="NAME"`: a box that ticks all boxes called NAME in its form, except those with `data-by-hand`. While all of
// these are ticked, the box is ticked too.

const ROW = "[data-keys] [data-key]";

let current: HTMLElement | undefined;
let last: HTMLElement | undefined;

export function rowsShown(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`${ROW}:not(.group)`)].filter((row) => row.checkVisibility());
}

export function findRow(node: EventTarget | null): HTMLElement | undefined {
  return (node instanceof Element && node.closest<HTMLElement>(ROW)) || undefined;
}

export function findCheckbox(row: Element | undefined): HTMLInputElement | undefined {
  return row?.querySelector<HTMLInputElement>("input[type=checkbox]") ?? undefined;
}

export function findRowLink(row: Element | undefined): HTMLElement | undefined {
  return row?.querySelector<HTMLElement>("a[href]") ?? undefined;
}

/** The focused row, or else the open row. */
export function rowNow(): HTMLElement | undefined {
  return current?.isConnected ? current : (document.querySelector<HTMLElement>(`${ROW}[aria-current]`) ?? undefined);
}

function rove(): void {
  const all = rowsShown();
  const stop = rowNow() ?? all[0];
  for (const row of all) {
    for (const part of row.querySelectorAll<HTMLElement>("a, button, input, select, textarea, summary")) {
      if (row === stop) part.removeAttribute("tabindex");
      else part.tabIndex = -1;
    }
  }
}

export function moveTo(row: HTMLElement | undefined): void {
  if (!row) return;
  current = row;
  rove();
  (findCheckbox(row) ?? findRowLink(row))?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

export function move(step: number): void {
  const all = rowsShown();
  const row = rowNow();
  const at = row === undefined ? -1 : all.indexOf(row);
  moveTo(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]);
  document.dispatchEvent(new Event("gatehouse:moved"));
}

export function tick(row: HTMLElement, isTicked: boolean, isRange: boolean): void {
  const all = rowsShown();
  const at = all.indexOf(row);
  const from = isRange && last && all.includes(last) ? all.indexOf(last) : at;
  for (const each of all.slice(Math.min(from, at), Math.max(from, at) + 1)) {
    const box = findCheckbox(each);
    if (box) box.checked = isTicked;
  }
  last = row;
  findCheckbox(row)?.dispatchEvent(new Event("change", { bubbles: true }));
}

function pressRow(event: MouseEvent): void {
  const { target, shiftKey } = event;
  const row = findRow(target);
  if (!row) return;
  if (target instanceof HTMLInputElement && target === findCheckbox(row)) tick(row, target.checked, shiftKey);
  const control = (target as Element).closest("a, button, input, select, textarea, label, summary, form, .check");
  // A click on a control in the row does not open the row. A form around the whole list does not count as such a control.
  if (!(control && row.contains(control)) && getSelection()?.isCollapsed) findRowLink(row)?.click();
}

function tickAllBy(all: HTMLInputElement): void {
  const form = all.form ?? document;
  const boxes = () =>
    [...form.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].filter(
      ({ name, dataset }) => name === all.dataset.checkAll && dataset.byHand === undefined,
    );
  const show = () => {
    const ownBoxes = boxes();
    all.checked = ownBoxes.length > 0 && ownBoxes.every(({ checked }) => checked);
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  for (const name of ["change", "gatehouse:read"]) form.addEventListener(name, show);
  show();
}

export function moveAmongRows(): void {
  for (const all of document.querySelectorAll<HTMLInputElement>("[data-check-all]")) tickAllBy(all);
  document.addEventListener("focusin", ({ target }) => {
    const row = findRow(target);
    if (row === undefined || row === current) return;
    current = row;
    rove();
  });
  document.addEventListener("gatehouse:read", rove);
  document.addEventListener("click", pressRow);
  rove();
}
