import { html } from "hono/html";
import type { Attribute, ClaimValue, Values } from "../contract/attributes";
import { form, type Html, simulatorPage } from "./layout";
import { labelOf } from "./start-page";
import { type FlowState, writeState } from "./state";
import { type SimulatorLanguage, simulatorTexts } from "./texts";
import { visibleText } from "./visible-text";
import { wire } from "./wire";

/** The form between the two steps. @param message what stands above it, such as the answer's userMessage */
export function attributePage(state: FlowState, values: Values, message: string | undefined, language: SimulatorLanguage): Html {
  const { attributes: t, wire: wireTexts } = simulatorTexts[language];
  const { attributes } = state.person;
  const content = html`
<p>${attributes.length === 0 ? t.none : t.lead}</p>
${message === undefined ? "" : html`<div class="note bad words" role="alert">${visibleText(message)}</div>`}
${attributes.map((attribute) => field(attribute, values[attribute.name], language))}
<input type="hidden" name="state" value="${writeState(state)}">
<div class="actions"><button>${t.submit}</button></div>`;
  return simulatorPage({ language, heading: t.heading, sheet: form("/attributes", language, content), beside: wire(state, wireTexts) });
}

function field({ name, type }: Attribute, value: ClaimValue | undefined, language: SimulatorLanguage): Html {
  const [label, key] = [labelOf(name, language), `value.${name}`];
  if (type === "boolean") {
    const checked = value === true ? html` checked` : "";
    return html`<label class="choice"><input type="checkbox" name="${key}" value="yes"${checked}>${label}</label>`;
  }
  const whole = type === "integer" ? html` inputmode="numeric"` : "";
  return html`<div class="field"><label>${label}<input name="${key}" value="${String(value ?? "")}" autocomplete="off"${whole}></label></div>`;
}
