import { type TenantKind, tenantKinds } from "../../engine/sign-up/sign-up";
import { type Person, PersonError, readPersonFile } from "./person";

export interface SavedPerson {
  readonly title?: string;
  readonly tenant: TenantKind;
  /** The gate; undefined for the default one. */
  readonly gate?: string;
  readonly person: Person;
}

/** Parses a description of a person that may contain a title, the kind of tenant and the gate. Throws PersonError. */
export function readSavedPerson(content: unknown): SavedPerson {
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return { tenant: "workforce", person: readPersonFile(content) };
  const { title, tenant = "workforce", gate, ...person } = content as Readonly<Record<string, unknown>>;
  const kind = tenantKinds.find((each) => each === tenant);
  if (title !== undefined && typeof title !== "string") throw new PersonError("title must be a text");
  if (gate !== undefined && typeof gate !== "string") throw new PersonError("gate must be the name of a gate");
  if (kind === undefined) throw new PersonError(`tenant must be one of ${tenantKinds.join(", ")}`);
  return { ...(title && { title }), tenant: kind, ...(gate && { gate }), person: readPersonFile(person) };
}
