import { type ChangeSource, givenRows, plannedRows } from "../../../adapters/list-changes/parts";
import type { ProposalDraft } from "../../../adapters/list-changes/proposals";
import { type RowChange, rowChange, sameness, storedRow } from "../../../adapters/list-changes/rows";
import { beginSet, type Draft, type Ran, type RowWriter, resumeSet, takeOver, writeSet } from "../../../adapters/list-changes/run";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { ChangeMeans, ChangeSet } from "../../../engine/access-list/change-set";
import type { EditedRow } from "../../../engine/access-list/edit-check";
import { type ImportPlan, planImport } from "../../../engine/access-list/files/plan";
import type { FileRow } from "../../../engine/access-list/files/row";
import { inMemory, type RowGroups } from "../../../engine/access-list/files/workspace";
import { readRow } from "../../../engine/access-list/row";
import type { Visit } from "../../app/visit";
import type { RowEdit, WrittenTable } from "../../editor/described-table";
import { mapInOrder, writeRow } from "../../editor/row-writes";

/** Written one by one, within the 30 s that the API waits. */
export const MAX_ROWS = 1_000;
/** More changes of a kind than a page shows help nobody. */
export const SHOWN_CHANGES = 100;

/** What a few rows change in the list, and the rows that it was compared with. */
export interface EntryPlan extends ImportPlan<RowChange> {
  readonly current: ReadonlyMap<string, Item>;
}

export async function planRows(visit: Visit, rows: RowGroups<FileRow>): Promise<EntryPlan> {
  const wanted = await rows.group(0);
  const current = await entriesUnder(
    visit,
    wanted.flatMap(({ entry, looser = entry }) => [entry, looser]),
  );
  const stored = [...current.values()].map(storedRow);
  return { ...(await planImport({ rows }, [stored], inMemory, { keep: rowChange, replace: false, examples: 2 * MAX_ROWS })), current };
}

/** Each key once, before and after. */
export function plannedEdits({ examples }: EntryPlan): readonly EditedRow[] {
  return examples.map(({ was, is }) => ({ before: was, after: is }));
}

/** Makes the changes as one change set. */
export async function writePlan(visit: Visit, { counts, writes }: EntryPlan, means: ChangeMeans, entry?: string): Promise<Ran> {
  const total = Object.values(writes).reduce((sum, { length }) => sum + length, 0);
  const { added, changed, removed } = counts;
  const draft: Draft = { ...author(visit), means, added, changed, removed, writes: total, ...(entry !== undefined && { entry }) };
  const set = await beginSet(visit.world.changes, draft, visit.now);
  return await writeAudited(visit, set, plannedRows(writes));
}

/** Writes a set's rows. */
export async function writeAudited(visit: Visit, set: ChangeSet, source: ChangeSource, by: keyof RowWriters = "write"): Promise<Ran> {
  return await runAudited(visit, set, (writers) => writeSet(visit.world.changes, set, source, writers[by], { batchSize: 1 }));
}

/** Goes on with a set that was cut off. @param source its rows, where its record was cut off too */
export async function resumeAudited(visit: Visit, current: ChangeSet, source: ChangeSource): Promise<Ran> {
  const { changes } = visit.world;
  if (current.recorded !== undefined) {
    return await runAudited(visit, current, ({ writeAgain }) => resumeSet(changes, current, writeAgain, { batchSize: 1 }));
  }
  const set = await takeOver(changes, current);
  for await (const { key } of changes.parts(set.id)) await changes.removePart(set.id, key);
  return await writeAudited(visit, set, source, "writeAgain");
}

/** A set of several rows has one entry in the audit trail: its rows are in the set. */
async function runAudited(visit: Visit, set: ChangeSet, run: (writers: RowWriters) => Promise<Ran>): Promise<Ran> {
  const { audit } = visit.world;
  if (set.writes <= 1) return await run(rowWriters(visit, writeRow));
  const { id, added, changed, removed, writes, reverts } = set;
  const entry = {
    ...author(visit),
    action: `access-list.${reverts !== undefined ? "reverted" : set.means === "console" ? "edited" : "imported"}`,
    subject: id,
    set: id,
    count: writes,
    after: { added, changed, removed, ...(reverts !== undefined && { reverts }) },
  };
  let ran: Ran | undefined;
  await audit.audited(entry, visit.now, async () => {
    ran = await run(rowWriters(visit, writeRowOnly));
    return true;
  });
  return ran as Ran;
}

