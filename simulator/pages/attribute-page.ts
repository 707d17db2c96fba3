import { html } from "hono/html";
import type { Attribute, ClaimValue, Values } from "../contract/attributes";
import { form, type Html, simulatorPage, type View, visibleText } from "./layout";
import { labelOf } from "./start-page";
import { type FlowState, writeState } from "./state";
import { type SimulatorLanguage, simulatorTexts } from "./texts";
import { besidePart } from "./tools-part";

/** What has to be corrected: above the form, and at its fields by name. */
export interface FormProblems {
  readonly message?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** The form between the two steps. */
export function attributePage(state: FlowState, values: Values, { message, errors = {} }: FormProblems, view: View): Html {
  const { language } = view;
  const { attributes: t } = simulatorTexts[language];
  const { collects } = state.person;
  const content = html`
<p>${collects.length === 0 ? t.none : t.lead}</p>
${message === undefined ? "" : html`<div class="note bad words" role="alert">${visibleText(message)}</div>`}
${collects.map((attribute) => field(attribute, values[attribute.name], errors[attribute.name], language))}
<input type="hidden" name="state" value="${writeState(state)}">
<div class="actions"><button>${t.submit}</button></div>`;
  return simulatorPage({
    view,
    heading: t.heading,
    sheet: form("/attributes", language, content),
    beside: besidePart(state, view),
  });
}

function field({ name, type }: Attribute, value: ClaimValue | undefined, error: string | undefined, language: SimulatorLanguage): Html {
  const [label, key] = [labelOf(name, language), `value.${name}`];
  const described = error === undefined ? "" : html` aria-invalid="true" aria-describedby="${key}-error"`;
  const said = error === undefined ? "" : html`<small class="words problem" id="${key}-error">${visibleText(error)}</small>`;
  if (type === "boolean") {
    const checked = value === true ? html` checked` : "";
    return html`<label class="choice"><input type="checkbox" name="${key}" value="yes"${checked}${described}>${label}</label>${said}`;
  }
  const whole = type === "integer" ? html` inputmode="numeric"` : "";
  const input = html`<input name="${key}" value="${String(value ?? "")}" autocomplete="off"${whole}${described}>`;
  return html`<div class="field"><label>${label}${input}</label>${said}</div>`;
}
