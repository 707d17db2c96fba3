import { MS_PER_MINUTE } from "./sign-up/time";

/** The gateway caches an authorized header for this long: the authorizer does not see those calls. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;
