import type { AuditEntry } from "../../../adapters/tables/audit";
import type { Item } from "../../../adapters/tables/rows";
import { toRow } from "../../../adapters/tables/rows";
import type { ListChange } from "../../../engine/access-list/files/list-change";
import { phases } from "../../../engine/access-list/files/list-change";
import type { Visit } from "../../app/visit";
import { mapInOrder } from "../../editor/map-in-order";

/** Makes changes of the list in the order that lets nobody in meanwhile; each leaves an entry in the audit trail. */
export async function writeChanges(visit: Visit, changes: readonly ListChange[], standing: ReadonlyMap<string, Item>): Promise<Written> {
  const rows = new Map(standing);
  const lost = new Set<string>();
  let count = 0;
  for (const phase of phases) {
    const due = changes.flatMap((change) =>
      change.writes.filter((write) => write.phase === phase).map(({ request }) => ({ change, request })),
    );
    await mapInOrder(due, async ({ change, request }) => {
      const key = keyOf(change);
      if (lost.has(key)) return;
      const before = rows.get(key);
      const after = "PutRequest" in request ? request.PutRequest.Item : undefined;
      if (await writeEntry(visit, key, before, after)) {
        count += 1;
        if (after === undefined) rows.delete(key);
        else rows.set(key, after);
      } else lost.add(key);
    });
  }
  return { count, lost: [...lost] };
}

export interface Written {
  readonly count: number;
  /** Keys that somebody else changed meanwhile: nothing of theirs was overwritten. */
  readonly lost: readonly string[];
}

/** One row, if it still stands as it was read. False if it does not. */
export function writeEntry(visit: Visit, key: string, before: Item | undefined, after: Item | undefined): Promise<boolean> {
  const { world, session, now } = visit;
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const entry: Omit<AuditEntry, "at" | "outcome"> = {
    by: session.subject,
    name: session.name,
    action: `access-list.${kind}`,
    subject: key,
    ...(before && { before: toRow(before) }),
    ...(after && { after: toRow(after) }),
  };
  return world.audit.audited(entry, now, async () => {
    if (after !== undefined) return await world.accessList.put(after, before);
    return before === undefined || (await world.accessList.remove(before));
  });
}

/** The rows under these keys, as far as there are any. */
export async function entriesUnder({ world }: Visit, keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  await mapInOrder([...new Set(keys)], async (key) => {
    const item = await world.accessList.get(key);
    if (item !== undefined) found.set(key, item);
  });
  return found;
}

function keyOf({ is, was }: ListChange): string {
  return String((is ?? was)?.entry);
}
