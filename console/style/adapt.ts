/**
 * What makes pages fit whoever looks at them, for browsers that run scripts.
 * - The viewer's time zone goes into a cookie: the server then writes times and days in it.
 * - Where the menu and tabs are lines that scroll, each shows the page that one is on.
 * - The cells of a table that is cards on a phone say their columns. They do by rules of style, which leave the document as it
 *   is: what compares parts of it (enhance.ts) sees no difference.
 */
export const ADAPT = `
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
for (const here of document.querySelectorAll("li > [aria-current=page]")) {
  const line = here.closest("ul");
  line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
`;
