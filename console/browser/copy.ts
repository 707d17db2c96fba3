// `button[data-copy="…"]`: copies that text, and then says `data-copied`.

export function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const { copy = "", copied = "" } = button.dataset;
    // Absent on a page without TLS, although its type says otherwise.
    button.hidden = (navigator.clipboard as Clipboard | undefined) === undefined;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy);
      button.textContent = copied;
    });
  }
}
