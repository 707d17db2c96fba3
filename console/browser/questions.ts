// `form[data-asks]`: the answer to the form may be a page with a question, the part `data-question`. The question then replaces the pressed
// button. The question's field gets the focus or, without a field, the question's own button. Escape and the question's `data-cancel` bring
// the pressed button back. A form in the question may lead to another question. Alerts of the answer, such as the summary of what is wrong
// with the form, come into the question wherever the answer has them, so that they are seen and announced. Until the answer arrives, the pressed button shows the
// value of `data-asks`. If the server has carried out the form, the answer's header `X-Gatehouse-Next` has the address of the next page.
// Any other answer replaces the page.

interface Open {
  readonly question: HTMLElement;
  /** The pressed button and its surroundings, which are hidden while the question is open. */
  readonly opener: HTMLElement;
  readonly place: HTMLElement;
  readonly shown: HTMLElement;
}

let open: Open | undefined;

function close(): void {
  if (!open) return;
  const { shown, place, opener } = open;
  open = undefined;
  shown.remove();
  place.hidden = false;
  if (opener.isConnected) opener.focus();
}

/** @param before the question that this one replaces */
function withOwnIds(question: HTMLElement, before: HTMLElement | undefined): void {
  for (const part of question.querySelectorAll("[id]")) {
    const { id } = part;
    const others = [...document.querySelectorAll(`[id="${CSS.escape(id)}"]`)];
    if (others.every((each) => before?.contains(each))) continue;
    part.id = `question-${id}`;
    for (const label of question.querySelectorAll(`[for="${id}"]`)) label.setAttribute("for", part.id);
    for (const link of question.querySelectorAll(`[href="#${id}"]`)) link.setAttribute("href", `#${part.id}`);
    for (const element of question.querySelectorAll(`[aria-describedby~="${id}"]`)) {
      const ids = element.getAttribute("aria-describedby")?.split(" ") ?? [];
      element.setAttribute("aria-describedby", ids.map((each) => (each === id ? part.id : each)).join(" "));
    }
  }
}

function isInSight(question: HTMLElement): boolean {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  const top = question.getBoundingClientRect().top - Number.parseFloat(scrollPaddingTop);
  const bottom = document.activeElement?.getBoundingClientRect().bottom ?? 0;
  return top >= 0 && bottom + Number.parseFloat(scrollPaddingBottom) <= innerHeight;
}

/** In a table, the question gets a row of its own. In a list of rows, the question goes below the row's text. */
function inItsPlace(question: HTMLElement, after: HTMLElement): HTMLElement {
  const row = after.closest("tr");
  if (row === null) {
    const item = after.closest(".rows > li");
    if (item === null) after.after(question);
    else item.append(question);
    return question;
  }
  const [own, cell] = [document.createElement("tr"), document.createElement("td")];
  cell.colSpan = row.cells.length;
  cell.append(question);
  own.append(cell);
  row.after(own);
  return own;
}

function show(question: HTMLElement, pressedButton: HTMLElement): void {
  const again = open?.question.contains(pressedButton) ? open : undefined;
  if (!again) close();
  const title = document.createElement("h2");
  title.textContent = question.ariaLabel;
  question.prepend(title);
  question.classList.add("arriving");
  question.tabIndex = -1;
  const opener = again?.opener ?? pressedButton;
  const place =
    again?.place ?? pressedButton.closest<HTMLElement>(".bar") ?? pressedButton.closest<HTMLElement>(".actions") ?? pressedButton;
  question.classList.toggle("bar", place.matches(".bar"));
  withOwnIds(question, again?.question);
  const button = question.querySelector<HTMLElement>("button[type=submit]:not([name=leave])");
  open = { question, opener, place, shown: inItsPlace(question, place.closest("form") ?? place) };
  again?.shown.after(open.shown);
  const inOrder = ["[aria-invalid=true]", "[role=alert][autofocus]", "input:required, textarea:required", "[autofocus]"];
  const [first] = inOrder.flatMap((selector) => question.querySelector<HTMLElement>(selector) ?? []);
  const target = first ?? button ?? question;
  // An alert is announced if it comes to what is shown already.
  const later = [...question.querySelectorAll("[role=alert]")].filter((alert) => !alert.contains(target));
  const marked = later.map((alert) => [document.createComment(""), alert] as const);
  for (const [mark, alert] of marked) alert.replaceWith(mark);
  target.focus({ preventScroll: true });
  // Orca 43 hears of removed fields before it hears of the focus. If the old field is removed at once, Orca takes the new field for the old
  // one and does not read the error.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (const [mark, alert] of marked) mark.replaceWith(alert);
      again?.shown.remove();
      replacePlace(button !== null);
    }),
  );
}

