import type { Step } from "../../engine/sign-up/sign-up";

/** Entry at before-sending-token for a function that reads accounts from the directory. */
export const DIRECTORY_ENTRY = "token-issuance-start-directory";

/** The files in `lambda/` that may answer at a step, for any caller. */
export const stepEntries: Readonly<Record<Step, readonly string[]>> = {
  "after-sign-in": ["after-sign-in", "attribute-collection-start"],
  "before-create-user": ["before-create-user", "attribute-collection-submit"],
  "before-sending-token": ["before-sending-token", "token-issuance-start", DIRECTORY_ENTRY],
};
