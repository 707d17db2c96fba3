import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { keyedHash } from "../../engine/sign-up/person";
import { requestId } from "../../features/approvals/request";
import type { TenantAccount } from "./directory";
import type { TownGate } from "./gates";

export const PERSON_KEY = "k".repeat(64);
export const hashOf = keyedHash(PERSON_KEY);

/** Somebody as one account of one identity provider shows them. */
export interface Person {
  readonly email: string;
  /** Empty for an account of another tenant of Entra's. */
  readonly identities: TenantAccount["identities"];
  /** Whether the provider proves the address. */
  readonly isProven: boolean;
  readonly temper: "honest" | "careless" | "hostile";
}

export const signedIn = (issuer: string, issuerAssignedId: string) => [{ signInType: "federated", issuer, issuerAssignedId }];

export const honest = ["kim", "lee", "park", "choi", "jung", "han", "yoon", "shin"].map((name, index): Person => {
  const email = `${name}@partner.com`;
  return { email, identities: signedIn("google.com", `g-${index}`), isProven: true, temper: "honest" };
});

/** One person who signs in with passcodes, and types the address as it comes to mind. */
const careless = ["min.ji@gmail.com", "minji+work@gmail.com", "MinJi@GoogleMail.com", "han+forms@partner.com"].map((typed): Person => {
  const email = typed.toLowerCase();
  return { email, identities: signedIn("mail", email), isProven: true, temper: "careless" };
});

/** Another account with somebody's address, one that proves nothing, an approver who asks for themselves, one of another tenant. */
const hostile: readonly Person[] = [
  { email: "kim@partner.com", identities: signedIn("google.com", "g-other"), isProven: true, temper: "hostile" },
  { email: "lee@partner.com", identities: signedIn("facebook.com", "f-1"), isProven: false, temper: "hostile" },
  { email: "anna@contoso.com", identities: signedIn("mail", "anna@contoso.com"), isProven: true, temper: "hostile" },
  { email: "eve+2@contoso.com", identities: signedIn("mail", "eve+2@contoso.com"), isProven: true, temper: "hostile" },
];
const elsewhere: Person = { email: "moon@supplier.com", identities: [], isProven: false, temper: "honest" };

export const people: readonly Person[] = [...honest, ...careless, ...hostile, elsewhere];

/** A crowd of throw-away accounts. */
export function crowd(count: number, wave: number): readonly Person[] {
  return Array.from({ length: count }, (_, index): Person => {
    const email = `bot-${wave}-${index}@throwaway.example`;
    return { email, identities: signedIn("mail", email), isProven: true, temper: "hostile" };
  });
}

/** Somebody who decides on requests. */
export interface TownDecider {
  readonly name: string;
  readonly roles: readonly string[];
}

/** Two lead, three are of Security; one of them is both. */
export const deciders: readonly TownDecider[] = [
  { name: "ben@contoso.com", roles: [] },
  { name: "anna@contoso.com", roles: ["Security"] },
  { name: "cara@contoso.com", roles: ["Security"] },
  { name: "dana@contoso.com", roles: ["Security"] },
  { name: "eve@contoso.com", roles: ["Approver"] },
];
export const quorum = {
  leads: new Set(["ben@contoso.com", "anna@contoso.com"]),
  security: new Set(deciders.flatMap(({ name, roles }) => (roles.includes("Security") ? [name] : []))),
};

/** By what a provider knows them, or their address. */
export function holderOf({ email, identities }: Person): string {
  return identities[0]?.issuerAssignedId ?? email;
}

export function requestIdOf({ email, identities }: Person, gate: TownGate): string {
  const known = identities.map((each) => ({ ...each, issuer: normaliseIssuer(each.issuer) }));
  return requestId({ email, identities: known, ...(gate.name !== undefined && { gate: gate.name }) }, hashOf);
}

/** Whether an account is the one that the person signs in with. */
export function isAccountOf({ mail, identities }: TenantAccount, person: Person): boolean {
  if (mail !== person.email) return false;
  if (person.identities.length === 0) return identities.length === 0;
  return identities.some((each) =>
    person.identities.some((one) => one.issuer === each.issuer && one.issuerAssignedId === each.issuerAssignedId),
  );
}
