import { isBuiltInAttribute } from "../../engine/protocols/attributes";
import type { TenantKind } from "../../engine/sign-up/sign-up";
import { type Person, readPersonFile } from "../../simulator/client/person";
import { type Attribute, type ClaimValue, readAttribute, type Values, writeAttribute } from "../../simulator/contract/attributes";
import { simulatorTexts } from "./texts";

/** The fields of a submitted form or an address. */
export type FormFields = URLSearchParams;

export interface PersonFields {
  readonly issuer: string;
  readonly email: string;
  readonly accountId: string;
  readonly locales: string;
  readonly claims: Readonly<Record<string, string>>;
  /** The values that a person types, by attribute. If a value is empty, the simulated form keeps the prefilled value. */
  readonly typed: Readonly<Record<string, string>>;
  readonly attributes: readonly string[];
  readonly custom: string;
  readonly loseFirstAnswer: boolean;
  /** JSON of those members of the person that have no field of their own. Empty if the form or address has no such JSON. */
  readonly more: string;
}

/** Claims that identity providers are known to send. */
export const assertable = ["displayName", "givenName", "surname"] as const;
const TYPED = "value.";

/** @param usual the person whose values replace missing fields, so an email address alone is enough */
export function personFields(fields: FormFields, usual: Person): PersonFields {
  const other = toPersonFields(usual);
  const one = (name: string, otherwise = "") => fields.get(name) ?? otherwise;
  const isWhole = fields.has("more");
  return {
    issuer: one("issuer", other.issuer),
    email: one("email").trim(),
    accountId: one("accountId").trim(),
    locales: one("locales", other.locales),
    claims: Object.fromEntries(assertable.map((name) => [name, one(`claim.${name}`)])),
    typed: isWhole ? typedIn(fields) : { ...other.typed, ...typedIn(fields) },
    attributes: isWhole ? fields.getAll("attribute") : other.attributes,
    custom: one("custom", isWhole ? "" : other.custom),
    loseFirstAnswer: fields.has("loseFirstAnswer"),
    more: one("more"),
  };
}

function typedIn(fields: FormFields): Readonly<Record<string, string>> {
  const typedFields = [...fields].filter(([name]) => name.startsWith(TYPED));
  return Object.fromEntries(typedFields.map(([name, value]) => [name.slice(TYPED.length), value]));
}

export function toPersonFields(person: Person): PersonFields {
  const names = person.collects.map(({ name }) => name);
  const typedFields = Object.entries(person.form).filter(([, value]) => value !== "");
  return {
    issuer: person.issuer,
    email: person.email,
    accountId: person.accountId ?? "",
    locales: person.locales.join(", "),
    claims: Object.fromEntries(assertable.map((name) => [name, String(person.claims[name] ?? "")])),
    typed: Object.fromEntries(typedFields.map(([name, value]) => [name, String(value)])),
    attributes: names.filter(isBuiltInAttribute),
    custom: person.collects
      .filter(({ name }) => !isBuiltInAttribute(name))
      .map(writeAttribute)
      .join(", "),
    loseFirstAnswer: person.loseFirstAnswer,
    more: JSON.stringify(keepHiddenMembers(person)),
  };
}

export function personQuery(person: Person): Readonly<Record<string, string>> {
  const { claims, typed, attributes, loseFirstAnswer, custom, ...rest } = toPersonFields(person);
  const parameters = [
    ...Object.entries(rest),
    ...Object.entries(claims).map(([name, value]) => [`claim.${name}`, value] as const),
    ...Object.entries(typed).map(([name, value]) => [`${TYPED}${name}`, value] as const),
    ...(loseFirstAnswer ? [["loseFirstAnswer", "yes"] as const] : []),
  ].filter(([, value]) => value !== "");
  // One parameter contains both the built-in attributes and the custom ones.
  return { ...Object.fromEntries(parameters), custom: [...attributes, ...customNames(custom)].join(",") };
}

function keepHiddenMembers({ form, application, ipAddress, address, claims }: Person): object {
  const others = Object.entries(claims).filter(([name]) => !(assertable as readonly string[]).includes(name));
  const clearedFields = Object.entries(form).filter(([, value]) => value === "");
  return { form: Object.fromEntries(clearedFields), application, ipAddress, address, claims: Object.fromEntries(others) };
}

export function personProblems({ email, custom, issuer, typed, attributes }: PersonFields, tenant: TenantKind): readonly string[] {
  const { person: t } = simulatorTexts;
  const unknown = customNames(custom).filter((name) => readAttribute(name) === undefined);
  const wrong = readCollectedAttributes({ attributes, custom }).filter(
    (each) => readValue(typed[each.name] ?? "", each.type) === undefined,
  );
  return [
    ...(email === "" ? [t.noEmail] : []),
    ...(issuer === "entra" && tenant !== "workforce" ? [t.workforceOnly] : []),
    ...(unknown.length > 0 ? [`${t.badCustom} ${unknown.join(", ")}`] : []),
    ...(wrong.length > 0 ? [`${t.notWhole} ${wrong.map(({ name }) => name).join(", ")}`] : []),
  ];
}

/** Needs fields without problems. Throws PersonError or SyntaxError for input that none of our pages wrote. */
export function parsePersonFields({ claims, attributes, custom, typed, accountId, more, ...rest }: PersonFields): Person {
  const { form = {}, claims: others, ...carried } = (more === "" ? {} : JSON.parse(more)) as Partial<Person>;
  const collectedAttributes = readCollectedAttributes({ attributes, custom });
  const names = new Set(collectedAttributes.map(({ name }) => name));
  return readPersonFile({
    ...carried,
    ...rest,
    ...(accountId !== "" && { accountId }),
    claims: { ...others, ...Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== "")) },
    collects: collectedAttributes.map(writeAttribute),
    // Typed values of attributes that are no longer collected are dropped.
    form: {
      ...Object.fromEntries(Object.entries(form).filter(([name]) => names.has(name))),
      ...readTypedValues(typed, collectedAttributes),
    },
  });
}

function readCollectedAttributes({ attributes, custom }: Pick<PersonFields, "attributes" | "custom">): readonly Attribute[] {
  const read = [...new Set([...attributes, ...customNames(custom)])].flatMap((text) => readAttribute(text) ?? []);
  return [...new Map(read.map((each) => [each.name, each])).values()];
}

function customNames(custom: string): readonly string[] {
  return custom.split(/[\s,]+/).filter((name) => name !== "");
}

function readTypedValues(typedFields: PersonFields["typed"], collectedAttributes: readonly Attribute[]): Values {
  const filledAttributes = collectedAttributes.filter(({ name }) => (typedFields[name] ?? "") !== "");
  return Object.fromEntries(filledAttributes.map(({ name, type }) => [name, readValue(typedFields[name] as string, type) as ClaimValue]));
}

function readValue(text: string, type: Attribute["type"]): ClaimValue | undefined {
  if (type === "string" || text === "") return text;
  if (type === "boolean") return text === "true";
  return /^-?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
