import { html } from "hono/html";
import type { StepVisit } from "../client/visit";
import type { Values } from "../contract/attributes";
import { form, type Html, simulatorPage, type View, visibleText } from "./layout";
import { labelOf } from "./start-page";
import { type FlowState, writeState } from "./state";
import { type SimulatorTexts, simulatorTexts } from "./texts";
import { besidePart } from "./tools-part";
import { breachList } from "./wire";

/** What a sign-up came to where nothing stopped it. */
interface Created {
  readonly account: Values;
  /** What the last step adds to the token, if it was asked. */
  readonly tokenClaims?: Values;
}

/** The account is made. */
export function createdPage(state: FlowState, { account, tokenClaims }: Created, view: View): Html {
  const { language } = view;
  const { end: t } = simulatorTexts[language];
  const made = html`<p>${t.createdLead}</p>${valueList(account, t.noAttributes, (name) => labelOf(name, language))}`;
  const token = tokenClaims && html`<h2>${t.token}</h2><p>${t.tokenLead}</p>${valueList(tokenClaims, t.noClaims, String)}`;
  return endPage(t.created, html`${made}${token ?? ""}`, state, view);
}

function valueList(values: Values, none: string, nameOf: (name: string) => string): Html {
  const rows = Object.entries(values).map(
    ([name, value]) => html`<dt>${visibleText(nameOf(name))}</dt><dd>${visibleText([value].flat().join(", "))}</dd>`,
  );
  return rows.length === 0 ? html`<p>${none}</p>` : html`<dl>${rows}</dl>`;
}

/** The sign-up ended without account: turned away, or Entra's own error page. */
export function stoppedPage(state: FlowState, stopped: StepVisit, view: View): Html {
  const t: SimulatorTexts = simulatorTexts[view.language];
  const { page } = stopped;
  if (page.kind !== "block") return errorPage(t.end.errorLead, state, stopped, view);
  const heading = page.title === undefined ? t.end.blocked : visibleText(page.title);
  return endPage(heading, html`<p class="words">${visibleText(page.message)}</p>`, state, view);
}

/** The account is made, but the person gets no token. */
export function tokenlessPage(state: FlowState, stopped: StepVisit, view: View): Html {
  return errorPage(simulatorTexts[view.language].end.tokenlessLead, state, stopped, view);
}

function errorPage(lead: string, state: FlowState, { breaches }: StepVisit, view: View): Html {
  const t: SimulatorTexts = simulatorTexts[view.language];
  const why = html`<p>${lead}</p><p class="hint">${t.end.errorWhy}</p>${breachList(breaches, t.wire)}`;
  return endPage(t.end.error, why, state, view);
}

function endPage(heading: string, content: Html, state: FlowState, view: View): Html {
  const { language } = view;
  const { end: t } = simulatorTexts[language];
  const again = html`<input type="hidden" name="state" value="${writeState({ ...state, visits: [] })}">
<div class="actions"><button>${t.again}</button></div>`;
  const sheet = html`${content}${form("/", language, again)}<p class="actions"><a href="/?lang=${language}">${t.fresh}</a></p>`;
  return simulatorPage({ view, heading, sheet, beside: besidePart(state, view) });
}

/** A page for what leads nowhere. @param status 404 for an address, 400 for a form that cannot be read */
export function brokenPage(status: 400 | 404, view: View): Html {
  const { language } = view;
  const { broken: t } = simulatorTexts[language];
  const [heading, text] = status === 404 ? [t.notFound, t.notFoundText] : [t.heading, t.text];
  const sheet = html`<p>${text}</p><p><a href="/?lang=${language}">${t.toStart}</a></p>`;
  return simulatorPage({ view, heading, sheet, beside: html`` });
}
