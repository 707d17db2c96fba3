import { MS_PER_DAY, MS_PER_MINUTE } from "./sign-up/time";

// Validity of a connector's old password after a rotation.

/** The previous password is valid for at least this time. */
export const PREVIOUS_PASSES_MS = MS_PER_DAY;
/** It is valid for at most this time, at a step that has not seen the current password yet. */
export const UNSEEN_PASSES_MS = 7 * MS_PER_DAY;

/**
 * An authorizer may accept the previous password for this time without recording it: it has just recorded it, or still takes it for the
 * current one.
 */
export const UNNOTED_MS = MS_PER_MINUTE;

/** State of the connectors' password. Graph does not show which password a connector holds. */
export interface PasswordState {
  /** The time when the current one was made. */
  readonly madeAt: Date;
  /** True if the previous password is kept: it may still be valid. */
  readonly hasPrevious: boolean;
  /** Steps whose connector has not sent the current password yet. Counts while the previous one is stored. */
  readonly notSeenAt: readonly string[];
  /** The time when one of these steps last received the previous password. Absent if none has since the current one was made. */
  readonly previousSeenAt?: Date;
}

/** The gateway caches an authorized header for this long: the authorizer does not see those calls. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;
