import { MS_PER_DAY, MS_PER_MINUTE } from "./sign-up/time";

// Validity of a connector's old password after a rotation.

/** The minimum, whatever happens. */
export const PREVIOUS_PASSES_MS = MS_PER_DAY;
/** The maximum, at a step that has not seen the current password yet. */
export const UNSEEN_PASSES_MS = 7 * MS_PER_DAY;

/**
 * An authorizer may let the previous password pass for so long without a note: it has noted it just now, or still takes it for
 * the current one.
 */
export const UNNOTED_MS = MS_PER_MINUTE;

/** State of the connectors' password. Graph masks which one a connector holds. */
export interface PasswordState {
  /** When the current one was made. */
  readonly madeAt: Date;
  /** True if the previous password is kept: it may still be valid. */
  readonly hasPrevious: boolean;
  /** Steps whose connector has not shown the current one yet. Counts while the one before is kept. */
  readonly notSeenAt: readonly string[];
  /** When the one before was last shown at one of these steps. Absent where it was not since the current one was made. */
  readonly previousSeenAt?: Date;
}

/** The gateway caches an authorized header for this long: the authorizer does not see those calls. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;
