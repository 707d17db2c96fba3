// `button[data-copy="…"]`: copies that text, and then says `data-copied`.

export function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const { copy = "", copied = "" } = button.dataset;
    // Not there on a page without TLS, whatever its type says.
    button.hidden = (navigator.clipboard as Clipboard | undefined) === undefined;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy);
      button.textContent = copied;
    });
  }
}
