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
  /** Whether it has a directory role, itself or through a group. */
  readonly hasRole: boolean;
  /** Whether it is the tenant's own by now: its user name is all that its person signs in with. */
  readonly isColleague: boolean;
  /** Whether it is a guest of the tenant: its sponsor is a colleague there. */
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

/** Whether the gate can have let an account in: it was made after the person's first decision and soon after the last. */
export function isOfDecisions({ createdDateTime }: Pick<DirectoryAccount, "createdDateTime">, { at, last }: LetIn): boolean {
  const made = Date.parse(createdDateTime);
  return made >= Date.parse(at) - SKEW_MS && made <= Date.parse(last) + MADE_WITHIN_MS;
}
