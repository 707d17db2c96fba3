import { apiConnector } from "../../lambda/protocols/api-connector";
import type { SignUp, Step } from "../../lambda/sign-up/sign-up";
import { exitCodes } from "../exit-code";
import { CommandError } from "../failure";

/** A person as described at the terminal. */
export interface Person {
  readonly email: string;
  readonly issuer: string | undefined;
  /** The account's id at the issuer. */
  readonly id: string | undefined;
}

/** The sign-up that Entra would send for a person; whom it could not get past the protocol, the list denies. */
export function signUpOf({ email, issuer, id }: Person, step: Step): SignUp {
  if (id !== undefined && issuer === undefined) throw new CommandError("--id needs --issuer: at which provider is it the account's id?");
  const identities = issuer === undefined ? [] : [{ signInType: "federated", issuer, issuerAssignedId: id }];
  const parsed = apiConnector.parse({ contentType: "application/json", body: JSON.stringify({ email, identities }) }, step);
  if (parsed.ok) return parsed.signUp;
  const what = parsed.reason === "request.email" ? `${email} is not one plain e-mail address` : "Such an identity cannot be read";
  throw new CommandError(`${what}: the sign-up is blocked before the list is asked (${parsed.reason}).`, exitCodes.denied);
}
