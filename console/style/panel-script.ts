/**
 * Within `#beside`: a link to this page with another panel (`?open=`), or without one, loads the panel alone. The list stays as it is:
 * where it was scrolled to, and what is ticked. Escape closes the panel. On a screen that is too narrow for both, and where there is no answer, it is a page.
 */
export const PANEL_SCRIPT = `
const isWide = matchMedia("(min-width: 68.75rem)");
const beside = document.getElementById("beside");
const sameList = (address) => {
  const [here, there] = [new URL(location), new URL(address, location)];
  for (const { searchParams } of [here, there]) for (const name of ["open", "done", "lang", "key"]) searchParams.delete(name);
  return here.origin + here.pathname + here.search === there.origin + there.pathname + there.search;
};
const showPanel = async (address) => {
  const response = await fetch(address, { redirect: "manual" });
  if (!response.ok) throw new Error("no page");
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("beside");
  const panel = fresh.querySelector(":scope > .panel");
  // These begin with their page.
  if (panel?.querySelector("[data-draft], [data-live], [data-export]")) throw new Error("a page's own script");
  beside.querySelector(":scope > .panel")?.remove();
  if (panel) beside.append(panel);
  beside.className = fresh.className;
  const open = new Set([...fresh.querySelectorAll("[data-key][aria-current]")].map(({ dataset }) => dataset.key));
  for (const row of beside.querySelectorAll("[data-key]")) {
    if (open.has(row.dataset.key)) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  return panel;
};
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("#beside a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const isClosing = link.matches(".panel > .close");
  const opens = new URL(link.href).searchParams.has("open");
  if (!isWide.matches || link.target || !(isClosing || opens) || !sameList(link.href)) return;
  event.preventDefault();
  const row = document.querySelector("[data-key][aria-current]");
  try {
    const panel = await showPanel(link.href);
    history.pushState(null, "", link.href);
    if (panel) {
      panel.focus({ preventScroll: true });
      document.dispatchEvent(new Event("gatehouse:panel"));
    } else row?.querySelector("a[href]")?.focus();
  } catch {
    location.assign(link.href);
  }
});
document.addEventListener("keydown", ({ key, target }) => {
  if (key === "Escape" && !isTypedIn(target) && !document.querySelector("dialog[open]")) target.closest?.(".panel")?.querySelector(".close")?.click();
});
addEventListener("popstate", () => {
  if (beside) showPanel(location.href).catch(() => location.reload());
});
// A chart is one stop of the Tab key: the arrow keys lead from bar to bar. Drawn across, bars are shown together.
for (const chart of document.querySelectorAll("figure.chart")) {
  const bars = [...chart.querySelectorAll("svg a")];
  const rest = (at) => bars.forEach((bar, index) => bar.setAttribute("tabindex", index === at ? 0 : -1));
  rest(bars.length - 1);
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const at = bars.indexOf(document.activeElement) + (step ?? 0);
    if (step === undefined || !bars.includes(document.activeElement) || !bars[at]) return;
    event.preventDefault();
    rest(at);
    bars[at].focus();
  });
  let start = -1;
  const barAt = ({ target }) => bars.indexOf(target.closest?.("a"));
  const mark = (from, to) => bars.forEach((bar, at) => bar.classList.toggle("drawn", from >= 0 && to >= 0 && at >= Math.min(from, to) && at <= Math.max(from, to)));
  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    start = event.button === 0 && event.pointerType === "mouse" ? barAt(event) : -1;
  });
  chart.addEventListener("pointerover", (event) => mark(start, barAt(event)));
  addEventListener("pointerup", (event) => {
    const end = barAt(event);
    mark(-1, -1);
    if (start >= 0 && end >= 0 && end !== start) {
      const [first, last] = [Math.min(start, end), Math.max(start, end)].map((at) => new URL(bars[at].href.baseVal, location.href));
      first.searchParams.set("to", last.searchParams.get("to"));
      location.assign(first.href);
    }
    start = -1;
  });
}
`;
