/**
 * `data-draft="…"`: what is ticked and typed in that form is kept in this tab under that name, and is there again after a
 * session that ended, a question that was cancelled, a page reloaded. `data-draft-done="…"`: what was kept under it is done with.
 */
export const DRAFT_SCRIPT = `
const DRAFT = "gatehouse-draft:";
for (const { dataset } of document.querySelectorAll("[data-draft-done]")) sessionStorage.removeItem(DRAFT + dataset.draftDone);
if (location.pathname === "/signed-out") {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = DRAFT + form.dataset.draft;
  const choices = () => [...form.querySelectorAll('[name="request"]')];
  const typed = () => [...form.querySelectorAll("textarea, select")].filter(({ name }) => name !== "");
  const kept = () => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? { ticked: [], typed: {} };
  const { ticked: before, typed: values } = kept();
  for (const box of choices()) if (box.type === "checkbox" && before.includes(box.value)) box.checked = true;
  for (const field of typed()) if (field.value === "" && Object.hasOwn(values, field.name)) field.value = values[field.name];
  const keep = () => {
    const shown = choices();
    const elsewhere = kept().ticked.filter((value) => !shown.some((box) => box.value === value));
    const here = shown.filter((box) => box.type === "hidden" || box.checked).map(({ value }) => value);
    const draft = { ticked: [...elsewhere, ...here], typed: Object.fromEntries(typed().map(({ name, value }) => [name, value])) };
    if (draft.ticked.length === 0 && Object.values(draft.typed).every((value) => value === "")) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
}
`;
