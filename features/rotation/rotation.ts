import { GATEWAY_CACHE_MS, type PasswordState, PREVIOUS_PASSES_MS, UNNOTED_MS, UNSEEN_PASSES_MS } from "../../engine/password-times";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";

/** So long without a call ends it: a caller of every five minutes may even lose one, to a limit on calls. */
const QUIET_MS = 10 * MS_PER_MINUTE;

/**
 * What comes next:
 * - `rotate`: make a new one, then `prove` it;
 * - `prove`: both pass. Send the current one to the connectors and wait for a call of each step that shows it. That it was
 *   sent cannot be read back, and to send it twice changes nothing: so it is sent each time;
 * - `drop`: every step has shown it, and nobody shows the one before any more;
 * - `mend`: the one before has ended without a call that showed the current one. Send that again: the connectors may have none
 *   that passes. The one before is of no use any more;
 * - `rest`: nothing to do.
 */
export type RotationTask = "rotate" | "prove" | "drop" | "mend" | "rest";

/** @param everyMs the age at which a password is due; 0 for now. A rotation under way is always ended first */
export function nextTask(state: PasswordState, now: Date, everyMs: number): RotationTask {
  const { madeAt, hasPrevious, notSeenAt } = state;
  const age = now.getTime() - madeAt.getTime();
  const isProven = notSeenAt.length === 0;
  if (hasPrevious && !isProven && age < UNSEEN_PASSES_MS) return "prove";
  if (hasPrevious && isProven && age < PREVIOUS_PASSES_MS) return quietFrom(state) <= now ? "drop" : "prove";
  if (age >= everyMs) return "rotate";
  if (!hasPrevious) return "rest";
  return isProven ? "drop" : "mend";
}

/** The time after which the previous password is unused, unless a use is noted by then. The last use may have gone unnoted. */
export function quietFrom({ madeAt, previousSeenAt = madeAt }: PasswordState): Date {
  const lastUnnoted = Math.max(madeAt.getTime(), previousSeenAt.getTime()) + UNNOTED_MS + GATEWAY_CACHE_MS;
  return new Date(lastUnnoted + QUIET_MS);
}
