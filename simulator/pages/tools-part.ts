import { html } from "hono/html";
import type { StepVisit } from "../client/visit";
import type { Bench } from "./bench";
import { benchTexts } from "./bench-texts";
import { type Choices, selectField, textField } from "./fields";
import { form, type Html, type View } from "./layout";
import { type FlowState, writeState } from "./state";
import { type SimulatorLanguage, type SimulatorTexts, simulatorTexts } from "./texts";
import { wire } from "./wire";

/** As the server takes it. */
const NAME_PATTERN = "[A-Za-z0-9]+(-[A-Za-z0-9]+)*";

/** What can be done with a sign-up: keep the person, keep a call as a case, ask another policy. */
function toolsPart(state: FlowState, { bench, language }: View): Html | "" {
  if (bench === undefined) return "";
  const t = benchTexts[language].tools;
  const carried = html`<input type="hidden" name="state" value="${writeState(state)}">`;
  const name = suggestedName(state.person.email);
  const tools: readonly (readonly [string, Html])[] = [
    [t.savePerson, form("/people", language, html`${tokenField(bench)}${carried}${fileFields("person", t.personTitle, name, language)}`)],
    ...(state.visits.length === 0
      ? []
      : ([
          [t.saveCase, caseForm(state, bench, html`${carried}`, { name, language })],
          [t.compare, compareForm(bench, html`${carried}`, language)],
        ] as const)),
  ];
  return html`<h2>${t.heading}</h2><div class="sheet field">
${tools.map(([title, content]) => html`<details><summary>${title}</summary>${content}</details>`)}</div>`;
}

/** What happened behind a page, and what can be done with it. */
export function besidePart(state: FlowState, view: View): Html {
  return html`${toolsPart(state, view)}${wire(state, view)}`;
}

export function tokenField({ token }: Bench): Html {
  return html`<input type="hidden" name="token" value="${token}">`;
}

/** A title, a file's name, and the button. @param id a prefix, so that the fields' ids are unique on the page */
export function fileFields(id: string, title: string, name: string, language: SimulatorLanguage): Html {
  const t = benchTexts[language].tools;
  return html`${textField("title", title, "", { required: true, id: `${id}-title` })}
${textField("name", t.name, name, { required: true, hint: t.nameHint, id: `${id}-name`, pattern: NAME_PATTERN })}
<div class="actions"><button>${t.save}</button></div>`;
}

function caseForm(
  { visits }: FlowState,
  bench: Bench,
  carried: Html,
  { name, language }: { readonly name: string; readonly language: SimulatorLanguage },
): Html {
  const t = benchTexts[language].tools;
  const steps: SimulatorTexts["wire"]["steps"] = simulatorTexts[language].wire.steps;
  const choices: Choices = visits.map(({ step }: StepVisit, index) => [
    String(index),
    visits.length < 2 ? steps[step] : `${index + 1}. ${steps[step]}`,
  ]);
  return html`<p class="hint">${t.caseLead}</p>${form(
    "/cases",
    language,
    html`${tokenField(bench)}${carried}${selectField("visit", t.step, choices, String(visits.length - 1))}${fileFields("case", t.caseTitle, name, language)}`,
  )}`;
}

function compareForm(bench: Bench, carried: Html, language: SimulatorLanguage): Html {
  const t = benchTexts[language].tools;
  return html`<p class="hint">${t.compareLead}</p>${form(
    "/compare",
    language,
    html`${tokenField(bench)}${carried}${textField("other", t.other, bench.other, { required: true })}
<div class="actions"><button>${t.compareSubmit}</button></div>`,
  )}`;
}

/** "kim-contoso-com" */
export function suggestedName(email: string): string {
  const words = email.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 40).replace(/-$/, "") || "person";
}
