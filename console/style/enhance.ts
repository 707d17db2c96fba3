import { DRAFT_SCRIPT } from "./draft-script";
import { EXPORT_SCRIPT } from "./export-script";
import { FIND_SCRIPT } from "./find-script";
import { KEYS_SCRIPT } from "./keys-script";
import { LIVE_SCRIPT } from "./live-script";

/** What pages do beyond plain HTML, for browsers that run scripts. Every page works without it; each part says what it does. */
export const ENHANCE = `${DRAFT_SCRIPT}${EXPORT_SCRIPT}${FIND_SCRIPT}${LIVE_SCRIPT}${KEYS_SCRIPT}`;
