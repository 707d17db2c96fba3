import { isSame } from "../../../adapters/tables/conditional-batch";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import { momentId } from "../../../adapters/tables/moment-id";
import { tables } from "../../../adapters/tables/tables";
import { MAX_TRANSACTED, type TransactionResult, transact } from "../../../adapters/tables/transaction";
import type { AuditedChange, AuditedWrite } from "../../audit/store/trail";
import type { ChangeMeans, ChangeSet } from "../change-set";
import type { EditedRow } from "../edit-check";
import { compareStrictness, type ListEffect } from "../effect";
import { readRow } from "../row";
import { listRowAudited, listWrite, sameness } from "./access-list";
import { editOf, expiryOf, MAX_PART_BYTES, partsOfFew, rowBytes, viaOf } from "./change-sets";
import { type EditRows, gatheredRows, givenRows } from "./parts";
import type { PhasedRow, RowChange } from "./row-changes";
import { type Draft, type EditOptions, type EditPorts, MAX_KEPT, type Ran, TakenOverError, writeJob } from "./run";

export interface ListEdit {
  readonly draft: Omit<Draft, "by" | "name">;
  readonly rows: EditRows;
  /** The first of its changes: each key once, before and after. */
  readonly changes: readonly EditedRow[];
}

/** @param entry the entry concerned, if it writes more than that row */
export function listEdit(rows: readonly PhasedRow[], means: ChangeMeans, entry?: string): ListEdit {
  const changes = rows.filter(({ first }) => first === undefined).map(editedRow);
  const about = changes.length === 1 ? rows[0]?.entry : entry;
  const added = changes.filter(({ before }) => before === undefined).length;
  const removed = changes.filter(({ after }) => after === undefined).length;
  const effect = (row: EditedRow["after"]) => row && readRow(row).effect;
  const turned = (to: ListEffect) => changes.filter(({ before, after }) => effect(after) === to && effect(before) !== to).length;
  const referred = turned("approval");
  const now = { allowed: turned("allow"), denied: turned("deny"), ...(referred > 0 && { referred }) };
  const counts = { added, changed: changes.length - added - removed, removed, ...now, writes: rows.length };
  return { draft: { means, ...counts, ...(about !== undefined && { entry: about }) }, rows, changes };
}

/** The change of one row with its phase. Changes that shut out are written before those that let in. */
export function phased({ before, after }: RowEdit): PhasedRow {
  const row = (after ?? before) as Item;
  return { entry: String(row.entry?.S), phase: phaseOf(before, after), ...(before && { before }), ...(after && { after }) };
}

function phaseOf(before: Item | undefined, after: Item | undefined): PhasedRow["phase"] {
  const [was, is] = [before, after].map((row) => row && readRow(toRow(row)).effect);
  if (is === undefined) return was === "allow" ? "allows out" : "denies out";
  if (is === "allow") return "allows in";
  return was !== undefined && was !== "allow" && compareStrictness(is, was) > 0 ? "denies out" : "denies in";
}

export function editedRow({ before, after, first, final }: RowChange): EditedRow {
  const [was, is] = [first ?? before, final ?? after];
  return { before: was && toRow(was), after: is && toRow(is) };
}

/** Limit of rows beside the set, the trail's entry and the reverted set. */
const MOST_ROWS = MAX_TRANSACTED - 3;

/**
 * Makes an edit of the list as one change set, each row only if unchanged since it was read: few rows in one transaction with their trail
 * entry, more or longer ones as a job. Undefined if a set already has the id. Throws TakenOverError if somebody reverts the same
 * set.
 */
export async function applyEdit(
  ports: EditPorts,
  draft: Draft,
  rows: EditRows,
  now: Date,
  options: EditOptions = {},
): Promise<Ran | undefined> {
  if (draft.writes <= 2 * MOST_ROWS) {
    const few = (typeof rows === "function" ? await gatheredRows(rows) : rows).flatMap(wholeRow);
    if (fitsTransaction(few)) return await editAtOnce(ports, draft, few, now, options);
  }
  return await writeJob(ports, draft, typeof rows === "function" ? rows : givenRows(rows), now, options);
}

