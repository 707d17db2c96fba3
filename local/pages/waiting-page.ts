import { inLanguage } from "../../console/texts/languages";
import { simulatorTexts } from "./texts";

/** Shown until the start is ready: the page reloads by itself. @param language of the browser or the address */
export function waitingPage(language: string): { readonly title: string; readonly content: string } {
  const t = inLanguage(/^ko\b/i.test(language) ? "ko" : "en", () => simulatorTexts.waiting);
  return { title: t.heading, content: `<h1>${t.heading}</h1><p role="status">${t.text}</p>` };
}
