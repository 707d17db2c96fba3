/**
 * `nav[data-counts="/counts"]`: numbers of that address beside the menu's names, each in its `data-count`, read once a minute. The
 * page's title has the number of the page that one is on: "(8) Inbox".
 */
export const COUNTS_SCRIPT = `
const COUNTS = "gatehouse-counts";
const COUNTS_MS = 60_000;
for (const nav of document.querySelectorAll("[data-counts]")) {
  const { title } = document;
  const places = [...nav.querySelectorAll("[data-count]")];
  const isHere = (place) => place.closest("[aria-current]") !== null;
  const show = (counts) => {
    for (const place of places) {
      const count = counts[place.dataset.count] ?? "0";
      place.textContent = count;
      place.hidden = count === "0";
      if (isHere(place)) document.title = (place.hidden ? "" : "(" + count + ") ") + title;
    }
  };
  const read = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(nav.dataset.counts, { headers: { "X-Gatehouse-Live": "1" }, redirect: "manual" });
      if (!response.ok) return;
      const counts = await response.json();
      sessionStorage.setItem(COUNTS, JSON.stringify({ at: Date.now(), counts }));
      show(counts);
    } catch {
      // The next minute may bring an answer.
    }
  };
  const kept = JSON.parse(sessionStorage.getItem(COUNTS) ?? "null");
  if (kept) show(kept.counts);
  if (kept === null || Date.now() - kept.at > COUNTS_MS || places.some(isHere)) read();
  setInterval(read, COUNTS_MS);
}
`;
