import { type TenantKind, tenantKinds } from "../contract/tenant-kind";
import { inOneVocabulary } from "./other-names";
import { type Person, PersonError, readPersonFile } from "./person";

/** A person as a file keeps them: who they are, and where they sign up. */
export interface SavedPerson {
  /** What trying them shows. */
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
