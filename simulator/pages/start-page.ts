import { html } from "hono/html";
import { en } from "../../engine/messages/en";
import { ko } from "../../engine/messages/ko";
import { builtInAttributes } from "../../engine/sign-up/sign-up";
import type { UserFlow } from "../client/flow";
import { identityProviders } from "../client/person";
import { assertable, type StartFields } from "./form";
import { form, type Html, simulatorPage } from "./layout";
import { type SimulatorLanguage, simulatorTexts } from "./texts";

const labels = { en: en.labels, ko: ko.labels };

/** What an attribute is called in front of people. */
export function labelOf(name: string, language: SimulatorLanguage): string {
  const known: Readonly<Record<string, string>> = labels[language];
  return known[name] ?? name.replace(/^extension_/, "");
}

export interface StartParts {
  readonly flows: readonly UserFlow[];
  /** Of what was typed. */
  readonly problems: readonly string[];
  /** Why answers may be other than expected. */
  readonly trouble: string | undefined;
}

/** Who signs up, with what, to which user flow. */
export function startPage(fields: StartFields, { flows, problems, trouble }: StartParts, language: SimulatorLanguage): Html {
  const { start: t, wire } = simulatorTexts[language];
  const label = (name: string) => labelOf(name, language);
  const tenants = [...new Set(flows.map(({ tenant }) => tenant.kind))];
  const gates = [...new Set(flows.map(({ gate = "" }) => gate))];
  const content = html`
${trouble === undefined ? "" : html`<div class="note bad" role="status"><p>${t.notReloaded}</p><pre>${trouble}</pre></div>`}
<p>${t.lead}</p>
${problems.length === 0 ? "" : html`<div class="note bad" role="alert">${problems.map((problem) => html`<p class="words">${problem}</p>`)}</div>`}
${tenants.length < 2 ? "" : selectField("tenant", t.tenant, named(tenants, t.tenants), fields.tenant)}
${
  gates.length < 2
    ? ""
    : selectField(
        "gate",
        t.gate,
        gates.map((gate) => [gate, gate || t.defaultGate]),
        fields.gate,
      )
}
${selectField("identityProvider", t.provider, named(identityProviders, t.providers), fields.identityProvider)}
${textField("email", t.email, fields.email, { required: true })}
${textField("locales", t.locales, fields.locales, { hint: t.localesHint })}
<fieldset><legend>${t.claims}</legend>${assertable.map((name) => textField(`claim.${name}`, label(name), fields.claims[name] ?? "", {}))}
${textField("accountId", t.accountId, fields.accountId, { hint: t.accountIdHint })}</fieldset>
<fieldset><legend>${t.attributes}</legend><div class="choices">${builtInAttributes.map((name) =>
    choice("attribute", name, label(name), fields.attributes.includes(name)),
  )}</div></fieldset>
${textField("custom", t.custom, fields.custom, { hint: t.customHint })}
${choice("loseFirstAnswer", "yes", t.lose, fields.loseFirstAnswer)}
<div class="actions"><button>${t.submit}</button></div>`;
  return simulatorPage({
    language,
    heading: t.heading,
    sheet: form("/sign-in", language, content),
    beside: html`<h2>${wire.heading}</h2><p class="hint">${wire.none}</p>`,
  });
}

/** Values, each with its label. */
type Choices = readonly (readonly [value: string, label: string])[];

function named<T extends string>(values: readonly T[], labelsOf: Readonly<Record<T, string>>): Choices {
  return values.map((value) => [value, labelsOf[value]]);
}

function selectField(name: string, label: string, choices: Choices, selected: string): Html {
  const options = choices.map(
    ([value, shown]) => html`<option value="${value}"${value === selected ? html` selected` : ""}>${shown}</option>`,
  );
  return html`<div class="field"><label>${label}<select name="${name}">${options}</select></label></div>`;
}

interface FieldOptions {
  readonly hint?: string;
  readonly required?: boolean;
}

function textField(name: string, label: string, value: string, { hint, required }: FieldOptions): Html {
  const describedBy = hint === undefined ? "" : html` aria-describedby="${name}-hint"`;
  return html`<div class="field"><label>${label}<input name="${name}" value="${value}" autocomplete="off" spellcheck="false"${
    required ? html` required` : ""
  }${describedBy}></label>${hint === undefined ? "" : html`<small id="${name}-hint">${hint}</small>`}</div>`;
}

function choice(name: string, value: string, label: string, checked: boolean): Html {
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${checked ? html` checked` : ""}>${label}</label>`;
}
