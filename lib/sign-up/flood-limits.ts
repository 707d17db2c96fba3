// What everybody together may send to an API, strangers included: half of what an account may by default, so that a flood
// leaves the account's other APIs the other half.

/** Requests a second. */
export const FLOOD_RATE = 5_000;
/** Requests at once. */
export const FLOOD_BURST = 2_500;
