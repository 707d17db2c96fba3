import { html } from "hono/html";
import type { CaseSaved } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { type Html, simulatorPage } from "./layout";
import type { View } from "./view";
import { visibleText } from "./visible-text";

/** What became of a file that was to be written. @param beside what happened before */
export function savedPage(what: "person" | "case", saved: CaseSaved, view: View, beside: Html = html``): Html {
  const t: BenchTexts["saved"] = benchTexts[view.language].saved;
  if (!saved.ok) {
    const detail = saved.detail === "" ? "" : html`<pre>${visibleText(saved.detail)}</pre>`;
    return notDonePage(t.notSaved, html`<p>${t.why[saved.why]}</p>${detail}<p>${t.back}</p>`, view, beside);
  }
  const run = what === "case" ? html`<p>${t.run} <code>npx --no-install entra-gatehouse test</code></p>` : "";
  const sheet = html`<div class="note good" role="status"><p>${t.in} <code>${visibleText(saved.file)}</code></p></div>${run}
${toStart(view)}`;
  return simulatorPage({ view, heading: t[what], sheet, beside });
}

/** A case or person without a word of what it is for. */
export function untitledPage(view: View, beside: Html): Html {
  const { saved: t } = benchTexts[view.language];
  return notDonePage(t.notSaved, html`<p>${t.noTitle}</p><p>${t.back}</p>`, view, beside);
}

export function notComparedPage(problem: string, view: View, beside: Html): Html {
  const { compared: t } = benchTexts[view.language];
  return notDonePage(t.cannot, html`<pre>${visibleText(problem)}</pre>`, view, beside);
}

/** Something was asked for that cannot be done. */
export function notDonePage(heading: string, why: Html, view: View, beside: Html = html``): Html {
  return simulatorPage({ view, heading, sheet: html`<div class="note bad" role="alert">${why}</div>${toStart(view)}`, beside });
}

function toStart({ language }: View): Html {
  return html`<p><a href="/?lang=${language}">${benchTexts[language].nav.signUp}</a></p>`;
}
