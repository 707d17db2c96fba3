// `data-draft="…"`: what is ticked and typed in that form is kept in this tab under that name, and is there again after a
// session that ended, a question that was cancelled, a page reloaded. `data-draft-done="…"`: the form that was sent last is done
// with; what is ticked on other pages stays. The form's `data-elsewhere` is how many those are.

interface Draft {
  readonly ticked: readonly string[];
  readonly typed: Readonly<Record<string, string>>;
  /** Boxes that were ticked as the form was sent. */
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
  // Without any, the page is reloaded: what is there was written since.
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
    // A page with a question may have none of the fields: the form before it keeps its values.
    const now = fields.length === 0 ? draftAt(key).typed : Object.fromEntries(fields.map((field) => [field.name, field.value]));
    putDraft(key, { ticked: [...elsewhere(), ...chosen()], typed: now });
  };
  // Selected by the page itself.
  if (choices().some((box) => box.type === "checkbox" && box.checked && !before.includes(box.value))) keep();
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("reset", () => setTimeout(keep));
  form.addEventListener("submit", () => {
    const draft = draftAt(key);
    // The form before the question sent the people that the question leaves out.
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
