import { toRecord } from "../../../adapters/tables/decision-indexes";
import { decisionTable, keyColumns } from "../../../adapters/tables/decision-writes";
import { getItem } from "../../../adapters/tables/table";
import { workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { stepName } from "../failed-steps";

/** Longer than the function of shadowed rules takes, with its waits for the record. */
const ANSWERED_MS = MS_PER_MINUTE;

/**
 * Notes steps whose shadowed rules were never asked: their function could not be started, or ended early. Of each step, looks at one
 * decision of a delivery, at the earliest a minute after the decision.
 */
export function shadowWatch(world: Pick<World, "settings" | "tables" | "clock" | "log">, decisionsTable: string) {
  const { tables, clock } = world;
  const decisions = decisionTable(tables, decisionsTable);
  const notes = workNotes(world, "shadows");
  const due = new Map<string, DecisionRecord>();

  return async (records: readonly DecisionRecord[]): Promise<void> => {
    for (const record of records) if (findUnanswered(record) !== undefined && !due.has(stepName(record))) due.set(stepName(record), record);
    for (const [part, { reference, id, at }] of due) {
      if (clock.now() - Date.parse(at) < ANSWERED_MS) continue;
      due.delete(part);
      const item = await getItem(decisions, { ...keyColumns({ reference, id }) });
      const rule = item && findUnanswered(toRecord(item));
      if (rule !== undefined) await notes.failed(`${rule}: no answer`, { part, at });
    }
  };
}

/** Returns the first shadowed rule without an answer. A sign-up that failed asks none. */
function findUnanswered({ trace = [], failure }: DecisionRecord): string | undefined {
  return failure === undefined ? trace.find(({ shadow, said }) => shadow && said === "unfinished")?.rule : undefined;
}
