import type { Visit } from "../../../console/app/visit";
import { gateName } from "../../../console/parts/gates";
import { decidesOnReferred } from "../../../engine/sign-up/admits";
import type { Row } from "../../../engine/sign-up/rule";
import type { TrailedRows } from "../../audit/pages/trailed-rows";
import { type ActivePosture, activePosture, type Posture } from "../posture";
import { postureTexts } from "./posture-texts";

export const POSTURE_PATH = "/posture";

export type PostureRows = ReadonlyMap<string, Row>;

export function setGates({ world, now }: Visit, rows: PostureRows): readonly { readonly gate: string; readonly active: ActivePosture }[] {
  return world.gates.flatMap((gate) => {
    const active = activePosture(rows.get(gate), now);
    return active === undefined ? [] : [{ gate, active }];
  });
}

/** True if it ends by itself and has a reason: it can be extended, and set again. */
export function isLimited(active: ActivePosture): active is ActivePosture & Required<Pick<ActivePosture, "until" | "reason">> {
  return active.until !== undefined && active.reason !== undefined;
}

/** The colour of each state, as of outcomes. */
export const looks: Readonly<Record<Posture, string>> = { open: "continue", approval: "waiting", listed: "invalid", closed: "block" };

export function asksApprover({ world }: Visit, gate: string): boolean {
  return world.policiesAt(gate).some(({ step, rules }) => step === "before-create-user" && rules.some(decidesOnReferred));
}

/** Identifies the state of the row that a form shows, so that a form never overwrites a newer one. */
export function seenOf(row: Row | undefined): string {
  return JSON.stringify([row?.revision, row?.state, row?.since, row?.surgeSince]);
}

export const trailedPostures: TrailedRows = {
  table: "posture",
  pathOf: () => POSTURE_PATH,
  telling: ["state", "until", "reason"],
  subjectText: (_, subject) => gateName(subject.slice("posture/".length)),
  // Read for each page: they are in the visitor's language.
  get names() {
    const { state, from, until, reason, surge } = postureTexts;
    return { state, from, until, reason, surgeUntil: surge };
  },
  onlyNamed: true,
  cellText: (_, name, text) => (name === "state" ? (postureTexts.states as Readonly<Record<string, string>>)[text] : undefined),
};
