import { normaliseEmail } from "./sign-up/email";
import type { Identity } from "./sign-up/sign-up";

export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface DirectoryAccount {
  readonly id: string;
  readonly createdDateTime: string;
  readonly accountEnabled: boolean;
}

/** An account with the facts that decide whether its access may end. */
export interface LiveAccount extends DirectoryAccount {
  /** All its addresses, in lower case. */
  readonly addresses: readonly string[];
  /** Its identities, as the access list's entries for accounts name them. */
  readonly identities?: readonly Identity[];
  /** True if the account has a directory role, or is in a group with one. */
  readonly hasRole: boolean;
  /** True if the account now belongs to the tenant: the person signs in only with the account's user name. */
  readonly isColleague: boolean;
  /** True if it is a guest of the tenant, with a colleague as its sponsor. */
  readonly isGuest?: boolean;
  /** BCP 47. */
  readonly language?: string | undefined;
}

export const sponsorLosses = ["left", "not-in-tenant", "oneself"] as const;
/** Why an account's sponsor cannot be asked: the sponsor is disabled in Entra, is missing, or is the account itself. */
export type SponsorLoss = (typeof sponsorLosses)[number];

/** The times of the person's first and last decision. */
interface LetIn {
  readonly at: string;
  readonly last: string;
}

const SKEW_MS = 60_000;

/** Entra creates the account within this time after the gate has let the person in. */
const MADE_WITHIN_MS = 60 * 60_000;

/** True if the gate may have let the account in, by the times of the person's decisions. */
export function isOfDecisions({ createdDateTime }: Pick<DirectoryAccount, "createdDateTime">, { at, last }: LetIn): boolean {
  const createdMs = Date.parse(createdDateTime);
  return createdMs >= Date.parse(at) - SKEW_MS && createdMs <= Date.parse(last) + MADE_WITHIN_MS;
}

/**
 * Entra names a guest `kim_contoso.com#EXT#@fabrikam.onmicrosoft.com`. If the account was made through Graph, its name has only one #. A token
 * with the claim `include_externally_authenticated_upn_without_hash` has `kim_contoso.com_EXT_@…`. Without a domain before it, `_EXT_` may be
 * part of an address.
 */
const guestName = /^(?:(.*)(?:#|%23)EXT(?:#|%23)?(?:@|$)|(.*_[^_@]+\.[^_@]+)_EXT_@)/i;

/** True for a user name that Entra makes for a guest. Such a name is not an address. */
export function isGuestName(name: string): boolean {
  return guestName.test(name);
}

/**
 * Reads an address, also from a guest's `kim_contoso.com#EXT#@fabrikam.onmicrosoft.com` (one # if made through Graph). Any tenant can issue
 * such names: use them only to tell people apart.
 */
export function readNamedAddress(name: string): string | undefined {
  return isGuestName(name) ? guestAddress(name) : normaliseEmail(name);
}

/** Reads an address, also from the name of an AWS session, which follows the role's name: `Operators/kim@contoso.com`. */
export function readAuthorAddress(name: string): string | undefined {
  return readNamedAddress(name.slice(name.lastIndexOf("/") + 1));
}

export function guestAddress(name: string): string | undefined {
  const [, hashed, guest = hashed ?? ""] = guestName.exec(name) ?? [];
  const at = guest.lastIndexOf("_");
  return at < 1 ? undefined : normaliseEmail(`${guest.slice(0, at)}@${guest.slice(at + 1)}`);
}

/** The author of a tenant's policy for guests: the tenant's owner or Microsoft. Source: Graph's type `policySource`, 2026-10-07. */
export const guestPolicySources = ["userCreated", "systemDefault"] as const;
export type GuestPolicySource = (typeof guestPolicySources)[number];

/** An enabled policy of Entra for the tenant's guests. It may cover only some of them. */
export interface GuestPolicy {
  readonly name: string;
  readonly source: GuestPolicySource;
  /** True if the policy asks sponsors whether their guests still need access. */
  readonly asksSponsors: boolean;
}

/** `unknown`: Graph did not say. */
export type GuestPolicies = readonly GuestPolicy[] | "unknown";
