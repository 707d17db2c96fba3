import { MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";

// Validity of the connectors' previous password after a rotation.

/** The previous password is valid for at least this time. */
export const PREVIOUS_PASSES_MS = MS_PER_DAY;
/** The previous password is valid for at most this time, at a step that has not received the current password yet. */
export const UNSEEN_PASSES_MS = 7 * MS_PER_DAY;

/**
 * For this time, an authorizer may accept the previous password without noting the use: the authorizer has just noted a use, or has cached
 * the previous password as the current one.
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
  /**
   * The last time at which a step of `notSeenAt` received the previous password. Absent if no step of `notSeenAt` received it after
   * `madeAt`.
   */
  readonly previousSeenAt?: Date;
}

/** The gateway caches an authorized header for this long. The authorizer does not see calls with a cached header. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;
