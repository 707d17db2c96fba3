import { oncePerVisit, type Visit } from "../../../console/app/visit";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../../audit/chain";
import { findEarlierMode, LATELY, type ModeInput, modeSubject } from "../acts";

export const gateRows = oncePerVisit(({ world }) => world.postures.of(world.gates));

/** Reads each gate's last changes, newest first. */
export const lastChanges = oncePerVisit(async ({ world }): Promise<ReadonlyMap<string, readonly AuditEntry[]>> => {
  const pages = world.gates.map((gate) => world.audit.page({ subject: modeSubject(gate) }, undefined, LATELY));
  return new Map((await Promise.all(pages)).map(({ entries }, index) => [world.gates[index] as string, entries]));
});

export async function changeBack(visit: Visit, gate: string, row: Row): Promise<ModeInput | undefined> {
  return findEarlierMode((await lastChanges(visit)).get(gate) ?? [], row, visit.now);
}
