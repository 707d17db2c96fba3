/**
 * What pages do beyond plain HTML, for browsers that run scripts. Every page works without it.
 * - `data-live="30" id="…"`: that part of the page is read again every 30 seconds, unless somebody is at work in it; from the
 *   address in `data-from`, if it has one that answers with less than the page.
 * - `data-live-status id="…"`: a line that is read again along with it, and announced where it changes.
 * - `data-check-all="name"`: a box that ticks all boxes of that name in its form.
 * - `data-find`: the field that the key / leads to.
 */
export const ENHANCE = `
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-find]");
  const types = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || field === null || types || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
for (const part of document.querySelectorAll("[data-live]")) {
  const timer = setInterval(async () => {
    const busy = part.contains(document.activeElement) || part.querySelector("input:checked, details[open]");
    if (document.hidden || busy) return;
    try {
      const response = await fetch(part.dataset.from ?? location.href, { headers: { "X-Gatehouse-Live": "1" }, redirect: "manual" });
      if (response.type === "opaqueredirect") clearInterval(timer);
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
      for (const line of document.querySelectorAll("[data-live-status]")) {
        const said = page.getElementById(line.id)?.textContent;
        if (said && said !== line.textContent) line.textContent = said;
      }
    } catch {
      // No answer this time: the next may come through.
    }
  }, Number(part.dataset.live) * 1000);
}
for (const all of document.querySelectorAll("[data-check-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.form.querySelectorAll('input[type="checkbox"]')) {
      if (box.name === all.dataset.checkAll) box.checked = all.checked;
    }
  });
}
`;
