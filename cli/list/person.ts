import { apiConnector } from "../../lambda/protocols/api-connector";
import type { SignUp } from "../../lambda/sign-up/sign-up";
import { CommandError } from "../failure";

/** A person as described at the terminal. */
export interface Person {
  readonly email: string;
  readonly issuer: string | undefined;
  /** The account's id at the issuer. */
  readonly id: string | undefined;
}

/** The sign-up that Entra would send; or the code, and in a sentence the reason, for which it is blocked before the list is asked. */
export type PersonRead =
  | { readonly ok: true; readonly signUp: Omit<SignUp, "step"> }
  | { readonly ok: false; readonly reason: string; readonly problem: string };

/** What both steps would make of a person: they read alike. */
export function readPerson({ email, issuer, id }: Person): PersonRead {
  if (id !== undefined && issuer === undefined) throw new CommandError("--id needs --issuer: at which provider is it the account's id?");
  const identities = issuer === undefined ? [] : [{ signInType: "federated", issuer, issuerAssignedId: id }];
  const request = { contentType: "application/json", body: JSON.stringify({ email, identities }) };
  const parsed = apiConnector.parse(request, "before-create-user");
  if (parsed.ok) return parsed;
  const { reason } = parsed;
  const what = reason === "request.email" ? `${email} is not one plain e-mail address` : "Such an identity cannot be read";
  return { ok: false, reason, problem: `${what}: the sign-up is blocked before the list is asked (${reason}).` };
}
