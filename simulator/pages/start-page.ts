import { html } from "hono/html";
import { en } from "../../engine/messages/en";
import { ko } from "../../engine/messages/ko";
import { builtInAttributes } from "../../engine/sign-up/sign-up";
import type { UserFlow } from "../client/flow";
import { identityProviders } from "../client/person";
import type { People } from "./bench";
import { benchTexts } from "./bench-texts";
import { type Choices, selectField, textField } from "./fields";
import { assertable, type StartFields } from "./form";
import { form, type Html, simulatorPage, type View, visibleText } from "./layout";
import { gateNames } from "./state";
import { type SimulatorLanguage, simulatorTexts } from "./texts";

const labels = { en: en.labels, ko: ko.labels };

/** What an attribute is called in front of people. */
export function labelOf(name: string, language: SimulatorLanguage): string {
  const known: Readonly<Record<string, string>> = labels[language];
  return known[name] ?? name.replace(/^extension_/, "");
}

interface StartParts {
  readonly flows: readonly UserFlow[];
  /** Of what was typed. */
  readonly problems: readonly string[];
  /** Undefined where none can be saved. */
  readonly people: People | undefined;
}

/** The form: the person, their attributes and the user flow. */
export function startPage(fields: StartFields, { flows, problems, people }: StartParts, view: View): Html {
  const { language } = view;
  const { start: t, wire } = simulatorTexts[language];
  const label = (name: string) => labelOf(name, language);
  const tenants = [...new Set(flows.map(({ tenant }) => tenant.kind))];
  const gates = gateNames(flows);
  const content = html`
<p>${t.lead}${people === undefined ? "" : html` <a href="#people">${benchTexts[language].people.jump}</a>`}</p>
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
${selectField("issuer", t.provider, named(identityProviders, t.providers), fields.issuer)}
${textField("email", t.email, fields.email, { required: true })}
${textField("locales", t.locales, fields.locales, { hint: t.localesHint })}
<fieldset><legend>${t.claims}</legend>${assertable.map((name) => textField(`claim.${name}`, label(name), fields.claims[name] ?? "", {}))}
${textField("accountId", t.accountId, fields.accountId, { hint: t.accountIdHint })}</fieldset>
<fieldset><legend>${t.attributes}</legend><div class="choices">${builtInAttributes.map((name) =>
    choice("attribute", name, label(name), fields.attributes.includes(name)),
  )}</div></fieldset>
${textField("custom", t.custom, fields.custom, { hint: t.customHint })}
${choice("loseFirstAnswer", "yes", t.lose, fields.loseFirstAnswer)}
<input type="hidden" name="more" value="${fields.more}">
<div class="actions"><button>${t.submit}</button></div>`;
  return simulatorPage({
    view,
    heading: t.heading,
    sheet: form("/sign-in", language, content),
    beside: people === undefined ? html`<h2>${wire.heading}</h2><p class="hint">${wire.none}</p>` : peoplePart(people, language),
  });
}

function named<T extends string>(values: readonly T[], labelsOf: Readonly<Record<T, string>>): Choices {
  return values.map((value) => [value, labelsOf[value]]);
}

function choice(name: string, value: string, label: string, checked: boolean): Html {
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${checked ? html` checked` : ""}>${label}</label>`;
}

/** Those who have been saved, to begin with one of them. */
function peoplePart({ people, flaws }: People, language: SimulatorLanguage): Html {
  const t = benchTexts[language].people;
  const { tenants } = simulatorTexts[language].start;
  const items = people.map(({ name, title, tenant, gate, person }) => {
    const where = [tenants[tenant], ...(gate === undefined ? [] : [gate])].join(" · ");
    return html`<li><a href="/?${new URLSearchParams({ person: name, lang: language }).toString()}">${visibleText(title ?? name)}</a><br>
<small>${visibleText(person.email)} · ${visibleText(where)}</small></li>`;
  });
  return html`<h2 id="people">${t.heading}</h2><p class="hint">${t.lead}</p>
${flaws.length === 0 ? "" : html`<div class="note warn"><p>${t.flaws}</p><ul>${flaws.map((flaw) => html`<li>${visibleText(flaw)}</li>`)}</ul></div>`}
${items.length === 0 ? html`<p>${t.none}</p>` : html`<ul class="people">${items}</ul>`}`;
}
