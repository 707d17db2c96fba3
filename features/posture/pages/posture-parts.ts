import type { Visit } from "../../../console/app/visit";
import type { Row } from "../../../engine/sign-up/rule";
import { decidesOnReferred } from "../../../engine/sign-up/rule-marks";
import type { Posture } from "../posture";

export const POSTURE_PATH = "/posture";

/** The colour of each state, as of outcomes. */
export const looks: Readonly<Record<Posture, string>> = { open: "continue", approval: "waiting", listed: "invalid", closed: "block" };

export function asksApprover({ world }: Visit, gate: string): boolean {
  return world.policiesAt(gate).some(({ step, rules }) => step === "before-create-user" && rules.some(decidesOnReferred));
}

/** Identifies the state of the row that a form shows, so that a form never overwrites a newer one. */
export function seenOf(row: Row | undefined): string {
  return JSON.stringify([row?.revision, row?.state, row?.since, row?.surgeSince]);
}
