/**
 * `dialog#palette`: the search as one goes, on every page. `/` and Ctrl+K open it, and so does the search of the top bar. What is found
 * is read from the search page (`part=1`). The arrow keys move, Enter goes there, with Ctrl in a new tab; before anything is found,
 * Enter asks the search page. `data-found` and `data-none` say how many were found.
 */
export const PALETTE_SCRIPT = `
const palette = document.querySelector("dialog#palette");
if (palette) {
  const field = palette.querySelector("input");
  const [place, status] = [palette.querySelector("[data-results]"), palette.querySelector("[role=status]")];
  const options = () => [...place.querySelectorAll("a[href]")];
  const chosen = () => options().find((option) => option.ariaSelected === "true");
  let shown;
  let reading;
  const choose = (option) => {
    for (const each of options()) each.ariaSelected = String(each === option);
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const mark = (node, words) => {
    const at = words === "" ? -1 : node.textContent.toLowerCase().indexOf(words);
    if (at < 0 || node.firstElementChild) return;
    const found = document.createElement("mark");
    const text = node.textContent;
    found.textContent = text.slice(at, at + words.length);
    node.replaceChildren(text.slice(0, at), found, text.slice(at + words.length));
  };
  const show = (text, list) => {
    shown = text;
    place.replaceChildren(...(list ? [list] : []));
    list?.setAttribute("role", "listbox");
    list?.setAttribute("aria-label", field.getAttribute("aria-label"));
    for (const item of place.querySelectorAll("li")) item.setAttribute("role", "presentation");
    for (const [index, option] of options().entries()) {
      Object.assign(option, { id: "found-" + index, role: "option", tabIndex: -1 });
      for (const name of option.querySelectorAll("bdi")) mark(name, text.replace(/^[>#@]/, "").trim().toLowerCase());
    }
    field.ariaExpanded = String(list !== null);
    choose(options()[0]);
    const count = options().length;
    status.textContent = count > 0 ? palette.dataset.found.replace("{count}", count) : palette.dataset.none;
    status.classList.toggle("hidden", count > 0);
  };
  const read = async () => {
    const text = field.value.trim();
    reading?.abort();
    reading = new AbortController();
    const query = new URLSearchParams({ part: "1", q: text === "" ? ">" : text });
    try {
      const response = await fetch("/search?" + query, { redirect: "manual", signal: reading.signal });
      if (!response.ok && response.status !== 404) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      show(text, page.querySelector("ul"));
    } catch {
      // Somebody typed on, or there is no answer: Enter still asks the search page.
    }
  };
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(read, 120);
  });
  const open = (text) => {
    if (palette.open || document.querySelector("dialog[open]")) return;
    field.value = text;
    palette.showModal();
    field.select();
    read();
  };
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const types = target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
    const isAsked = key.toLowerCase() === "k" ? (ctrlKey || metaKey) && !altKey : key === "/" && !types && !ctrlKey && !metaKey && !altKey;
    if (!isAsked) return;
    event.preventDefault();
    open("");
  });
  for (const opener of document.querySelectorAll("[data-find]")) {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      open(opener.value ?? "");
    });
  }
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
  palette.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, isComposing } = event;
    if (isComposing) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      choose(all[(at + (key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    }
    // What is shown may be of what was typed before: the form asks for what is typed now.
    if (key !== "Enter" || shown !== field.value.trim() || at < 0) return;
    event.preventDefault();
    if (ctrlKey || metaKey) window.open(all[at].href, "_blank", "noopener");
    else all[at].click();
  });
}
`;
