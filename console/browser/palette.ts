import { isTypedIn } from "./keys";

// `dialog#palette`: search while typing, on every page. `/`, Ctrl+K and the search of the top bar open the dialog. It reads results from
// the search page (`part=1`). The arrow keys move among the results. Enter opens a result, Ctrl+Enter opens it in a new tab. While there
// are no results yet, Enter opens the search page. `data-found` and `data-none` hold the texts for the number of results.

/** Wait after the last letter, in milliseconds. */
const PAUSE_MS = 120;

interface Parts {
  readonly palette: HTMLDialogElement;
  readonly field: HTMLInputElement;
  readonly place: Element;
  readonly status: Element;
}

function foundIn({ palette, field, place, status }: Parts) {
  const options = () => [...place.querySelectorAll<HTMLAnchorElement>("a[href]")];
  const choose = (option: HTMLAnchorElement | undefined) => {
    for (const each of options()) each.ariaSelected = String(each === option);
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (text: string, list: Element | null) => {
    place.replaceChildren(...(list ? [list] : []));
    list?.setAttribute("role", "listbox");
    list?.setAttribute("aria-label", field.getAttribute("aria-label") ?? "");
    for (const item of place.querySelectorAll("li")) item.setAttribute("role", "presentation");
    const words = text
      .replace(/^[>#@]/, "")
      .trim()
      .toLowerCase();
    for (const [index, option] of options().entries()) {
      Object.assign(option, { id: `found-${index}`, role: "option", tabIndex: -1 });
      for (const name of option.querySelectorAll("bdi")) mark(name, words);
    }
    field.ariaExpanded = String(list !== null);
    choose(options()[0]);
    const count = options().length;
    status.textContent = (count > 0 ? palette.dataset.found?.replace("{count}", String(count)) : palette.dataset.none) ?? "";
    status.classList.toggle("hidden", count > 0);
  };
  return { options, choose, show };
}

function mark(node: Element, words: string): void {
  const text = node.textContent ?? "";
  const at = words === "" ? -1 : text.toLowerCase().indexOf(words);
  if (at < 0 || node.firstElementChild) return;
  const markElement = document.createElement("mark");
  markElement.textContent = text.slice(at, at + words.length);
  node.replaceChildren(text.slice(0, at), markElement, text.slice(at + words.length));
}

function isAsked({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (key.toLowerCase() === "k") return (ctrlKey || metaKey) && !altKey;
  return key === "/" && !isTypedIn(target) && !ctrlKey && !metaKey && !altKey;
}

function goByKeys({ palette }: Parts, { options, choose }: ReturnType<typeof foundIn>, isShown: () => boolean): void {
  palette.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, isComposing } = event;
    if (isComposing) return;
    const all = options();
    const at = all.findIndex((option) => option.ariaSelected === "true");
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      choose(all[(at + (key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    }
    // If the shown results are those of an earlier text, Enter sends the form with the current text.
    const chosen = all[at];
    if (key !== "Enter" || !isShown() || chosen === undefined) return;
    event.preventDefault();
    if (ctrlKey || metaKey) window.open(chosen.href, "_blank", "noopener");
    else chosen.click();
  });
}

function searchAsOneGoes(parts: Parts): void {
  const { palette, field } = parts;
  const list = foundIn(parts);
  let shownText: string | undefined;
  let reading: AbortController | undefined;
  const fetchResults = async () => {
    const text = field.value.trim();
    reading?.abort();
    reading = new AbortController();
    const query = new URLSearchParams({ part: "1", q: text === "" ? ">" : text });
    try {
      const response = await fetch(`/search?${query}`, { redirect: "manual", signal: reading.signal });
      if (!response.ok && response.status !== 404) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      shownText = text;
      list.show(text, page.querySelector("ul"));
    } catch {
      // The call was aborted because somebody has typed more, or it failed. Enter then opens the search page.
    }
  };
  let pause: number | undefined;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(fetchResults, PAUSE_MS);
  });
  const open = (text: string) => {
    if (palette.open || document.querySelector("dialog[open]")) return;
    field.value = text;
    palette.showModal();
    field.select();
    fetchResults();
  };
  document.addEventListener("keydown", (event) => {
    if (!isAsked(event)) return;
    event.preventDefault();
    open("");
  });
  for (const opener of document.querySelectorAll<HTMLElement>("[data-find]")) {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      open(opener instanceof HTMLInputElement ? opener.value : "");
    });
  }
  palette.addEventListener("click", ({ target }) => target === palette && palette.close());
  goByKeys(parts, list, () => shownText === field.value.trim());
}

export function offerPalette(): void {
  const palette = document.querySelector<HTMLDialogElement>("dialog#palette");
  const [field, place, status] = [
    palette?.querySelector("input"),
    palette?.querySelector("[data-results]"),
    palette?.querySelector("[role=status]"),
  ];
  if (palette && field && place && status) searchAsOneGoes({ palette, field, place, status });
}
