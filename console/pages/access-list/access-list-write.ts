import { createHash } from "node:crypto";
import { type ChangeSource, givenRows, plannedRows } from "../../../adapters/list-changes/parts";
import type { ProposedRow } from "../../../adapters/list-changes/proposals";
import { type RowChange, rowChange, sameness, storedRow } from "../../../adapters/list-changes/rows";
import { beginSet, type Draft, type Ran, type RowWriter, type RunOptions, resumeSet, writeSet } from "../../../adapters/list-changes/run";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { ChangeMeans, ChangeSet } from "../../../engine/access-list/change-set";
import type { EditedRow } from "../../../engine/access-list/edit-check";
import { planImport } from "../../../engine/access-list/files/plan";
import type { FileRow } from "../../../engine/access-list/files/row";
import { readRow } from "../../../engine/access-list/row";
import { inMemory } from "../../../engine/files/workspace";
import type { Visit } from "../../app/visit";
import type { RowEdit, WrittenTable } from "../../editor/described-table";
import { putRow, writeRow } from "../../editor/row-writes";

/** What is planned and written together, within the 30 s that the API waits. */
export const MAX_ROWS = 1_000;
/** After that long a write stops: its set can be continued. */
const WRITE_MS = 10_000;
/** More changes of a kind than a page shows help nobody. */
export const SHOWN_CHANGES = 100;

/** An edit of the list. */
export interface ListEdit {
  /** What its record says of it. */
  readonly draft: Omit<Draft, "by" | "name">;
  readonly source: ChangeSource;
  /** The first of its changes: each key once, before and after. */
  readonly rows: readonly EditedRow[];
}

/** What a few rows change in the list, and the rows that it was compared with. */
export interface EntryPlan {
  readonly edit: ListEdit;
  /** How many of the wanted rows are there already. */
  readonly unchanged: number;
  readonly current: ReadonlyMap<string, Item>;
}

export async function planRows(visit: Visit, wanted: readonly FileRow[], means: ChangeMeans): Promise<EntryPlan> {
  const current = await visit.world.accessList.many(wanted.flatMap(({ entry, looser = entry }) => [entry, looser]));
  const rows = inMemory.groups<FileRow>("wanted");
  for (const row of wanted) rows.add(row.entry, row);
  const stored = [...current.values()].map(storedRow);
  const plan = await planImport({ rows }, [stored], inMemory, { keep: rowChange, replace: false, examples: Number.POSITIVE_INFINITY });
  const { unchanged, ...counts } = plan.counts;
  const writes = Object.values(plan.writes).reduce((sum, { length }) => sum + length, 0);
  const [only] = wanted.length === 1 ? wanted : [];
  const draft = { means, ...counts, writes, ...(only && { entry: only.entry }) };
  const edits = plan.examples.map(({ was, is }) => ({ before: was, after: is }));
  return { edit: { draft, source: plannedRows(plan.writes), rows: edits }, unchanged, current };
}

/** The edit that these writes are. */
export function givenEdit(rows: readonly ProposedRow[], means: ChangeMeans): ListEdit {
  const edits = rows.filter(({ first }) => first === undefined).map(editedRow);
  const added = edits.filter(({ before }) => before === undefined).length;
  const removed = edits.filter(({ after }) => after === undefined).length;
  const [only] = edits.length === 1 ? rows : [];
  const counts = { added, changed: edits.length - added - removed, removed, writes: rows.length };
  return { draft: { means, ...counts, ...(only && { entry: only.entry }) }, source: givenRows(rows), rows: edits };
}

/** An edit of one row. */
export function oneEdit({ before, after }: RowEdit, means: ChangeMeans): ListEdit {
  const row = (after ?? before) as Item;
  return givenEdit([{ entry: String(row.entry?.S), phase: finalPhase(row), ...(before && { before }), ...(after && { after }) }], means);
}

/** Rows that come at once are in the phase of what they are in the end. */
export function finalPhase(item: Item): ProposedRow["phase"] {
  return readRow(toRow(item)).effect === "allow" ? "allows in" : "denies in";
}

