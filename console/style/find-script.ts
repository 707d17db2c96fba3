/** `data-find`: the field that the key / leads to. */
export const FIND_SCRIPT = `
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-find]");
  const types = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || field === null || types || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
`;
