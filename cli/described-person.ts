import { apiConnector } from "../engine/protocols/api-connector";
import type { Parsed } from "../engine/protocols/dialect";
import { ENTRA_ISSUER, MAIL_ISSUER, normaliseIssuer } from "../engine/sign-up/issuers";

export interface DescribedPerson {
  readonly email: string;
  /** The identity provider of the account. Undefined for accounts of Entra and Microsoft. */
  readonly issuer: string | undefined;
  readonly id: string | undefined;
}

/**
 * Returns the sign-up that Entra would send. If the person would be blocked before any rule, returns the reason. The result holds for both
 * steps: they parse a sign-up alike.
 */
export function signUpOfPerson(person: DescribedPerson): Parsed {
  const body = JSON.stringify({ email: person.email, identities: describedIdentities(person) });
  const parseResult = apiConnector.parse({ contentType: "application/json", body }, "before-create-user");
  return person.email === "" ? { ok: false, reason: "request.email", source: "b2b", locales: [] } : parseResult;
}

/** An account of Entra has no identities. For a one-time passcode, the address is the id. */
export function describedIdentities({ email, issuer, id }: DescribedPerson): readonly object[] {
  if (issuer === undefined || normaliseIssuer(issuer) === ENTRA_ISSUER) return [];
  return [{ signInType: "federated", issuer, issuerAssignedId: id ?? (issuer === MAIL_ISSUER ? email : undefined) }];
}
