// Puts the viewer's time zone into a cookie: the server then writes times and days in that zone, on the first page too. A line of tabs
// scrolls to the tab of the current page. An open menu closes when somebody presses something else, or moves the focus elsewhere. A cell
// whose text is cut off shows all of it at the pointer. Fields within `data-needed` are required while they are visible.

export {};

const OPEN_MENU = "details[data-popover][open]";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isZoneKept = () => document.cookie.split("; ").includes(`gatehouse-zone=${encodeURIComponent(zone)}`);
// True if the cookie has no zone yet. Only then may the page be loaded again: a later page may be the answer to a form.
const isFirst = !document.cookie.includes("gatehouse-zone=");
if (zone && !isZoneKept()) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `gatehouse-zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  // The server has written this page in UTC, so it is loaded again.
  if (isFirst && isZoneKept() && zone !== "UTC" && document.querySelector("main > .zone") !== null) location.reload();
}

document.documentElement.classList.add("adapted");

function checkSeen(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("[data-needed] input")) input.required = input.checkVisibility();
}
checkSeen();
document.addEventListener("change", checkSeen);

function closeOthers({ target }: Event): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN_MENU)) if (!menu.contains(target as Node)) menu.open = false;
}
for (const name of ["pointerdown", "focusin"]) document.addEventListener(name, closeOthers);
document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && target instanceof Element ? target.closest<HTMLDetailsElement>(OPEN_MENU) : null;
  if (menu === null) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
document.addEventListener("mouseover", ({ target }) => {
  const cell = target instanceof Element ? target.closest<HTMLElement>("tbody :is(th, td)") : null;
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = (cell.textContent ?? "").trim();
});
for (const here of document.querySelectorAll<HTMLElement>(".tabs [aria-current=page]")) {
  const line = here.closest("ul");
  if (line !== null) line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
