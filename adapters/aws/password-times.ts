import { MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";

/** The previous password is valid for at least this time. */
export const PREVIOUS_PASSES_MS = MS_PER_DAY;
/** Longest validity of the previous password: at a step that has not received the current password yet. */
export const UNSEEN_PASSES_MS = 7 * MS_PER_DAY;

/**
 * Longest time for which an authorizer may not note uses of the previous password: after a note, or while that password is cached as the
 * current one.
 */
export const UNNOTED_MS = MS_PER_MINUTE;

/** State of the connectors' password. Graph does not show which password a connector holds. */
export interface PasswordState {
  /** The time when the current password was made. */
  readonly madeAt: Date;
  /** True if the previous password is stored: it may still be valid. */
  readonly hasPrevious: boolean;
  /** Steps whose connector has not sent the current password yet. Only meaningful while the previous password is stored. */
  readonly notSeenAt: readonly string[];
  /** The last use of the previous password at a step of `notSeenAt`. Absent if there was none after `madeAt`. */
  readonly previousSeenAt?: Date;
}

/** The gateway caches an authorized header for this long. The authorizer does not see calls with a cached header. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;
