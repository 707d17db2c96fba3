import type { Step } from "../engine/sign-up/sign-up";
import { eventEntry } from "./external-tenant/extension-events";

/** The entry of the step before a token, if accounts are read in the directory. */
export const DIRECTORY_ENTRY = "token-issuance-start-directory";

/** The files of `lambda/` for other callers than connectors. A feature has its line here. */
const all: readonly ((step: Step) => string)[] = [eventEntry];

/** The files of `lambda/` that may answer at a step, for any caller. */
export function entriesAt(step: Step): readonly string[] {
  return [step, ...all.map((entry) => entry(step)), ...(step === "before-sending-token" ? [DIRECTORY_ENTRY] : [])];
}
