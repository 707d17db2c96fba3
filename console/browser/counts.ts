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
