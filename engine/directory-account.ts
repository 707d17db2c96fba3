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
