import type { AnyRule } from "../../engine/sign-up/rule";

/** What a gate's `expiry` says, every option filled in. */
export interface GateExpiry {
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
export type ExpiryOfGates = Readonly<Record<string, GateExpiry>>;

/** What a gate's rules say; undefined where access has no end there. */
export function expiryIn(rules: readonly Pick<AnyRule, "uses">[]): GateExpiry | undefined {
  return rules.flatMap(({ uses = [] }) =>
    uses.flatMap((use) => ("worker" in use && use.worker === "access" ? [use.settings as GateExpiry] : [])),
  )[0];
}
