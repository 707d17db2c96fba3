import { createHash } from "node:crypto";
import { MARK } from "../parts/icon";
import { ENHANCE } from "./enhance";
import { STYLE } from "./style";

/**
 * Adapts pages to the viewer, for browsers that run scripts.
 * - The viewer's time zone goes into a cookie: the server then writes times and days in it.
 * - Where tabs are a line that scrolls, it shows the page that one is on.
 * - A menu that is open closes where somebody presses or goes elsewhere.
 * - A cell whose text is cut off shows it all at the pointer.
 * - The cells of a table that is cards on a phone say their columns. They do by rules of style, which leave the document as it
 *   is: what compares parts of it (enhance.ts) sees no difference.
 */
const ADAPT = `
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes("gatehouse-zone=" + encodeURIComponent(zone))) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = "gatehouse-zone=" + encodeURIComponent(zone) + "; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
}
const text = (value) => '"' + CSS.escape(value) + '"';
const rules = new CSSStyleSheet();
for (const section of document.querySelectorAll("section.scroll:has(table.cards-on-phone)")) {
  section.querySelectorAll("thead th").forEach((column, index) => {
    if (index === 0) return;
    const cell = "section[aria-label=" + text(section.ariaLabel) + "] td:nth-child(" + (index + 1) + ")::before";
    rules.insertRule("@media (max-width: 40rem) { " + cell + " { content: " + text(column.textContent) + "; } }");
  });
}
document.adoptedStyleSheets.push(rules);
document.documentElement.classList.add("adapted");
const closeOthers = ({ target }) => {
  for (const menu of document.querySelectorAll("details[data-popover][open]")) if (!menu.contains(target)) menu.open = false;
};
for (const name of ["pointerdown", "focusin"]) document.addEventListener(name, closeOthers);
document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" ? target.closest?.("details[data-popover][open]") : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("mouseover", ({ target }) => {
  const cell = target.closest?.("tbody :is(th, td)");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent.trim();
});
for (const here of document.querySelectorAll(".tabs [aria-current=page]")) {
  const line = here.closest("ul");
  line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
`;

/** A file that pages load. Its name changes with its content, so browsers may keep it for ever. */
interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

export const assets = {
  style: asset("style", "css", "text/css; charset=utf-8", STYLE),
  adapt: asset("adapt", "js", "text/javascript; charset=utf-8", ADAPT),
  enhance: asset("enhance", "js", "text/javascript; charset=utf-8", ENHANCE),
  icon: asset("icon", "svg", "image/svg+xml", MARK),
};

function asset(name: string, ending: string, type: string, content: string): Asset {
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 10);
  return { path: `/${name}.${hash}.${ending}`, type, content };
}
