import { html } from "hono/html";
import type { StepVisit } from "../client/visit";
import type { Values } from "../contract/attributes";
import { form, type Html, simulatorPage } from "./layout";
import { labelOf } from "./start-page";
import { type FlowState, writeState } from "./state";
import { type SimulatorLanguage, type SimulatorTexts, simulatorTexts } from "./texts";
import { visibleText } from "./visible-text";
import { breachList, wire } from "./wire";

/** The account is made. @param account its attributes */
export function createdPage(state: FlowState, account: Values, language: SimulatorLanguage): Html {
  const { end: t } = simulatorTexts[language];
  const rows = Object.entries(account).map(
    ([name, value]) => html`<dt>${labelOf(name, language)}</dt><dd>${visibleText(String(value))}</dd>`,
  );
  const list = rows.length === 0 ? html`<p>${t.noAttributes}</p>` : html`<dl>${rows}</dl>`;
  return endPage(t.created, html`<p>${t.createdLead}</p>${list}`, state, language);
}

/** The sign-up ended without account: turned away, or Entra's own error page. */
export function stoppedPage(state: FlowState, { page: end, breaches }: StepVisit, language: SimulatorLanguage): Html {
  const t: SimulatorTexts = simulatorTexts[language];
  if (end.kind === "block") return endPage(t.end.blocked, html`<p class="words">${visibleText(end.message)}</p>`, state, language);
  const why = html`<p>${t.end.errorLead}</p><p class="hint">${t.end.errorWhy}</p>${breachList(breaches, t.wire)}`;
  return endPage(t.end.error, why, state, language);
}

function endPage(heading: string, content: Html, state: FlowState, language: SimulatorLanguage): Html {
  const { end: t, wire: wireTexts } = simulatorTexts[language];
  const again = html`<input type="hidden" name="state" value="${writeState({ ...state, visits: [] })}">
<div class="actions"><button>${t.again}</button></div>`;
  const sheet = html`${content}${form("/", language, again)}<p class="actions"><a href="/?lang=${language}">${t.fresh}</a></p>`;
  return simulatorPage({ language, heading, sheet, beside: wire(state, wireTexts) });
}

/** A page for what leads nowhere. */
export function brokenPage(heading: string, text: string, language: SimulatorLanguage): Html {
  const { broken: t } = simulatorTexts[language];
  const sheet = html`<p>${text}</p><p><a href="/?lang=${language}">${t.toStart}</a></p>`;
  return simulatorPage({ language, heading, sheet, beside: html`` });
}