/** The question's button replaces the button that was pressed. If the question only informs, the pressed button stays, except in a bar. */
function replacePlace(hasButton: boolean): void {
  if (!open) return;
  const { question, place } = open;
  const isBar = place.matches(".bar");
  question.classList.replace("arriving", "question");
  place.hidden = hasButton || isBar;
  // The page scrolls to `whole`: the question or, in an `.add-row`, the whole `.add-row` with the text that was typed before the question.
  const whole = place.closest<HTMLElement>(".add-row") ?? question;
  // For a question in a bar, the page does not scroll: the bar is always at the foot of the window.
  if (!isBar && !isInSight(whole)) whole.scrollIntoView({ block: question.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
  document.dispatchEvent(new Event("gatehouse:question"));
}

function showPage(page: Document): void {
  const main = page.querySelector("main");
  if (!main) return;
  open = undefined;
  document.title = page.title;
  document.querySelector("main")?.replaceWith(main);
  scrollTo(0, 0);
  (main.querySelector<HTMLElement>("[autofocus]") ?? main).focus();
  document.dispatchEvent(new Event("gatehouse:page"));
}

function goOn(next: string): void {
  const { pathname, search } = location;
  const to = new URL(next, location.href);
  location.assign(to);
  // If `to` is a part of the current page, `assign` only scrolls to it. Therefore the page is reloaded.
  if (to.hash !== "" && to.pathname + to.search === pathname + search) location.reload();
}

async function ask(form: HTMLFormElement, pressedButton: HTMLButtonElement): Promise<void> {
  pressedButton.ariaBusy = "true";
  const words = pressedButton.textContent;
  if (form.dataset.asks) pressedButton.textContent = form.dataset.asks;
  try {
    const body = new FormData(form, pressedButton);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Gatehouse-Asks": "1" } });
    const next = answer.headers.get("X-Gatehouse-Next");
    if (next !== null) goOn(next);
    else {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const question = page.querySelector<HTMLElement>("[data-question]");
      const alerts = [...page.querySelectorAll("main [role=alert]")].filter((alert) => !question?.contains(alert));
      question?.prepend(...alerts);
      if (question) show(question, pressedButton);
      else showPage(page);
    }
  } catch {
    // If the call failed, the browser sends the form itself, and shows what is wrong.
    form.dataset.asks = "never";
    form.requestSubmit(pressedButton);
  } finally {
    pressedButton.ariaBusy = null;
    pressedButton.textContent = words;
  }
}

function sendForm(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const { submitter } = event;
  const isOwn = form.matches("[data-asks]") || open?.question.contains(form);
  if (!isOwn || form.dataset.asks === "never" || event.defaultPrevented || !(submitter instanceof HTMLButtonElement)) return;
  // A button with its own address leads to another page.
  if (submitter.hasAttribute("formaction")) return;
  event.preventDefault();
  if (submitter.ariaBusy !== "true") ask(form, submitter);
}

export function askInPlace(): void {
  document.addEventListener("submit", sendForm);
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof Element) || !open?.question.contains(target) || !target.closest("[data-cancel]")) return;
    event.preventDefault();
    close();
  });
  // This listener runs before the listeners that give Escape other meanings.
  document.addEventListener(
    "keydown",
    (event) => {
      const { key, target, isComposing } = event;
      // In a text area, Escape does not close the question: keys.ts moves the focus to the question's button.
      if (key !== "Escape" || isComposing || target instanceof HTMLTextAreaElement || !open?.question.contains(target as Node)) return;
      event.stopImmediatePropagation();
      close();
    },
    true,
  );
}
