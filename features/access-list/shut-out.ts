import type { DecisionRecord } from "../../engine/sign-up/record";
import { entryKey } from "./entry";

type Shown = Pick<DecisionRecord, "email" | "emailTyped" | "signedInAs">;

/** The keys under which the access list holds one person. */
export interface ShutOutKeys {
  readonly deny: string;
  readonly allow: string;
}

/**
 * What of the list shuts out the person of a decision: their address, or their account where they only typed the address, which is
 * then somebody else's. Undefined where the decision names neither.
 */
export function shutOutKeys({ email, emailTyped, signedInAs }: Shown): ShutOutKeys | undefined {
  if (!emailTyped && email === undefined) return undefined;
  if (emailTyped && signedInAs === undefined) return undefined;
  const entry =
    signedInAs === undefined ? ({ kind: "address", email: email ?? "" } as const) : ({ kind: "account", ...signedInAs } as const);
  return { deny: entryKey(entry, "deny"), allow: entryKey(entry, "allow") };
}