/** A row before and after the whole edit that a write belongs to. */
export function editedRow({ before, after, first, final }: RowChange): EditedRow {
  const [was, is] = [first ?? before, final ?? after];
  return { before: was && toRow(was), after: is && toRow(is) };
}

/** Whether an edit changes nothing. */
export function isEmpty({ draft: { added, changed, removed } }: ListEdit): boolean {
  return added + changed + removed === 0;
}

/** Makes an edit as one change set. */
export async function writeEdit(visit: Visit, { draft, source }: ListEdit): Promise<Ran> {
  return await writeAudited(visit, await beginSet(visit.world.changes, { ...visit.author, ...draft }, visit.now), source);
}

/** Identifies what was compared: another one means that somebody has changed it since. */
export function versionOfAll(compared: unknown): string {
  return createHash("sha256").update(JSON.stringify(compared)).digest("base64url").slice(0, 22);
}

/** Writes a set's rows. */
export async function writeAudited(visit: Visit, set: ChangeSet, source: ChangeSource): Promise<Ran> {
  return await runAudited(visit, set, ({ write }) => writeSet(visit.world.changes, set, source, write, inTime()));
}

function inTime(): RunOptions {
  return { batchSize: 1, signal: AbortSignal.timeout(WRITE_MS) };
}

/** A write that stopped in time has a set that says how far it came. */
function unlessTimeIsUp(set: ChangeSet): (error: unknown) => Ran {
  return (error) => {
    if (!(error instanceof DOMException) || error.name !== "TimeoutError") throw error;
    return { set, writes: 0, kept: [], keptCount: 0 };
  };
}

/** Continues an interrupted set. */
export async function resumeAudited(visit: Visit, set: ChangeSet): Promise<Ran> {
  return await runAudited(visit, set, ({ writeAgain }) => resumeSet(visit.world.changes, set, writeAgain, inTime()));
}

/** A set of several rows has one entry in the audit trail: its rows are in the set. */
async function runAudited(visit: Visit, set: ChangeSet, run: (writers: RowWriters) => Promise<Ran>): Promise<Ran> {
  if (set.writes <= 1) return await run(rowWriters(visit, (row) => writeRow(visit, writtenList, { entry: row.entry }, row)));
  const { id, added, changed, removed, writes, reverts } = set;
  const entry = {
    action: `access-list.${reverts !== undefined ? "reverted" : set.means === "console" ? "edited" : "imported"}`,
    subject: id,
    set: id,
    count: writes,
    after: { added, changed, removed, ...(reverts !== undefined && { reverts }) },
  };
  let ran: Ran | undefined;
  const put = (row: RowEdit) => putRow(visit, writtenList, row);
  await visit.audited(entry, async () => {
    ran = await run(rowWriters(visit, put, put)).catch(unlessTimeIsUp(set));
    return true;
  });
  return ran as Ran;
}

interface RowWriters {
  /** A row that somebody else has made just so meanwhile is theirs: an undo of this set must not take it away. */
  readonly write: RowWriter;
  /** Where the rows may have been written by the run that was cut off. */
  readonly writeAgain: RowWriter;
}

/** @param tryFirst of many rows most are as they were: only the others are read again. @default each is read again first */
function rowWriters(
  { world }: Visit,
  writeOne: (row: RowEdit & { readonly entry: string }) => Promise<boolean>,
  tryFirst?: (row: RowEdit) => Promise<boolean>,
): RowWriters {
  const write: RowWriter = async ([row]) => {
    if (row === undefined) return [];
    const { entry, before, after } = row;
    if (await tryFirst?.({ before, after })) return [];
    const current = await world.accessList.get(entry);
    // What the hygiene worker has flagged since is no edit.
    const read = isSame(current, before, sameness) ? current : before;
    return (await writeOne({ entry, before: read, after })) ? [] : [row];
  };
  return {
    write,
    async writeAgain(batch) {
      // The run that was cut off has written up to a thousand rows more than it says.
      const [row] = batch;
      if (row !== undefined && isSame(await world.accessList.get(row.entry), row.after, sameness)) return [];
      const [left] = await write(batch);
      return left === undefined || isSame(await world.accessList.get(left.entry), left.after, sameness) ? [] : [left];
    },
  };
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
