import { MS_PER_DAY, MS_PER_MINUTE } from "./sign-up/time";

// How long passwords of connectors pass after a new one was made.

/** How long the password before the last rotation passes whatever happens. */
export const PREVIOUS_PASSES_MS = MS_PER_DAY;
/** How long it passes at a step where the current one was not seen yet. No password lives on for ever. */
export const UNSEEN_PASSES_MS = 7 * MS_PER_DAY;

/**
 * An authorizer may let the previous password pass for so long without a note: it has noted it just now, or still takes it for
 * the current one.
 */
export const UNNOTED_MS = MS_PER_MINUTE;

/** What can be known of the connectors' password. Which one a connector holds is not: Graph masks it. */
export interface PasswordState {
  /** When the current one was made. */
  readonly madeAt: Date;
  /** Whether the one before is kept: it may still pass. */
  readonly hasPrevious: boolean;
  /** Steps whose connector has not shown the current one yet. Counts while the one before is kept. */
  readonly notSeenAt: readonly string[];
  /** When the one before was last shown at one of these steps. Absent where it was not since the current one was made. */
  readonly previousSeenAt?: Date;
}
