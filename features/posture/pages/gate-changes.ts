import type { Visit } from "../../../console/app/visit";
import { oncePerVisit } from "../../../console/app/visit";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../../audit/store/trail";
import type { PostureChange } from "../change";
import { activePosture, isLimited, POSTURE } from "../posture";

/** Number of a gate's newest audit entries in which its last changes are searched. */
const LATELY = 50;

export const gateRows = oncePerVisit(({ world }) => world.postures.of(world.gates));

/** Reads each gate's last changes, newest first. */
export const lastChanges = oncePerVisit(async ({ world }): Promise<ReadonlyMap<string, readonly AuditEntry[]>> => {
  const pages = world.gates.map((gate) => world.audit.page({ subject: `${POSTURE}/${gate}` }, undefined, LATELY));
  return new Map((await Promise.all(pages)).map(({ entries }, index) => [world.gates[index] as string, entries]));
});

/**
 * Returns the change that restores the posture before the current one. If the gate was open, or that posture has ended meanwhile, the
 * change opens the gate. Undefined if that posture is unknown, or has no end or reason.
 */
export async function changeBack(visit: Visit, gate: string, row: Row): Promise<PostureChange | undefined> {
  const { author, now } = visit;
  const entries = (await lastChanges(visit)).get(gate) ?? [];
  if (!entries.some(({ after }) => after?.revision === row.revision && isSetAs(row, after))) return undefined;
  const began = beginning(entries, row);
  if (began === undefined) return undefined;
  const was = activePosture(began.before, now);
  const change = { gate, ...author, via: "console" } as const;
  if (was === undefined) return { ...change, state: "open" };
  if (!isLimited(was)) return undefined;
  return { ...change, state: was.state, reason: was.reason, until: new Date(was.until) };
}

/** Finds the change that brought the gate into its current state from another state. */
function beginning(entries: readonly AuditEntry[], row: Row): AuditEntry | undefined {
  // An undo restores an earlier setting, so several changes may have led to the row's setting. The oldest of these changes introduced the
  // setting.
  const first = entries.findLast(({ after }) => isSetAs(row, after));
  const was = first?.before;
  const isOfState = was !== undefined && activePosture(was, new Date(first?.at ?? ""))?.state === row.state;
  return isOfState ? beginning(entries, was) : first;
}

/**
 * True if both rows have the same setting. `until` is exact to the millisecond, so two changes set the same `until` only if one restores
 * the other's setting.
 */
export function isSetAs(row: Row, other: Row | undefined): boolean {
  return (["state", "reason", "until"] as const).every((name) => other?.[name] === row[name]);
}
