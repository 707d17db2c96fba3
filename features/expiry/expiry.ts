import type { AnyRule } from "../../engine/sign-up/rule";

/** A gate's `expiry` with every option filled in. */
export interface GateExpiry {
  readonly days: number;
  readonly renew: "sponsor" | "approvers";
  /** Days before the end, largest first. */
  readonly remind: readonly number[];
  /** Days after the end. */
  readonly disable: number;
  /** Days after the account was disabled. Absent: never. */
  readonly delete?: number;
}

export type ExpiryOfGates = Readonly<Record<string, GateExpiry>>;

/** Reads the settings from a gate's rules. Undefined if access does not end there. */
export function expiryIn(rules: readonly Pick<AnyRule, "uses">[]): GateExpiry | undefined {
  return rules.flatMap(({ uses = [] }) =>
    uses.flatMap((use) => ("worker" in use && use.worker === "access" ? [use.settings as GateExpiry] : [])),
  )[0];
}
