import { type TenantKind, tenantKinds } from "../../engine/tenant-kinds";
import { type Person, PersonError, readPersonFile } from "./person";

/** A person in a file, and the place of their sign-up. */
export interface SavedPerson {
  /** Shown as the person's title. */
  readonly title?: string;
  readonly tenant: TenantKind;
  /** Undefined for the default one. */
  readonly gate?: string;
  readonly person: Person;
  /** Deprecated names in the file, one sentence each. */
  readonly hints?: readonly string[];
}

/** Parses a description of a person that may contain a title, the kind of tenant and the gate. Throws PersonError. */
export function readSavedPerson(given: unknown): SavedPerson {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return { tenant: "workforce", person: readPersonFile(given) };
  const { given: named, hints } = inOneVocabulary(given as Readonly<Record<string, unknown>>);
  const { title, tenant = "workforce", gate, ...person } = named;
  const kind = tenantKinds.find((each) => each === tenant);
  if (title !== undefined && typeof title !== "string") throw new PersonError("title must be a text");
  if (gate !== undefined && typeof gate !== "string") throw new PersonError("gate must be the name of a gate");
  if (kind === undefined) throw new PersonError(`tenant must be one of ${tenantKinds.join(", ")}`);
  const read = { ...(title && { title }), tenant: kind, ...(gate && { gate }), person: readPersonFile(person) };
  return hints.length === 0 ? read : { ...read, hints };
}

/** Deprecated names, each with its replacement. */
const otherNames: Readonly<Record<string, string>> = {
  identityProvider: "issuer",
  dialect: "tenant",
  language: "locales",
  languages: "locales",
  locale: "locales",
};

/** A workforce tenant's names in Entra's documents and in records of decisions. */
const otherTenants: Readonly<Record<string, string>> = { b2b: "workforce", external: "external-tenant" };

/** A description under current names, with a hint for each deprecated one. */
interface InOneVocabulary {
  readonly given: Readonly<Record<string, unknown>>;
  /** One sentence each. */
  readonly hints: readonly string[];
}

/** Renames deprecated names. If a file has both names, the deprecated one stays and is refused as unknown. */
export function inOneVocabulary(given: Readonly<Record<string, unknown>>): InOneVocabulary {
  const hints: string[] = [];
  const read = Object.entries(given).map(([name, value]): [string, unknown] => {
    const ours = nameOf(name, value);
    if (ours === name || Object.hasOwn(given, ours)) return [name, valueUnder(name, value, hints)];
    hints.push(`Write ${ours} in place of ${name}.`);
    return [ours, valueUnder(ours, value, hints)];
  });
  return { given: Object.fromEntries(read), hints };
}

/** A list of attributes names the form's fields; a map holds their values. */
function nameOf(name: string, value: unknown): string {
  if (name === "attributes" && Array.isArray(value)) return "collects";
  return Object.hasOwn(otherNames, name) ? (otherNames[name] as string) : name;
}

function valueUnder(name: string, value: unknown, hints: string[]): unknown {
  if (name === "tenant" && typeof value === "string" && Object.hasOwn(otherTenants, value)) {
    hints.push(`Write "tenant": "${otherTenants[value]}" in place of "${value}".`);
    return otherTenants[value];
  }
  if (name === "collects" && typeof value === "object" && value !== null && !Array.isArray(value)) {
    const list = Object.entries(value).map(([each, type]) => (type === "string" ? each : `${each}:${type}`));
    hints.push(`Write "collects": ${JSON.stringify(list)}, a list.`);
    return list;
  }
  return value;
}
