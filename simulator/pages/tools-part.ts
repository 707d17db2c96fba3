import { html } from "hono/html";
import type { StepVisit } from "../client/visit";
import type { Bench } from "./bench";
import { benchTexts } from "./bench-texts";
import { type Choices, selectField, textField } from "./fields";
import { personQuery } from "./form";
import { form, type Html, icon, pageAddress, type View } from "./layout";
import { carriedState } from "./run";
import type { FlowState } from "./state";
import { type SimulatorTexts, simulatorTexts } from "./texts";

/** The server's rule for names. */
const NAME_PATTERN = "[A-Za-z0-9]+(-[A-Za-z0-9]+)*";

/** Runs the same sign-up once more. */
export function rerun({ person }: FlowState, view: View): Html {
  return html`<a class="button quiet" href="${pageAddress(view, personQuery(person))}">${icon(view, "again")}${simulatorTexts[view.language].run.again}</a>`;
}

/** Tools for a sign-up: save a call as a case, save the person, try another policy. */
export function toolsPart(state: FlowState, view: View): Html | "" {
  const { bench, language } = view;
  if (bench === undefined) return "";
  const t = benchTexts[language].tools;
  const sent = carriedState(state);
  const carried = html`${tokenField(bench)}${sent}`;
  const name = suggestedName(state.person.email);
  const person = html`<h4>${t.savePerson}</h4>${form(view, "/people", html`${carried}${fileFields("person", t.personTitle, name, view)}`)}`;
  if (state.visits.length === 0) return pick(t.savePerson, person);
  const kept = html`<h4>${t.saveCase}</h4>${caseForm(state, carried, name, view)}${person}`;
  return html`${pick(`${t.saveCase}…`, kept)}${pick(`${t.compare}…`, compareForm(sent, { other: bench.other }, view))}`;
}

function pick(name: string, content: Html): Html {
  return html`<details class="pick"><summary class="button quiet">${name}</summary><div class="pop">${content}</div></details>`;
}

export function tokenField({ token }: Bench): Html {
  return html`<input type="hidden" name="token" value="${token}">`;
}

/** Fields for a title and a file's name, and the button. @param id a prefix that makes the fields' ids unique on the page */
export function fileFields(id: string, title: string, name: string, { language }: Pick<View, "language">): Html {
  const t = benchTexts[language].tools;
  return html`${textField("title", title, "", { required: true, id: `${id}-title` })}
${textField("name", t.name, name, { required: true, hint: t.nameHint, id: `${id}-name`, pattern: NAME_PATTERN })}
<div class="actions"><button>${t.save}</button></div>`;
}

function caseForm({ visits }: FlowState, carried: Html, name: string, view: View): Html {
  const t = benchTexts[view.language].tools;
  const { steps }: SimulatorTexts["path"] = simulatorTexts[view.language].path;
  const choices: Choices = visits.map(({ step }: StepVisit, index) => [String(index), steps[step]]);
  const content = html`${carried}${selectField("visit", t.step, choices, String(visits.length - 1))}${fileFields("case", t.caseTitle, name, view)}`;
  return html`<p class="hint">${t.caseLead}</p>${form(view, "/cases", content)}`;
}

/**
 * Sends the same calls to another policy.
 * @param whose fields of the sign-up, or a choice of person
 * @param other as typed, with its problem
 */
export function compareForm(
  whose: Html,
  { other, problem }: { readonly other: string; readonly problem?: string | undefined },
  view: View,
) {
  const t = benchTexts[view.language].tools;
  const token = view.bench === undefined ? "" : tokenField(view.bench);
  const content = html`${token}${whose}${textField("other", t.other, other, { required: true, problem, hint: t.otherHint })}
<div class="actions"><button>${t.compareSubmit}</button></div>`;
  return html`<p class="hint">${t.compareLead}</p>${form(view, "/compare", content)}`;
}

/** "kim-contoso-com" */
export function suggestedName(email: string): string {
  const words = email.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 40).replace(/-$/, "") || "person";
}
