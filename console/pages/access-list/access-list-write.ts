import type { Item } from "../../../adapters/tables/item";
import { itemOf, storedRow } from "../../../adapters/tables/list-writer";
import { type ImportPlan, planImport } from "../../../engine/access-list/files/plan";
import type { FileRow } from "../../../engine/access-list/files/row";
import { inMemory, type RowGroups } from "../../../engine/access-list/files/workspace";
import { writeImport } from "../../../engine/access-list/files/write";
import type { Visit } from "../../app/visit";
import type { WrittenTable } from "../../editor/described-table";
import { mapInOrder } from "../../editor/map-in-order";
import { writeRow } from "../../editor/row-writes";

/** More changes of a kind than a page shows help nobody. */
export const SHOWN_CHANGES = 100;

/** What a few rows change in the list, and the rows that it was compared with. */
export interface EntryPlan extends ImportPlan {
  readonly standing: ReadonlyMap<string, Item>;
}

export async function planRows(visit: Visit, rows: RowGroups<FileRow>): Promise<EntryPlan> {
  const wanted = await rows.group(0);
  const standing = await entriesUnder(
    visit,
    wanted.flatMap(({ entry, looser = entry }) => [entry, looser]),
  );
  const stored = [...standing.values()].map(storedRow);
  return { ...(await planImport({ rows }, [stored], inMemory, { replace: false, examples: SHOWN_CHANGES })), standing };
}

/** Makes the changes in the order that lets nobody in meanwhile; each leaves an entry in the audit trail. */
export async function writePlan(visit: Visit, { standing, ...plan }: EntryPlan): Promise<Written> {
  const rows = new Map(standing);
  const lost = new Set<string>();
  let count = 0;
  await writeImport(
    plan,
    async ([write]) => {
      if (write === undefined || lost.has(write.entry)) return;
      const after = itemOf(write);
      if (!(await writeEntry(visit, write.entry, rows.get(write.entry), after))) {
        lost.add(write.entry);
        return;
      }
      count += 1;
      if (after === undefined) rows.delete(write.entry);
      else rows.set(write.entry, after);
    },
    { batchSize: 1 },
  );
  return { count, lost: [...lost] };
}

export interface Written {
  readonly count: number;
  /** Keys that somebody else changed meanwhile: nothing of theirs was overwritten. */
  readonly lost: readonly string[];
}

/** One row, if it still stands as it was read. False if it does not. */
function writeEntry(visit: Visit, entry: string, before: Item | undefined, after: Item | undefined): Promise<boolean> {
  return writeRow(visit, writtenList, { entry }, before, after);
}

/** The list as rows that are edited by hand. */
export const writtenList: WrittenTable = {
  path: "/access-list",
  key: [{ column: "entry", parameter: "key" }],
  rows: ({ accessList }) => ({
    get: ({ entry = "" }) => accessList.get(entry),
    add: (item) => accessList.put(item, undefined),
    change: (standing, wanted) => accessList.put(wanted, standing),
    remove: (standing) => accessList.remove(standing),
    pages: () => accessList.pages(),
  }),
};

/** The rows under these keys, as far as there are any. */
export async function entriesUnder({ world }: Visit, keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  await mapInOrder([...new Set(keys)], async (key) => {
    const item = await world.accessList.get(key);
    if (item !== undefined) found.set(key, item);
  });
  return found;
}
