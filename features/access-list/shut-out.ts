import type { DecisionRecord } from "../../engine/sign-up/record";
import { entryKey } from "./entry";

type Shown = Pick<DecisionRecord, "email" | "emailTyped" | "signedInAs">;

export interface ShutOutKeys {
  readonly deny: string;
  readonly allow: string;
}

/**
 * Returns the keys of entries that deny or allow the person of a decision. If the address was only typed, the entries name the account: the
 * address may be somebody else's.
 */
export function shutOutKeys({ email, emailTyped, signedInAs }: Shown): ShutOutKeys | undefined {
  if (!emailTyped && email === undefined) return undefined;
  if (emailTyped && signedInAs === undefined) return undefined;
  const entry =
    signedInAs === undefined ? ({ kind: "address", email: email ?? "" } as const) : ({ kind: "account", ...signedInAs } as const);
  return { deny: entryKey(entry, "deny"), allow: entryKey(entry, "allow") };
}
