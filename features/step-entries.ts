import type { Step } from "../engine/sign-up/sign-up";
import { extensionRoutes } from "./external-tenant/extension-events";

/** Of the step before a token, where accounts are read in the directory. */
export const DIRECTORY_ENTRY = "token-issuance-start-directory";

/** The files of `lambda/` that may answer at a step, whoever calls. */
export function entriesAt(step: Step): readonly string[] {
  return [step, extensionRoutes[step], ...(step === "before-sending-token" ? [DIRECTORY_ENTRY] : [])];
}
