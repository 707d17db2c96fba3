// `data-draft="NAME"` on a form: this tab keeps the form's ticked boxes and typed texts under NAME. They come back after an ended session,
// a cancelled question or a reload. `data-draft-done="NAME"`: the form that was sent last is done, so its part of the draft is removed.
// Boxes ticked on other pages stay ticked: their number is in the form's `data-elsewhere`.

interface Draft {
  readonly ticked: readonly string[];
  readonly typed: Readonly<Record<string, string>>;
  /** Boxes that were ticked when the form was sent. */
  readonly sent?: readonly string[];
}

const DRAFT = "gatehouse-draft:";

function draftAt(key: string): Draft {
  return (JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null) ?? { ticked: [], typed: {} };
}

function putDraft(key: string, draft: Draft): void {
  if (draft.ticked.length === 0 && Object.values(draft.typed).every((value) => value === "")) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(draft));
}

function endDraft(key: string): void {
  const { ticked, sent } = draftAt(key);
  // If `sent` is absent, an earlier load of this page has ended the draft. Anything in the draft is newer, so it stays.
  if (sent) putDraft(key, { ticked: ticked.filter((value) => !sent.includes(value)), typed: {} });
}

function keepDraft(form: HTMLFormElement): void {
  const key = DRAFT + form.dataset.draft;
  const choices = () => [...form.querySelectorAll<HTMLInputElement>('[name="request"]')];
  const chosen = () =>
    choices()
      .filter((box) => box.type === "hidden" || box.checked)
      .map(({ value }) => value);
  const findTextareas = () => [...form.querySelectorAll("textarea")].filter(({ name }) => name !== "");
  const elsewhere = () => {
    const shownValues = choices().map(({ value }) => value);
    return draftAt(key).ticked.filter((value) => !shownValues.includes(value));
  };
  const { ticked: before, typed: values } = draftAt(key);
  for (const box of choices()) if (box.type === "checkbox" && before.includes(box.value)) box.checked = true;
  for (const field of findTextareas()) {
    if (field.value === "") field.value = values[field.name] ?? "";
  }
  form.dataset.elsewhere = String(elsewhere().length);
  const keep = () => {
    const fields = findTextareas();
    // A page with a question may have no text areas. The draft then keeps the values that were typed into the form before the question.
    const now = fields.length === 0 ? draftAt(key).typed : Object.fromEntries(fields.map((field) => [field.name, field.value]));
    putDraft(key, { ticked: [...elsewhere(), ...chosen()], typed: now });
  };
  // If the page itself has ticked further boxes, the draft gets these boxes too.
  if (choices().some((box) => box.type === "checkbox" && box.checked && !before.includes(box.value))) keep();
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("reset", () => setTimeout(keep));
  form.addEventListener("submit", () => {
    const draft = draftAt(key);
    // A question's form may leave out some of the boxes that were sent before the question. So its boxes are added to those in `sent`.
    const before = form.closest("[data-question]") === null ? [] : (draft.sent ?? []);
    putDraft(key, { ...draft, sent: [...before, ...chosen()] });
  });
}

export function keepDrafts(): void {
  for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-draft-done]")) endDraft(DRAFT + dataset.draftDone);
  if (location.pathname === "/signed-out") {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) keepDraft(form);
  for (const [event, place] of [
    ["gatehouse:panel", "#beside > .panel"],
    ["gatehouse:question", ".question"],
  ]) {
    document.addEventListener(event as string, () => {
      for (const form of document.querySelectorAll<HTMLFormElement>(`${place} form[data-draft]`)) keepDraft(form);
    });
  }
}
