import { Alert, InputField, PostForm, SubmitButton } from "../../console/parts/forms";
import { visible } from "../../console/parts/value";
import type { ConsoleLanguage } from "../../console/texts/languages";
import { en } from "../../engine/messages/en";
import { ko } from "../../engine/messages/ko";
import { builtInAttributes } from "../../engine/protocols/attributes";
import { normaliseEmail } from "../../engine/sign-up/email";
import { describeUnmatched, readUnmatched } from "../../engine/unmatched";
import { identityProviders } from "../../simulator/client/person";
import { assertable, type PersonFields } from "./form";
import { pageAddress, type View } from "./layout";
import { nameProvider, simulatorTexts } from "./texts";
import { ChoiceField } from "./tools-part";

const labels = { en: en.labels, ko: ko.labels };

export function attributeTitle(name: string, language: ConsoleLanguage): string {
  const labelsByName: Readonly<Record<string, string>> = labels[language];
  return labelsByName[name] ?? name.replace(/^extension_/, "");
}

interface Field extends Readonly<Record<"id" | "label" | "value", string>> {
  readonly hint?: string | undefined;
}

const renderField = (field: Field) => (
  <div>
    <InputField {...field} />
  </div>
);

interface PersonFormProps {
  readonly fields: PersonFields;
  readonly view: View;
  /** Problems in the input. @default none */
  readonly problems?: readonly string[];
  readonly heading: string;
  readonly hint?: string;
}

export function PersonForm({ fields, view, problems = [], heading, hint }: PersonFormProps) {
  const { language, flow } = view;
  const { person: t } = simulatorTexts;
  const label = (name: string) => attributeTitle(name, language);
  const usual = identityProviders.filter((name) => name !== "entra" || flow.tenant.kind === "workforce");
  const providers = [...new Set([...usual, fields.issuer])].map((name) => [name, visible(nameProvider(name))] as const);
  const attributeNames = [...fields.attributes, ...fields.custom.split(/[\s,]+/)].map((name) => name.split(":")[0] ?? "");
  const collectedAttributes = [...new Set(attributeNames)].filter((name) => name !== "");
  const [first = "displayName"] = [...Object.keys(fields.typed).filter((name) => name !== "displayName"), ...collectedAttributes];
  const buildValueField = (name: string): Field => ({
    id: `value.${name}`,
    label: visible(label(name)),
    value: fields.typed[name] ?? "",
    hint: visible(fields.claims[name] ?? "") || undefined,
  });
  const foldedFields: readonly Field[] = [
    ...collectedAttributes.filter((name) => name !== first).map(buildValueField),
    ...assertable.map((name) => ({ id: `claim.${name}`, label: t.claim(label(name)), value: fields.claims[name] ?? "" })),
    { id: "accountId", label: t.accountId, value: fields.accountId, hint: t.accountIdHint },
    { id: "custom", label: t.custom, value: fields.custom, hint: t.customHint },
  ];
  return (
    <PostForm visit={view} class="card" action={pageAddress(view)} hidden={{ more: fields.more }}>
      <h2>{heading}</h2>
      {hint === undefined ? null : <p>{hint}</p>}
      {problems.length === 0 ? null : (
        <Alert>
          {problems.map((problem) => (
            <p class="words">{visible(problem)}</p>
          ))}
        </Alert>
      )}
      <div class="fields">
        <div>
          <InputField id="email" label={t.email} value={fields.email} hint={impossibleHint(fields.email, language)} required />
        </div>
        <ChoiceField name="issuer" label={t.provider} options={providers} chosen={fields.issuer} />
        {[buildValueField(first), { id: "locales", label: t.locales, value: fields.locales }].map(renderField)}
      </div>
      <details open={problems.length > 0}>
        <summary>{t.all(foldedFields.length + builtInAttributes.length + 5)}</summary>
        <div class="fields">{foldedFields.map(renderField)}</div>
        <fieldset>
          <legend>{t.attributes}</legend>
          <div class="choices">
            {builtInAttributes.map((name) => (
              <Tick name="attribute" value={name} label={label(name)} isTicked={fields.attributes.includes(name)} />
            ))}
          </div>
        </fieldset>
        <Tick name="loseFirstAnswer" value="yes" label={t.lose} isTicked={fields.loseFirstAnswer} />
      </details>
      <SubmitButton text={t.submit} />
    </PostForm>
  );
}

/** Warns of an address that Entra would not send. People can try it all the same. */
function impossibleHint(text: string, language: ConsoleLanguage): string | undefined {
  const email = normaliseEmail(text);
  const problem = email === undefined ? undefined : readUnmatched(email);
  return problem && simulatorTexts.person.neverSent(describeUnmatched(problem, language));
}

function Tick({ name, value, label, isTicked }: Readonly<Record<"name" | "value" | "label", string>> & { readonly isTicked: boolean }) {
  return (
    <label class="tick">
      <input type="checkbox" name={name} value={value} checked={isTicked} />
      {label}
    </label>
  );
}
