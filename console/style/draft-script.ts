/**
 * `data-draft="…"`: what is ticked, typed and chosen in that form is kept in this tab under that name, and is there again after a
 * session that ended, a question that was cancelled, a page reloaded. `data-draft-done="…"`: the form that was sent last is done
 * with; what is ticked on other pages stays. The form's `data-elsewhere` is how many those are.
 */
export const DRAFT_SCRIPT = `
const DRAFT = "gatehouse-draft:";
const draftAt = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? { ticked: [], typed: {} };
const putDraft = (key, draft) => {
  if (draft.ticked.length === 0 && Object.values(draft.typed).every((value) => value === "")) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(draft));
};
for (const { dataset } of document.querySelectorAll("[data-draft-done]")) {
  const { ticked, sent } = draftAt(DRAFT + dataset.draftDone);
  // Without any, the page is reloaded: what is there was written since.
  if (sent) putDraft(DRAFT + dataset.draftDone, { ticked: ticked.filter((value) => !sent.includes(value)), typed: {} });
}
if (location.pathname === "/signed-out") {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = DRAFT + form.dataset.draft;
  const choices = () => [...form.querySelectorAll('[name="request"]')];
  const chosen = () => choices().filter((box) => box.type === "hidden" || box.checked).map(({ value }) => value);
  const typed = () =>
    [...form.querySelectorAll("textarea, select, input[type=date], input[type=checkbox]")].filter(({ name }) => name !== "" && name !== "request");
  const valueOf = (field) => (field.type === "checkbox" && !field.checked ? "" : field.value);
  const elsewhere = () => {
    const shown = choices().map(({ value }) => value);
    return draftAt(key).ticked.filter((value) => !shown.includes(value));
  };
  const { ticked: before, typed: values } = draftAt(key);
  for (const box of choices()) if (box.type === "checkbox" && before.includes(box.value)) box.checked = true;
  for (const field of typed()) {
    const value = values[field.name] ?? "";
    // A day is never empty: it comes with the usual one.
    if (value === "" || (valueOf(field) !== "" && field.type !== "date")) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value;
    const around = field.closest("details");
    if (around && field.type === "checkbox") around.open = true;
  }
  form.dataset.elsewhere = elsewhere().length;
  const keep = () => {
    const fields = typed();
    // A page that asks may have none of the fields: what stands in the form before it stays.
    const now = fields.length === 0 ? draftAt(key).typed : Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
    putDraft(key, { ticked: [...elsewhere(), ...chosen()], typed: now });
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => putDraft(key, { ...draftAt(key), sent: chosen() }));
}
`;
