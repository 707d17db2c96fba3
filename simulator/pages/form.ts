import { isBuiltInAttribute } from "../../engine/sign-up/sign-up";
import { type Person, readPersonFile } from "../client/person";
import { type Attribute, type ClaimValue, readAttribute, type Values, writeAttribute } from "../contract/attributes";
import type { TenantKind } from "../contract/rule";
import type { FlowState } from "./state";
import type { SimulatorTexts } from "./texts";

/** A submitted form, a name a field. */
export type FormFields = URLSearchParams;

/** What the start page shows in its fields. */
export interface StartFields {
  /** Empty for the first that is served. */
  readonly tenant: string;
  /** Empty for the default one. */
  readonly gate: string;
  readonly issuer: string;
  readonly email: string;
  readonly accountId: string;
  readonly locales: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly attributes: readonly string[];
  readonly custom: string;
  readonly loseFirstAnswer: boolean;
  /** JSON: what the person types later, and whatever else of them has no field here. Empty for nothing. */
  readonly more: string;
}

/** What identity providers are known to tell. */
export const assertable = ["displayName", "givenName", "surname"] as const;

/** A person that the sample list lets in. @param custom short names of attributes that the user flow collects */
export const exampleFields = (locales: string, custom: readonly string[]): StartFields => ({
  tenant: "",
  gate: "",
  issuer: "google.com",
  email: "kim@contoso.com",
  accountId: "",
  locales,
  claims: { displayName: "Minji Kim", givenName: "Minji", surname: "Kim" },
  attributes: ["displayName", "givenName", "surname", "city", "country"],
  custom: custom.join(", "),
  loseFirstAnswer: false,
  more: "",
});

export function startFields(fields: FormFields): StartFields {
  const one = (name: string) => fields.get(name) ?? "";
  return {
    tenant: one("tenant"),
    gate: one("gate"),
    issuer: one("issuer"),
    email: one("email").trim(),
    accountId: one("accountId").trim(),
    locales: one("locales"),
    claims: Object.fromEntries(assertable.map((name) => [name, one(`claim.${name}`)])),
    attributes: fields.getAll("attribute"),
    custom: one("custom"),
    loseFirstAnswer: fields.has("loseFirstAnswer"),
    more: one("more"),
  };
}

/** The person that a start page described before. */
export function fieldsOf({ person, flow }: Pick<FlowState, "person" | "flow">): StartFields {
  const names = person.collects.map(({ name }) => name);
  return {
    tenant: flow.tenant.kind,
    gate: flow.gate ?? "",
    issuer: person.issuer,
    email: person.email,
    accountId: person.accountId ?? "",
    locales: person.locales.join(", "),
    claims: Object.fromEntries(assertable.map((name) => [name, String(person.claims[name] ?? "")])),
    attributes: names.filter(isBuiltInAttribute),
    custom: person.collects
      .filter(({ name }) => !isBuiltInAttribute(name))
      .map(writeAttribute)
      .join(", "),
    loseFirstAnswer: person.loseFirstAnswer,
    more: JSON.stringify(moreOf(person)),
  };
}

function moreOf({ form, application, ipAddress, address, claims }: Person): object {
  const others = Object.entries(claims).filter(([name]) => !(assertable as readonly string[]).includes(name));
  return { form, application, ipAddress, address, claims: Object.fromEntries(others) };
}

/** What has to be fixed before anybody can sign up; empty if nothing. */
export function startProblems(
  { email, custom, issuer }: StartFields,
  tenant: TenantKind,
  texts: SimulatorTexts["start"],
): readonly string[] {
  const unknown = customNames(custom).filter((name) => readAttribute(name) === undefined);
  const elsewhere = issuer === "entra" && tenant !== "workforce";
  return [
    ...(email === "" ? [texts.noEmail] : []),
    ...(elsewhere ? [texts.workforceOnly] : []),
    ...(unknown.length > 0 ? [`${texts.badCustom} ${unknown.join(", ")}`] : []),
  ];
}

/** Throws PersonError, or SyntaxError, for what no page of ours wrote. @param fields without problems */
export function personOf({ claims, attributes, custom, accountId, more, tenant: _, gate: __, ...rest }: StartFields): Person {
  const { form = {}, claims: others, ...carried } = (more === "" ? {} : JSON.parse(more)) as Partial<Person>;
  const collected = [...new Set([...attributes, ...customNames(custom)])];
  const names = new Set(collected.map((text) => readAttribute(text)?.name));
  return readPersonFile({
    ...carried,
    ...rest,
    ...(accountId !== "" && { accountId }),
    claims: { ...others, ...Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== "")) },
    collects: collected,
    // What is no longer collected is no longer typed.
    form: Object.fromEntries(Object.entries(form).filter(([name]) => names.has(name))),
  });
}

function customNames(custom: string): readonly string[] {
  return custom.split(/[\s,]+/).filter((name) => name !== "");
}

/** What was typed on the attribute page, and the fields whose text is no value. */
export function typedValues(
  fields: FormFields,
  attributes: readonly Attribute[],
): { readonly values: Values; readonly wrong: readonly string[] } {
  const read = attributes.map(({ name, type }) => [name, readValue(fields, name, type)] as const);
  return {
    values: Object.fromEntries(read.map(([name, value]) => [name, value ?? fields.get(`value.${name}`) ?? ""])),
    wrong: read.filter(([, value]) => value === undefined).map(([name]) => name),
  };
}

/** Undefined for a text that is no whole number where one belongs. */
function readValue(fields: FormFields, name: string, type: Attribute["type"]): ClaimValue | undefined {
  const text = fields.get(`value.${name}`) ?? "";
  if (type === "boolean") return text !== "";
  if (type === "string" || text === "") return text;
  return /^-?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
