import { html } from "hono/html";
import { en } from "../../engine/messages/en";
import { ko } from "../../engine/messages/ko";
import { builtInAttributes } from "../../engine/protocols/attributes";
import { normaliseEmail } from "../../engine/sign-up/email";
import { readUnmatched } from "../../engine/unmatched";
import { describeUnmatched } from "../../engine/unmatched-texts";
import { identityProviders, type Person } from "../client/person";
import { type Choices, selectField, textField } from "./fields";
import { assertable, fieldsOf, type PersonFields } from "./form";
import { form, type Html, type View } from "./layout";
import { type SimulatorLanguage, simulatorTexts } from "./texts";

const labels = { en: en.labels, ko: ko.labels };

/** An attribute's name for people. */
export function labelOf(name: string, language: SimulatorLanguage): string {
  const known: Readonly<Record<string, string>> = labels[language];
  return known[name] ?? name.replace(/^extension_/, "");
}

/** The form under "Edit person": the most important fields, and all others folded. @param problems in the input */
export function personPart(person: Person, problems: readonly string[], view: View): Html {
  return personForm(fieldsOf(person), problems, view, simulatorTexts[view.language].person.heading);
}

/** The same for input that is no valid person. @param heading below a result; absent if the form is what the page is about */
export function personForm(fields: PersonFields, problems: readonly string[], view: View, heading?: string): Html {
  const { language, flow } = view;
  const { person: t } = simulatorTexts[language];
  const label = (name: string) => labelOf(name, language);
  const providers = identityProviders.filter((name) => name !== "entra" || flow.tenant.kind === "workforce" || name === fields.issuer);
  const collected = [...new Set([...fields.attributes, ...fields.custom.split(/[\s,]+/)].map((name) => name.split(":")[0] ?? ""))].filter(
    Boolean,
  );
  const [first = "displayName"] = [...Object.keys(fields.typed).filter((name) => name !== "displayName"), ...collected];
  const typed = (name: string) =>
    textField(`value.${name}`, label(name), fields.typed[name] ?? "", { placeholder: fields.claims[name] ?? "" });
  const others = [
    ...collected.filter((name) => name !== first).map(typed),
    ...assertable.map((name) => textField(`claim.${name}`, t.claim(label(name)), fields.claims[name] ?? "")),
    textField("accountId", t.accountId, fields.accountId, { hint: t.accountIdHint }),
    textField("custom", t.custom, fields.custom, { hint: t.customHint }),
  ];
  const boxes = builtInAttributes.map((name) => choice("attribute", name, label(name), fields.attributes.includes(name)));
  const folded = html`<div class="grid">${others}</div><fieldset><legend>${t.attributes}</legend><div class="choices">${boxes}</div></fieldset>
${choice("loseFirstAnswer", "yes", t.lose, fields.loseFirstAnswer)}`;
  const content = html`${heading === undefined ? "" : html`<h3>${heading}</h3>`}
${problems.length === 0 ? "" : html`<div class="note bad" role="alert">${problems.map((problem) => html`<p class="words">${problem}</p>`)}</div>`}
<div class="grid">${textField("email", t.email, fields.email, { required: true, ...warnOfImpossible(fields.email, view) })}
${selectField("issuer", t.provider, named(providers, t.providers), fields.issuer)}
${typed(first)}${textField("locales", t.locales, fields.locales)}
<button${heading === undefined ? "" : html` class="quiet"`}>${t.submit}</button></div>
<details${problems.length === 0 ? "" : html` open`}><summary>${t.all(others.length + boxes.length + 5)}</summary>${folded}</details>
<input type="hidden" name="more" value="${fields.more}">`;
  return html`<div class="edit">${form(view, "/", content)}</div>`;
}

/** Warns of an address that Entra would not send. It may be tried all the same. */
function warnOfImpossible(typed: string, { language }: View): { readonly hint?: string } {
  const email = normaliseEmail(typed);
  const problem = email === undefined ? undefined : readUnmatched(email);
  return problem === undefined ? {} : { hint: simulatorTexts[language].person.neverSent(describeUnmatched(problem, language)) };
}

function named<T extends string>(values: readonly T[], labelsOf: Readonly<Record<T, string>>): Choices {
  return values.map((value) => [value, labelsOf[value]]);
}

function choice(name: string, value: string, label: string, checked: boolean): Html {
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${checked ? html` checked` : ""}>${label}</label>`;
}
