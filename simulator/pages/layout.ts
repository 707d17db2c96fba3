import { html } from "hono/html";
import { type SimulatorLanguage, type SimulatorTexts, simulatorTexts } from "./texts";

/** A piece of a page, escaped. */
export type Html = ReturnType<typeof html>;

export interface PageParts {
  readonly language: SimulatorLanguage;
  readonly heading: string;
  /** What the person signing up sees. */
  readonly sheet: Html;
  /** What happened behind it. */
  readonly beside: Html;
}

/** A whole page: on the left what Entra would show, on the right what went over the wire. */
export function simulatorPage({ language, heading, sheet, beside }: PageParts): Html {
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
<nav aria-label="${t.interfaceLanguage}"><a href="/?lang=${other}" hreflang="${other}" lang="${other}">${t.otherLanguage}</a></nav>
</header>
<main class="columns">
<div class="sheet"><h1>${heading}</h1>
${sheet}</div>
<div>${beside}</div>
</main>
<footer>${t.footer}</footer>
</body>
</html>`;
}

/** A form that posts to a page of ours, in the language of this one. */
export function form(action: string, language: SimulatorLanguage, content: Html): Html {
  return html`<form method="post" action="${action}?lang=${language}" accept-charset="utf-8">${content}</form>`;
}
