import { apiConnector } from "../engine/protocols/api-connector";
import type { Parsed } from "../engine/protocols/dialect";

/** Somebody as an operator describes them. */
export interface DescribedPerson {
  readonly email: string;
  /** Absent for Entra and Microsoft accounts. */
  readonly issuer: string | undefined;
  /** The account's id at the issuer. */
  readonly id: string | undefined;
}

/** The sign-up that Entra would send for somebody, or why it would be blocked before any rule is asked. Both steps read alike. */
export function signUpOfPerson({ email, issuer, id }: DescribedPerson): Parsed {
  const identities =
    issuer === undefined ? [] : [{ signInType: "federated", issuer, issuerAssignedId: describedAccountId({ email, issuer, id }) }];
  const parsed = apiConnector.parse({ contentType: "application/json", body: JSON.stringify({ email, identities }) }, "before-create-user");
  return email === "" ? { ok: false, reason: "request.email", source: "b2b", locales: [] } : parsed;
}

/** A person who gets a code by mail is identified by the address itself. */
export function describedAccountId({ email, issuer, id }: DescribedPerson): string | undefined {
  return id ?? (issuer === "mail" ? email : undefined);
}
