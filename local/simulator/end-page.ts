import { html } from "hono/html";
import type { Values } from "../../simulator/attributes";
import type { Visit } from "../../simulator/visit";
import { form, type Html, page } from "./layout";
import { shown } from "./shown";
import { labelOf } from "./start-page";
import { type State, writeState } from "./state";
import { type Language, type Texts, texts } from "./texts";
import { breachList, wire } from "./wire";

/** The account is made. @param account its attributes */
export function createdPage(state: State, account: Values, language: Language): Html {
  const { end: t } = texts[language];
  const rows = Object.entries(account).map(([name, value]) => html`<dt>${labelOf(name, language)}</dt><dd>${shown(String(value))}</dd>`);
  const list = rows.length === 0 ? html`<p>${t.noAttributes}</p>` : html`<dl>${rows}</dl>`;
  return endPage(t.created, html`<p>${t.createdLead}</p>${list}`, state, language);
}

/** The sign-up ended without account: turned away, or Entra's own error page. */
export function stoppedPage(state: State, { page: end, breaches }: Visit, language: Language): Html {
  const t: Texts = texts[language];
  if (end.kind === "block") return endPage(t.end.blocked, html`<p class="words">${shown(end.message)}</p>`, state, language);
  const why = html`<p>${t.end.errorLead}</p><p class="hint">${t.end.errorWhy}</p>${breachList(breaches, t.wire)}`;
  return endPage(t.end.error, why, state, language);
}

function endPage(heading: string, content: Html, state: State, language: Language): Html {
  const { end: t, wire: wireTexts } = texts[language];
  const again = html`<input type="hidden" name="state" value="${writeState({ ...state, visits: [] })}">
<div class="actions"><button>${t.again}</button></div>`;
  const sheet = html`${content}${form("/", language, again)}<p class="actions"><a href="/?lang=${language}">${t.fresh}</a></p>`;
  return page({ language, heading, sheet, beside: wire(state, wireTexts) });
}

/** A page for what leads nowhere. */
export function brokenPage(heading: string, text: string, language: Language): Html {
  const { broken: t } = texts[language];
  const sheet = html`<p>${text}</p><p><a href="/?lang=${language}">${t.toStart}</a></p>`;
  return page({ language, heading, sheet, beside: html`` });
}
