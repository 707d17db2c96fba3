import type { Visit } from "../../../console/app/visit";
import { oncePerVisit } from "../../../console/app/visit";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../../audit/store/trail";
import type { PostureChange } from "../change";
import { activePosture, isLimited, POSTURE } from "../posture";

/** Entries of each gate among which its last changes are. */
const LATELY = 50;

/** The rows of all gates. */
export const gateRows = oncePerVisit(({ world }) => world.postures.of(world.gates));

/** The last changes of each gate, the newest first. */
export const lastChanges = oncePerVisit(async ({ world }): Promise<ReadonlyMap<string, readonly AuditEntry[]>> => {
  const pages = world.gates.map((gate) => world.audit.page({ subject: `${POSTURE}/${gate}` }, undefined, LATELY));
  return new Map((await Promise.all(pages)).map(({ entries }, index) => [world.gates[index] as string, entries]));
});

/**
 * The change to what a gate was before its state began, however often that was extended. What ended meanwhile is open. Undefined if the
 * trail does not tell.
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

/** The change by which a gate came into its state from another one. */
function beginning(entries: readonly AuditEntry[], row: Row): AuditEntry | undefined {
  // A way back is a change too, to what was set before: only the first change to that tells what came before it.
  const first = entries.findLast(({ after }) => isSetAs(row, after));
  const was = first?.before;
  const isOfState = was !== undefined && activePosture(was, new Date(first?.at ?? ""))?.state === row.state;
  return isOfState ? beginning(entries, was) : first;
}

/** Settings of two changes end at the same millisecond only if one goes back to the other. */
export function isSetAs(row: Row, other: Row | undefined): boolean {
  return (["state", "reason", "until"] as const).every((name) => other?.[name] === row[name]);
}
