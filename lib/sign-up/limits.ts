// Limits of all callers of an API together, strangers included: half of an account's default, so that a flood leaves the other half to the
// account's other APIs.

/** Requests a second. */
export const FLOOD_RATE = 5_000;
/** Requests at once. */
export const FLOOD_BURST = 2_500;

/** Milliseconds above which answers to API connectors ring: a person waits, and it is half of the policy's default deadline. */
export const SLOW_MS = 2_000;
/** The same for an external tenant: half of what Entra waits. */
export const SLOW_EXTENSION_MS = 1_000;