/** Merges the two writes of a change into one from before both to after both. */
function wholeRow({ first, final, ...row }: PhasedRow): readonly PhasedRow[] {
  if (first !== undefined) return [];
  return final === undefined ? [row] : [{ ...row, after: final }];
}

function fitsTransaction(rows: readonly PhasedRow[]): boolean {
  const bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0);
  return rows.length + partsOfFew(rows).length <= MOST_ROWS && bytes <= MAX_PART_BYTES;
}

/** Makes an edit in one transaction. Leaves rows that somebody else changed first, and writes the others. */
async function editAtOnce(
  ports: EditPorts,
  { source: _, ...draft }: Draft,
  rows: readonly PhasedRow[],
  now: Date,
  { id: given, original, onWritten }: EditOptions,
): Promise<Ran | undefined> {
  const { changes, client, list } = ports;
  const table = { client, name: list, key: tables.accessList.key };
  const kept = [...(draft.kept ?? [])];
  let keptCount = draft.keptCount ?? 0;
  let open = rows;
  for (;;) {
    const id = given ?? momentId(now);
    const parts = partsOfFew(open);
    const facts = { writes: rows.length, recorded: parts.length, ...(keptCount > 0 && { kept: kept.slice(0, MAX_KEPT), keptCount }) };
    const set = { ...draft, ...facts, ...doneFacts(now), id };
    const writes = open.map((row) => ({ write: listWrite(table, row, editOf(set)), change: listRowAudited(row) }));
    const record = await changes.recording(set, parts);
    const marking = original && changes.updating(original.id, { revertedBy: original.revertedBy }, { revertedBy: id });
    const beside = [...(marking ? [marking] : []), ...record].map((write) => ({ write }));
    const result = await transacted(ports, entryOf(set, open), [...writes, ...beside], now);
    if (result.written) {
      onWritten?.(open.length);
      return { set, writes: open.length, kept, keptCount };
    }
    if (marking !== undefined && result.refused.has(open.length)) throw new TakenOverError(original?.id ?? "");
    const lost = open.filter((_, index) => result.refused.has(index));
    // Rows that an interrupted run never wrote are already as before.
    const isAsWanted = (row: PhasedRow) => original !== undefined && isSame(result.refused.get(open.indexOf(row)), row.after, sameness);
    const taken = lost.filter((row) => !isAsWanted(row));
    // The set's id is taken. The loop makes a new one, unless the caller gave it.
    if (lost.length === 0 && given !== undefined) return undefined;
    kept.push(...taken.map(({ entry }) => entry));
    keptCount += taken.length;
    open = open.filter((row) => !lost.includes(row));
    if (open.length === 0 && taken.length > 0 && original === undefined) {
      await ports.trail?.tell({ ...entryOf(set, rows), via: viaOf(draft.means), outcome: "conflict" }, now);
      return { set, writes: 0, kept, keptCount };
    }
  }
}

function transacted(
  { client, trail }: EditPorts,
  entry: AuditedChange,
  writes: readonly AuditedWrite[],
  now: Date,
): Promise<TransactionResult> {
  return (
    trail?.transact(entry, writes, now) ??
    transact(
      client,
      writes.map(({ write }) => write),
    )
  );
}

function doneFacts(now: Date) {
  return { at: now.toISOString(), state: "done", expires: expiryOf(now) } as const;
}

function entryOf(set: ChangeSet, rows: readonly PhasedRow[]): AuditedChange {
  const { id, by, name, means, added, changed, removed, writes, reverts } = set;
  const author = { by, ...(name !== undefined && { name }), via: viaOf(means), set: id };
  const [only] = rows;
  if (writes === 1 && only !== undefined) {
    const { entry, before, after } = only;
    const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    return { ...author, action: `access-list.${kind}`, subject: entry, ...plain({ before, after }) };
  }
  const counts = { added, changed, removed, ...(reverts !== undefined && { reverts }) };
  const what = reverts !== undefined ? "reverted" : means.endsWith("import") ? "imported" : "edited";
  return { ...author, action: `access-list.${what}`, subject: id, count: rows.length, after: counts };
}

function plain({ before, after }: { readonly before: Item | undefined; readonly after: Item | undefined }) {
  return { ...(before && { before: toRow(before) }), ...(after && { after: toRow(after) }) };
}
