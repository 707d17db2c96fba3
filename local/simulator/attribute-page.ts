import { html } from "hono/html";
import type { Attribute, Value, Values } from "../../simulator/attributes";
import { form, type Html, page } from "./layout";
import { shown } from "./shown";
import { labelOf } from "./start-page";
import { type State, writeState } from "./state";
import { type Language, texts } from "./texts";
import { wire } from "./wire";

/** The form between the two steps. @param message what stands above it, such as the answer's userMessage */
export function attributePage(state: State, values: Values, message: string | undefined, language: Language): Html {
  const { attributes: t, wire: wireTexts } = texts[language];
  const { attributes } = state.person;
  const content = html`
<p>${attributes.length === 0 ? t.none : t.lead}</p>
${message === undefined ? "" : html`<div class="note bad words" role="alert">${shown(message)}</div>`}
${attributes.map((attribute) => field(attribute, values[attribute.name], language))}
<input type="hidden" name="state" value="${writeState(state)}">
<div class="actions"><button>${t.submit}</button></div>`;
  return page({ language, heading: t.heading, sheet: form("/attributes", language, content), beside: wire(state, wireTexts) });
}

function field({ name, type }: Attribute, value: Value | undefined, language: Language): Html {
  const [label, key] = [labelOf(name, language), `value.${name}`];
  if (type === "boolean") {
    const checked = value === true ? html` checked` : "";
    return html`<label class="choice"><input type="checkbox" name="${key}" value="yes"${checked}>${label}</label>`;
  }
  const whole = type === "integer" ? html` inputmode="numeric"` : "";
  return html`<div class="field"><label>${label}<input name="${key}" value="${String(value ?? "")}" autocomplete="off"${whole}></label></div>`;
}
