import { GATEWAY_CACHE_MS, type PasswordState, PREVIOUS_PASSES_MS, UNNOTED_MS, UNSEEN_PASSES_MS } from "../../../adapters/aws/credentials";
import { MS_PER_MINUTE } from "../../../engine/sign-up/time";

/**
 * If nobody has shown a password for this time, the password counts as unused. The time is twice the interval of a caller that calls every
 * five minutes, because a rate limit may stop one of its calls.
 */
const QUIET_MS = 10 * MS_PER_MINUTE;

/**
 * The next task:
 * - `rotate`: make a new password, then `prove` it;
 * - `prove`: both passwords are accepted. Send the current one until a call of each step shows it: connectors cannot be asked whether they
 * have it, and sending it twice changes nothing;
 * - `drop`: every step has shown the current password. The previous one is unused or has expired;
 * - `mend`: the previous password has expired before every step showed the current one. Send the current one again, because the connectors
 * may have none that is accepted.
 */
export type RotationTask = "rotate" | "prove" | "drop" | "mend" | "rest";

/**
 * Chooses the next task. A rotation that has begun is always finished. @param everyMs the age at which a password is replaced; 0 replaces
 * it at once
 */
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

/**
 * Returns when the previous password counts as unused. Its newest uses may not have been noted, so the result allows for a use after
 * `previousSeenAt`.
 */
export function quietFrom({ madeAt, previousSeenAt = madeAt }: PasswordState): Date {
  const lastUnnoted = Math.max(madeAt.getTime(), previousSeenAt.getTime()) + UNNOTED_MS + GATEWAY_CACHE_MS;
  return new Date(lastUnnoted + QUIET_MS);
}
