// `form[data-goes-on]`: work that takes longer than one answer. The form sends itself until its page has none.

export function goOn(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-goes-on]")) {
    form.requestSubmit();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }
}
