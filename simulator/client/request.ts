import type { Step } from "../../engine/sign-up/sign-up";
import { longName, type Values } from "../contract/attributes";
import { accountIdOf, type Person } from "./person";

/** A request's body: flat, claims without a value left out. */
export type RequestClaims = Readonly<Record<string, unknown>>;

/** What Entra sends about a person. @param attributes what is known of them at that step */
export function requestClaims(step: Step, person: Person, attributes: Values): RequestClaims {
  const { email, identityProvider, locales } = person;
  const known = Object.entries(attributes).filter(([, value]) => value !== "");
  return {
    email,
    // Entra and Microsoft accounts come without.
    ...(identityProvider !== "entra" && {
      identities: [{ signInType: "federated", issuer: identityProvider, issuerAssignedId: accountIdOf(person) }],
    }),
    ...Object.fromEntries(known.map(([name, value]) => [wireName(name, step), value])),
    ...(locales.length > 0 && { ui_locales: locales.join(" ") }),
  };
}

/** The documented request after sign-in calls the family name lastName, the one before creation surname. */
function wireName(name: string, step: Step): string {
  return name === "surname" && step === "after-sign-in" ? "lastName" : longName(name);
}
