/** What a gate's `expiry` says, every option filled in. */
export interface AccessTerms {
  /** How long access lasts. */
  readonly days: number;
  readonly renew: "sponsor" | "approvers";
  /** Days before the end, the most first. */
  readonly remind: readonly number[];
  /** Days after the end. */
  readonly disable: number;
  /** Days after the account was disabled; absent: never. */
  readonly delete?: number;
}

/** By gate. */
export type TermsOfGates = Readonly<Record<string, AccessTerms>>;