/** Who a set is by. */
export function author({ session }: Visit): Pick<Draft, "by" | "name"> {
  return { by: session.subject, name: session.name };
}

type WriteEdit = (visit: Visit, table: WrittenTable, key: { readonly entry: string }, before?: Item, after?: Item) => Promise<boolean>;

/** Writes one row of a set, if it is still as it was read. The set has the entry in the audit trail. */
async function writeRowOnly({ world }: Visit, table: WrittenTable, _: unknown, before?: Item, after?: Item): Promise<boolean> {
  const rows = table.rows(world);
  if (before === undefined) return after === undefined || (await rows.add(after));
  return after === undefined ? await rows.remove(before) : await rows.change(before, after);
}

interface RowWriters {
  /** A row that somebody else has made just so meanwhile is theirs: an undo of this set must not take it away. */
  readonly write: RowWriter;
  /** Where the rows may have been written by the run that was cut off. */
  readonly writeAgain: RowWriter;
}

function rowWriters(visit: Visit, writeEdit: WriteEdit): RowWriters {
  const write: RowWriter = async ([row]) => {
    if (row === undefined) return [];
    const { entry, before, after } = row;
    const current = await visit.world.accessList.get(entry);
    // What the hygiene worker has flagged since is no edit.
    const read = isSame(current, before, sameness) ? current : before;
    return (await writeEdit(visit, writtenList, { entry }, read, after)) ? [] : [row];
  };
  return {
    write,
    async writeAgain(batch) {
      const left = await write(batch);
      const stand = await Promise.all(
        left.map(async ({ entry, after }) => isSame(await visit.world.accessList.get(entry), after, sameness)),
      );
      return left.filter((_, index) => !stand[index]);
    },
  };
}

/** One edit by a form, as its own change set. */
export function recordedAs(means: ChangeMeans): NonNullable<WrittenTable["recorded"]> {
  return async (visit, { before, after }, write) => {
    const { source, ...edit } = oneEdit({ before, after }, means);
    const set = await beginSet(visit.world.changes, { ...author(visit), ...edit, writes: 1 }, visit.now);
    const writer: RowWriter = async ([row]) => (row && !(await write()) ? [row] : []);
    const { keptCount } = await writeSet(visit.world.changes, set, source, writer, { batchSize: 1 });
    return { written: keptCount === 0, note: noteOf(set.id) };
  };
}

/** What an edit of one row writes. */
export function oneEdit({ before, after }: RowEdit, means: ChangeMeans): ProposedEdit {
  const entry = String((after ?? before)?.entry?.S);
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  // One row is written at once: its phase is only where the record keeps it.
  const phase = readRow(toRow((after ?? before) as Item)).effect === "allow" ? "allows in" : "denies in";
  const change = { phase, entry, ...(before && { before }), ...(after && { after }) } as const;
  return { means, entry, added: 0, changed: 0, removed: 0, [kind]: 1, source: givenRows([change]) };
}

/** What a plan writes. */
export function plannedEdit({ counts, writes }: EntryPlan, means: ChangeMeans, entry?: string): ProposedEdit {
  const { added, changed, removed } = counts;
  return { means, added, changed, removed, source: plannedRows(writes), ...(entry !== undefined && { entry }) };
}

/** Goes into the address of the page after a write. */
export function noteOf(id: string): string {
  return `&set=${id}`;
}

/** The list as rows that are edited by hand. */
export const writtenList: WrittenTable = {
  path: "/access-list",
  key: [{ column: "entry", parameter: "key" }],
  rows: ({ accessList }) => ({
    get: ({ entry = "" }) => accessList.get(entry),
    add: (item) => accessList.put(item, undefined),
    change: (current, wanted) => accessList.put(wanted, current),
    remove: (current) => accessList.remove(current),
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

/** An edit as it would be written. */
export interface ProposedEdit extends Omit<ProposalDraft, "by" | "name"> {
  readonly source: ChangeSource;
}
