import type { Identity } from "./sign-up/sign-up";

/** An account as Entra has it now. */
export interface DirectoryAccount {
  readonly id: string;
  readonly createdDateTime: string;
  readonly accountEnabled: boolean;
}

/** The same with what ending access depends on. */
export interface LiveAccount extends DirectoryAccount {
  /** All addresses that it goes by, in lower case. */
  readonly addresses: readonly string[];
  /** As the access list's entries for accounts name it. */
  readonly identities?: readonly Identity[];
  /** True if it has a directory role, itself or through a group. */
  readonly hasRole: boolean;
  /** True if the tenant now owns it: the person signs in with its user name alone. */
  readonly isColleague: boolean;
  /** True if it is a guest of the tenant, with a colleague as its sponsor. */
  readonly isGuest?: boolean;
  /** BCP 47. */
  readonly language?: string | undefined;
}

export const sponsorLosses = ["left", "not-in-tenant", "oneself"] as const;
/** Why an account's sponsor cannot be asked: disabled in Entra, not there at all, or the account itself. */
export type SponsorLoss = (typeof sponsorLosses)[number];

/** When somebody was let in: first, and last. */
interface LetIn {
  readonly at: string;
  readonly last: string;
}

/** The most that Entra's clock and ours may differ. */
const SKEW_MS = 60_000;

/** Entra makes the account as soon as the gate has let the person in. */
const MADE_WITHIN_MS = 60 * 60_000;

/** True if the gate can have let the account in: created after the person's first decision and soon after the last. */
export function isOfDecisions({ createdDateTime }: Pick<DirectoryAccount, "createdDateTime">, { at, last }: LetIn): boolean {
  const made = Date.parse(createdDateTime);
  return made >= Date.parse(at) - SKEW_MS && made <= Date.parse(last) + MADE_WITHIN_MS;
}
