import type { AnyRule } from "../../engine/sign-up/rule";

/** A gate's `expiry` with every option filled in. */
export interface GateExpiry {
  readonly days: number;
  /** Days without a sign-in after which access ends earlier. Absent: sign-ins do not matter. */
  readonly idle?: number;
  /** True if the owner says that Entra is asked for sign-ins. */
  readonly asksGraph?: true;
  /** Days after which access of a guest who has not redeemed the invitation ends earlier. */
  readonly unredeemed?: number;
  readonly renew: "sponsor" | "approvers";
  /** Days before the end, largest first. */
  readonly remind: readonly number[];
  /** Days from the end of access until the account is disabled. */
  readonly disable: number;
  /** Days from the disabling until the account is deleted. Absent: never. */
  readonly delete?: number;
}

/** True if only the gate's step before a token tells of sign-ins. */
export function restsOnTokens({ idle, asksGraph }: Partial<GateExpiry>): boolean {
  return idle !== undefined && asksGraph !== true;
}

export type ExpiryOfGates = Readonly<Record<string, GateExpiry>>;

export function expiryIn(rules: readonly Pick<AnyRule, "uses">[]): GateExpiry | undefined {
  return rules.flatMap(({ uses = [] }) =>
    uses.flatMap((use) => ("worker" in use && use.worker === "access" ? [use.settings as GateExpiry] : [])),
  )[0];
}
