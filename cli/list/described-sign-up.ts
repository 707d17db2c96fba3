import { type DescribedPerson, signUpOfPerson } from "../../engine/protocols/described-person";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { CommandError } from "../failure";

/** The sign-up that Entra would send; or the code, and in a sentence the reason, for which it is blocked before the list is asked. */
export type DescribedSignUp =
  | { readonly ok: true; readonly signUp: Omit<SignUp, "step"> }
  | { readonly ok: false; readonly reason: string; readonly problem: string };

/** What both steps would make of a person. */
export function describedSignUp(person: DescribedPerson): DescribedSignUp {
  const { email, issuer, id } = person;
  if (id !== undefined && issuer === undefined) throw new CommandError("--id needs --issuer: at which provider is it the account's id?");
  const parsed = signUpOfPerson(person);
  if (parsed.ok) return parsed;
  const { reason } = parsed;
  const what = reason === "request.email" ? `${email} is not one plain e-mail address` : "Such an identity cannot be read";
  return { ok: false, reason, problem: `${what}: the sign-up is blocked before the list is asked (${reason}).` };
}
