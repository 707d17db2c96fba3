import type { Step } from "./sign-up";

/** Azure AD B2C waits 5 s and repeats once; according to its documentation, a workforce tenant waits 20 s. */
const DEFAULT_DEADLINE_MS = 4_000;
/** Each sign-in waits for it. */
const TOKEN_DEADLINE_MS = 800;
export const LONGEST_DEADLINE_MS = 18_000;

/** What of a policy says how long its answers may take. */
interface TimedPolicy {
  readonly step: Step;
  readonly options: { readonly deadlineMs?: number };
}

/** The longest time that a step's answer may take, in milliseconds. */
export function deadlineOf({ step, options }: TimedPolicy): number {
  return options.deadlineMs ?? (step === "before-sending-token" ? TOKEN_DEADLINE_MS : DEFAULT_DEADLINE_MS);
}
