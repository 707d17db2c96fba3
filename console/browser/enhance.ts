// Enhances pages in browsers that run scripts. Every page works without them.

import { leadCharts } from "./charts";
import { keepDrafts } from "./draft";
import { offerKeys } from "./keys";
import { countMenu, keepLive } from "./live";
import { offerPalette } from "./palette";
import { openBeside } from "./panel";
import { askInPlace } from "./questions";
import { moveAmongRows } from "./rows";

/** `button[data-copy="…"]`: copies that text, and then shows the text of `data-copied`. */
function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const { copy = "", copied = "" } = button.dataset;
    // The clipboard is undefined on a page without TLS, although its type says otherwise.
    button.hidden = (navigator.clipboard as Clipboard | undefined) === undefined;
    button.onclick = async () => {
      await navigator.clipboard.writeText(copy);
      button.textContent = copied;
    };
  }
}

/** `form[data-goes-on]`: work that takes longer than one answer. The form sends itself until the page has no such form. */
function goOn(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-goes-on]")) {
    form.requestSubmit();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }
}

keepDrafts();
askInPlace();
goOn();
offerCopies();
for (const event of ["gatehouse:panel", "gatehouse:page"]) document.addEventListener(event, offerCopies);
countMenu();
offerPalette();
keepLive();
moveAmongRows();
offerKeys();
openBeside();
leadCharts();
