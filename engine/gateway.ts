import { MS_PER_MINUTE } from "./sign-up/time";

/** How long a gateway remembers that a header passed: it asks nobody meanwhile, and nobody notes the call. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;
