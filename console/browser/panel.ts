import { passingParameters } from "../parts/with-query";
import { isTypedIn } from "./keys";
import { findRowLink, rowNow } from "./rows";

// Within `#beside`, some links lead to this page with another panel (`?open=`), or with no panel. Such a link loads only the panel, so the
// list keeps its scroll position and its ticked rows. If the screen is too narrow, or if the server does not answer, the link loads the
// whole page. Escape closes the panel. While a panel is open, a key that moves to another row opens that row's panel.

const isWide = matchMedia("(min-width: 68.75rem)");

function isSameList(address: string): boolean {
  const [here, there] = [location.href, address].map((each) => {
    const url = new URL(each, location.href);
    for (const name of [...passingParameters, "key"]) url.searchParams.delete(name);
    return url.origin + url.pathname + url.search;
  });
  return here === there;
}

/** Milliseconds for which the focus must rest on a row before the row's panel is read. */
const REST_MS = 120;
let asking = new AbortController();
let rest: ReturnType<typeof setTimeout> | undefined;

async function showPanel(beside: HTMLElement, address: string): Promise<HTMLElement | null> {
  clearTimeout(rest);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const response = await fetch(address, { redirect: "manual", signal });
  if (!response.ok) throw new Error("no page");
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("beside");
  if (fresh === null) throw new Error("no list");
  const panel = fresh.querySelector<HTMLElement>(":scope > .panel");
  // If the panel has a live part, the whole page is loaded, because a live part's script starts only when a page loads.
  if (panel?.querySelector("[data-live]")) throw new Error("a page's own script");
  beside.querySelector(":scope > .panel")?.remove();
  if (panel) beside.append(panel);
  beside.className = fresh.className;
  const open = new Set([...fresh.querySelectorAll<HTMLElement>("[data-key][aria-current]")].map(({ dataset }) => dataset.key));
  for (const row of beside.querySelectorAll<HTMLElement>("[data-key]")) {
    if (open.has(row.dataset.key)) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  return panel;
}

function tellOfPanel(): void {
  document.dispatchEvent(new Event("gatehouse:panel"));
}

function isToPanel(link: HTMLAnchorElement): boolean {
  return isWide.matches && !link.target && new URL(link.href).searchParams.has("open") && isSameList(link.href);
}

function takeAlong(beside: HTMLElement): void {
  const row = rowNow();
  const link = findRowLink(row);
  const isShown = row?.getAttribute("aria-current") === "true" || !beside.querySelector(":scope > .panel");
  if (isShown || !(link instanceof HTMLAnchorElement) || !isToPanel(link)) return;
  showPanel(beside, link.href)
    .then(() => history.replaceState(null, "", link.href))
    .then(tellOfPanel)
    .catch(() => undefined);
}

function panelLink(event: MouseEvent): HTMLAnchorElement | undefined {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("#beside a[href]") : null;
  if (!link || event.defaultPrevented || event.button !== 0) return undefined;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return undefined;
  const isClosing = isWide.matches && link.matches(".panel > .close") && isSameList(link.href);
  return isClosing || isToPanel(link) ? link : undefined;
}

async function follow({ href }: HTMLAnchorElement, beside: HTMLElement): Promise<void> {
  const row = document.querySelector("[data-key][aria-current]");
  try {
    const panel = await showPanel(beside, href);
    history.pushState(null, "", href);
    if (panel) {
      panel.focus({ preventScroll: true });
      tellOfPanel();
    } else row?.querySelector<HTMLElement>("a[href]")?.focus();
  } catch (error) {
    // If the call was aborted, another panel has been requested since.
    if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(href);
  }
}

/** Tells the style sheet where the panel begins. So the panel ends at the screen's bottom, with its foot visible. */
function keepInSight(beside: HTMLElement): void {
  beside.style.setProperty("--from", `${Math.round(beside.getBoundingClientRect().top)}px`);
}

export function openBeside(): void {
  const showOpened = ({ target }: Event) => {
    // On a phone, the opened foot no longer stays at the bottom of the screen.
    if (target instanceof HTMLDetailsElement && target.open) target.closest(".panel > footer")?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("toggle", showOpened, true);
  document.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape" || isTypedIn(target) || document.querySelector("dialog[open]") || !(target instanceof Element)) return;
    target.closest(".panel")?.querySelector<HTMLElement>(".close")?.click();
  });
  const beside = document.getElementById("beside");
  if (beside === null) return;
  keepInSight(beside);
  for (const eventName of ["scroll", "resize"]) addEventListener(eventName, () => keepInSight(beside), { passive: true });
  document.addEventListener("gatehouse:panel", () => keepInSight(beside));
  document.addEventListener("click", (event) => {
    const link = panelLink(event);
    if (link === undefined) return;
    event.preventDefault();
    follow(link, beside);
  });
  document.addEventListener("gatehouse:moved", () => {
    clearTimeout(rest);
    rest = setTimeout(takeAlong, REST_MS, beside);
  });
  addEventListener("popstate", () => {
    showPanel(beside, location.href)
      .then(tellOfPanel)
      .catch(() => location.reload());
  });
}
