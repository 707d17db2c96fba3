// Enhances pages in browsers that run scripts. Every page works without them.

import { keepDrafts } from "./draft";
import { offerKeys } from "./keys";
import { countMenu, keepLive } from "./live";
import { offerPalette } from "./palette";
import { openBeside } from "./panel";
import { askInPlace } from "./questions";
import { moveAmongRows } from "./rows";

/** `button[data-copy="…"]`: copies that text, and then shows the text of `data-copied`. */
function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const { copy = "", copied = "" } = button.dataset;
    // The clipboard is undefined on a page without TLS, although its type says otherwise.
    button.hidden = (navigator.clipboard as Clipboard | undefined) === undefined;
    button.onclick = async () => {
      await navigator.clipboard.writeText(copy);
      button.textContent = copied;
    };
  }
}

/** `form[data-goes-on]`: work that takes longer than one answer. The form sends itself until the page has no such form. */
function goOn(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-goes-on]")) {
    form.requestSubmit();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }
}

// A chart is one stop of the Tab key: arrow keys move from bar to bar. Dragging across bars shows their time span.

function leadByKeys(chart: Element, bars: readonly SVGAElement[]): void {
  const rest = (at: number) => {
    for (const [index, bar] of bars.entries()) bar.setAttribute("tabindex", index === at ? "0" : "-1");
  };
  rest(bars.length - 1);
  chart.addEventListener("keydown", (event) => {
    const step = (event as KeyboardEvent).key === "ArrowLeft" ? -1 : 1;
    const here = bars.indexOf(document.activeElement as SVGAElement);
    const bar = bars[here + step];
    if (!["ArrowLeft", "ArrowRight"].includes((event as KeyboardEvent).key) || here < 0 || !bar) return;
    event.preventDefault();
    rest(here + step);
    bar.focus();
  });
}

function drawAcross(chart: Element, bars: readonly SVGAElement[]): void {
  let start = -1;
  const barAt = ({ target }: Event) => (target instanceof Element ? bars.indexOf(target.closest("a") as Element as SVGAElement) : -1);
  const mark = (from: number, to: number) => {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    for (const [at, bar] of bars.entries()) bar.classList.toggle("drawn", first >= 0 && at >= first && at <= last);
  };
  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    const { button, pointerType } = event as PointerEvent;
    start = button === 0 && pointerType === "mouse" ? barAt(event) : -1;
  });
  chart.addEventListener("pointerover", (event) => mark(start, barAt(event)));
  addEventListener("pointerup", (event) => {
    const end = barAt(event);
    const [first, last] = [bars[Math.min(start, end)], bars[Math.max(start, end)]].map(
      (bar) => bar && new URL(bar.href.baseVal, location.href),
    );
    mark(-1, -1);
    if (first && last && end !== start) {
      first.searchParams.set("to", last.searchParams.get("to") ?? "");
      location.assign(first.href);
    }
    start = -1;
  });
}

function leadCharts(): void {
  for (const chart of document.querySelectorAll("figure.chart")) {
    const bars = [...chart.querySelectorAll<SVGAElement>("svg a")];
    leadByKeys(
      chart,
      bars.filter((bar) => bar.getAttribute("aria-hidden") !== "true"),
    );
    drawAcross(chart, bars);
  }
}

keepDrafts();
askInPlace();
goOn();
offerCopies();
for (const event of ["gatehouse:panel", "gatehouse:page"]) document.addEventListener(event, offerCopies);
countMenu();
offerPalette();
keepLive();
moveAmongRows();
offerKeys();
openBeside();
leadCharts();
