import { type TenantKind, tenantKinds } from "../../engine/tenant-kinds";
import { type Person, PersonError, readPersonFile } from "./person";

/** A person as a file keeps them: who they are, and where they sign up. */
export interface SavedPerson {
  /** Shown as the person's title. */
  readonly title?: string;
  readonly tenant: TenantKind;
  /** Undefined for the default one. */
  readonly gate?: string;
  readonly person: Person;
  /** Names in the file that are read, and better written otherwise: a sentence each. */
  readonly hints?: readonly string[];
}

/** Reads a description of a person that may name what they show, the kind of tenant and the gate. Throws PersonError. */
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

/** Names that a description of a person has elsewhere, each with the one to write. */
const otherNames: Readonly<Record<string, string>> = {
  identityProvider: "issuer",
  dialect: "tenant",
  language: "locales",
  languages: "locales",
  locale: "locales",
};

/** Names of a workforce tenant in Entra's documents and in records of decisions. */
const otherTenants: Readonly<Record<string, string>> = { b2b: "workforce", external: "external-tenant" };

/** A description under the names that there are, and a hint for each other name that it had. */
interface InOneVocabulary {
  readonly given: Readonly<Record<string, unknown>>;
  /** Each is a sentence. */
  readonly hints: readonly string[];
}

/** Reads other names as well. A name that is given beside its other one stays, and is refused as unknown. */
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

/** A list of attributes says what the form collects; their values are a map. */
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
