import { readEntry } from "../access-list/entry";
import { accountHashOf, type HashOf, personIdOf } from "../sign-up/person";
import type { AuditDetails } from "./entry";

/** The one person whom a change is about, as a keyed hash; undefined where it is about nobody or about many. */
export function personBehindChange({ subject = "", before, after }: AuditDetails, hashOf: HashOf): string | undefined {
  const personId = after?.personId ?? before?.personId;
  if (typeof personId === "string") return personId;
  const email = after?.email ?? before?.email;
  return personNamed(typeof email === "string" ? email : subject, hashOf);
}

/** The person that an address or an account names, `kim@contoso.com` or `issuer:google.com/1184`. */
export function personNamed(typed: string, hashOf: HashOf): string | undefined {
  const read = readEntry(typed);
  if (!read.ok) return undefined;
  if (read.entry.kind === "address") return personIdOf(read.entry.email, hashOf);
  return read.entry.kind === "account"
    ? accountHashOf([{ issuer: read.entry.issuer, issuerAssignedId: read.entry.id }], hashOf)
    : undefined;
}
