import { html } from "hono/html";
import type { StepVisit } from "../client/visit";
import type { Behind, Bench } from "./bench";
import { benchTexts } from "./bench-texts";
import { type SimulatorLanguage, type SimulatorTexts, simulatorTexts } from "./texts";

/** A piece of a page, escaped. */
export type Html = ReturnType<typeof html>;

interface PageParts {
  readonly view: View;
  readonly heading: string;
  /** What the person signing up sees. */
  readonly sheet: Html;
  /** What happened behind it. */
  readonly beside: Html;
  /** The sheet takes the whole width, and what happened follows below it. */
  readonly isWide?: boolean;
}

/** A whole page: on the left what Entra would show, on the right what went over the wire. */
export function simulatorPage({ view: { language, trouble, bench }, heading, sheet, beside, isWide = false }: PageParts): Html {
  const t: SimulatorTexts = simulatorTexts[language];
  const other: SimulatorLanguage = language === "en" ? "ko" : "en";
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${heading} · ${t.title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<strong>${t.title}</strong>
${bench === undefined ? "" : pages(language)}
<nav aria-label="${t.interfaceLanguage}"><a href="/?lang=${other}" hreflang="${other}" lang="${other}">${t.otherLanguage}</a></nav>
</header>
<main class="columns${isWide ? " rows" : ""}">
${trouble === undefined ? "" : html`<div class="note bad wide" role="status"><p>${t.start.notReloaded}</p><pre>${visibleText(trouble)}</pre></div>`}
<div class="sheet"><h1>${heading}</h1>
${sheet}</div>
<div>${beside}</div>
</main>
<footer>${t.footer}</footer>
</body>
</html>`;
}

function pages(language: SimulatorLanguage): Html {
  const { nav } = benchTexts[language];
  return html`<nav aria-label="${nav.label}"><a href="/?lang=${language}">${nav.signUp}</a> <a href="/preview?lang=${language}">${nav.preview}</a></nav>`;
}

/** A form that posts to a page of ours, in the language of this one. */
export function form(action: string, language: SimulatorLanguage, content: Html): Html {
  return html`<form method="post" action="${action}?lang=${language}" accept-charset="utf-8">${content}</form>`;
}

/** The reader of a page, and what it may show beyond the sign-up. */
export interface View {
  readonly language: SimulatorLanguage;
  /** Why answers may be other than expected. */
  readonly trouble: string | undefined;
  /** What went on behind the answers, as far as it is known. */
  readonly behind: ReadonlyMap<StepVisit, Behind>;
  readonly bench: Bench | undefined;
}

/** Looks up how each answer came about. */
export async function behindEach(visits: readonly StepVisit[], bench: Bench | undefined): Promise<View["behind"]> {
  const found = await Promise.all(visits.map(async (visit) => [visit, await bench?.behind(visit)] as const));
  return new Map(found.flatMap(([visit, behind]) => (behind === undefined ? [] : [[visit, behind] as const])));
}

/** Control characters but for line breaks and tabs, marks that change the direction of writing, half characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const steering = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** A text from outside with what could steer the page written out as `\u202e`. Markup is the template's to escape. */
export function visibleText(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
