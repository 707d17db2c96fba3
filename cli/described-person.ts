import { apiConnector } from "../engine/protocols/api-connector";
import type { Parsed } from "../engine/protocols/dialect";
import { ENTRA_ISSUER, MAIL_ISSUER, normaliseIssuer } from "../engine/sign-up/issuers";

/** A person as an operator describes them. */
export interface DescribedPerson {
  readonly email: string;
  /** The account's issuer. Absent for Entra and Microsoft accounts. */
  readonly issuer: string | undefined;
  /** The account's id at the issuer. */
  readonly id: string | undefined;
}

/**
 * Builds the sign-up that Entra would send for this person. If the person would be blocked before any rule, builds the reason instead. Both
 * steps parse a sign-up in the same way.
 */
export function signUpOfPerson(person: DescribedPerson): Parsed {
  const body = JSON.stringify({ email: person.email, identities: describedIdentities(person) });
  const parseResult = apiConnector.parse({ contentType: "application/json", body }, "before-create-user");
  return person.email === "" ? { ok: false, reason: "request.email", source: "b2b", locales: [] } : parseResult;
}

/**
 * Returns identities in Entra's form. Accounts of Entra itself have none. A person with a one-time passcode is identified by the address.
 */
export function describedIdentities({ email, issuer, id }: DescribedPerson): readonly object[] {
  if (issuer === undefined || normaliseIssuer(issuer) === ENTRA_ISSUER) return [];
  return [{ signInType: "federated", issuer, issuerAssignedId: id ?? (issuer === MAIL_ISSUER ? email : undefined) }];
}
