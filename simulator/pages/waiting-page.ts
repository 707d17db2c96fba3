import { simulatorTexts } from "./texts";

/** What the pages say while nothing answers yet: they ask again by themselves. @param language of the browser's or of the address */
export function waitingPage(language: string): { readonly title: string; readonly content: string } {
  const { waiting: t } = simulatorTexts[/^ko\b/i.test(language) ? "ko" : "en"];
  return { title: t.heading, content: `<h1>${t.heading}</h1><p role="status">${t.text}</p>` };
}
