import { setTimeout as sleep } from "node:timers/promises";
import { momentId } from "../../../adapters/system";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import { MAX_TRANSACTED, type TransactionResult, transact } from "../../../adapters/tables/transaction";
import type { AuditedChange, AuditedWrite } from "../../audit/store/trail";
import type { ChangeMeans, ChangeSet } from "../change-set";
import type { EditedRow } from "../edit-check";
import type { ListEffect } from "../entry";
import { readRow } from "../row";
import { buildListWrite, listRowAudited, sameness } from "./access-list";
import { computeSetExpiry, MAX_PART_BYTES, partKinds, rowBytes, setPart, toLastEdit, toVia } from "./change-sets";
import { type EditRows, gatheredRows } from "./parts";
import type { RowChange } from "./row-changes";
import {
  type Draft,
  type EditOptions,
  type EditPorts,
  LAST_WRITES_MS,
  leaseFacts,
  MAX_KEPT,
  needsTwoWrites,
  type Ran,
  ROWS_WRITTEN,
  recordEdit,
  resumeEdit,
  revertMark,
  startFromBetween,
  TakenOverError,
} from "./run";

export interface ListEdit {
  readonly draft: Omit<Draft, "by" | "name">;
  readonly rows: EditRows;
  /** Each key once. For a long edit, only the first rows. */
  readonly changes: readonly EditedRow[];
}

/** @param entry the entry that the edit is about, if the edit writes several rows */
export function listEdit(rows: readonly RowChange[], means: ChangeMeans, entry?: string): ListEdit {
  const changes = rows.map(editedRow);
  const about = changes.length === 1 ? rows[0]?.entry : entry;
  const addedCount = changes.filter(({ before }) => before === undefined).length;
  const removedCount = changes.filter(({ after }) => after === undefined).length;
  const effect = (row: EditedRow["after"]) => row && (readRow(row).allowedUntil === undefined ? readRow(row).effect : "allow");
  const countEffectChanges = (to: ListEffect) =>
    changes.filter(({ before, after }) => effect(after) === to && effect(before) !== to).length;
  const referredCount = countEffectChanges("approval");
  const now = {
    allowed: countEffectChanges("allow"),
    denied: countEffectChanges("deny"),
    ...(referredCount > 0 && { referred: referredCount }),
  };
  const counts = {
    added: addedCount,
    changed: changes.length - addedCount - removedCount,
    removed: removedCount,
    ...now,
    writes: rows.length,
  };
  return { draft: { means, ...counts, entry: about }, rows, changes };
}

export function editedRow({ before, after }: RowEdit): EditedRow {
  return { before: before && toRow(before), after: after && toRow(after) };
}

/** Writes each row only if it has not changed since it was read. Undefined if a set already has the id in `options`. */
export async function applyEdit(
  ports: EditPorts,
  draft: Draft,
  rows: EditRows,
  now: Date,
  options: EditOptions = {},
): Promise<Ran | undefined> {
  const begunEdit = await writeOrRecordEdit(ports, draft, rows, now, options);
  return begunEdit === undefined || begunEdit.set.state === "done" ? begunEdit : await resumeEdit(ports, begunEdit.set, options);
}

/**
 * Writes an edit of few short rows in one transaction with the audit log's entry. Any other edit is only recorded, and `resumeEdit` writes
 * it. Undefined if a set already has the id in `options`. Throws TakenOverError if somebody else reverts the same set.
 */
export async function writeOrRecordEdit(
  ports: EditPorts,
  draft: Draft,
  rows: EditRows,
  now: Date,
  options: EditOptions = {},
): Promise<Ran | undefined> {
  const few = draft.writes <= MOST_ROWS ? await gatheredRows(rows) : undefined;
  const { id = options.prepare && momentId(now), prepare } = options;
  if (id !== undefined) await prepare?.({ id, expires: computeSetExpiry(now) });
  if (few && fitsTransaction(few)) return await editAtOnce(ports, draft, few, now, { ...options, id });
  const changeSet = await recordEdit(ports, draft, few ?? rows, now, { ...options, id });
  return changeSet && { set: changeSet, writes: 0, kept: [], keptCount: 0 };
}

/** Leaves room for four other writes: the rows' record, the set, the audit log's entry and the reverted set. */
const MOST_ROWS = MAX_TRANSACTED - 4;

function fitsTransaction(rows: readonly RowChange[]): boolean {
  const bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0);
  return rows.length <= MOST_ROWS && bytes <= MAX_PART_BYTES;
}

/** Omits rows that somebody else changed first, and writes all others. */
async function editAtOnce(
  ports: EditPorts,
  { source: _, ...draft }: Draft,
  rows: readonly RowChange[],
  now: Date,
  { id: givenId, revertedSet, onWritten }: EditOptions,
): Promise<Ran | undefined> {
  const { changes, client, list } = ports;
  const table = { client, name: list, key: tables.accessList.key };
  const keptEntries = [...(draft.kept ?? [])];
  let keptCount = draft.keptCount ?? 0;
  let open: readonly RowChange[] = rows;
  for (;;) {
    const id = givenId ?? momentId(now);
    // The order of kinds matters only to an edit of several transactions, so one part holds rows of all kinds.
    const parts = open.length === 0 ? [] : [setPart(partKinds.allows, 0, open)];
    const facts = {
      writes: rows.length,
      recorded: parts.length,
      ...(keptCount > 0 && { kept: keptEntries.slice(0, MAX_KEPT), keptCount }),
    };
    // The requests of a set are decided after its rows are written.
    const stateFacts =
      draft.requests === undefined
        ? doneFacts(now)
        : { ...doneFacts(now), ...({ state: "begun", upTo: ROWS_WRITTEN, written: parts.length, ...leaseFacts() } as const) };
    const changeSet: ChangeSet = { ...draft, ...facts, ...stateFacts, id };
    const writes = open.map((row) => ({ write: buildListWrite(table, row, toLastEdit(changeSet)), change: listRowAudited(row) }));
    const record = await changes.buildSetWrites(changeSet, parts);
    const marking = revertedSet && revertMark(changes, revertedSet, changeSet);
    const otherWrites = [...(marking ? [marking] : []), ...record].map((write) => ({ write }));
    const result = await transactAudited(ports, buildAuditEntry(changeSet, open), [...writes, ...otherWrites], now);
    const attempt = judgeAttempt(open, result, {
      isRevert: revertedSet !== undefined,
      hasMark: marking !== undefined,
      isIdGiven: givenId !== undefined,
    });
    if (attempt.state === "written") {
      onWritten?.(open.length);
      if (revertedSet?.state === "begun" && draft.requests !== undefined) await sleep(LAST_WRITES_MS);
      return { set: changeSet, writes: open.length, kept: keptEntries, keptCount };
    }
    if (attempt.state === "takenOver") throw new TakenOverError(revertedSet?.id ?? "");
    if (attempt.state === "idUsed") return undefined;
    keptEntries.push(...attempt.taken);
    keptCount += attempt.taken.length;
    if (attempt.state === "lost") {
      await ports.trail?.tell({ ...buildAuditEntry(changeSet, rows), via: toVia(draft.means), outcome: "conflict" }, now);
      return { set: { ...changeSet, state: "done" }, writes: 0, kept: keptEntries, keptCount };
    }
    open = attempt.open;
  }
}

/**
 * The result of a transaction. `takenOver`: somebody else reverts the same set. `idUsed`: a set has the given id. `lost`: others changed all
 * rows first. `again`: the rows in `open` are still to be written; those in `taken` are others' now.
 */
type Attempt =
  | { readonly state: "written" }
  | { readonly state: "takenOver" }
  | { readonly state: "idUsed" }
  | { readonly state: "lost"; readonly taken: readonly string[] }
  | { readonly state: "again"; readonly open: readonly RowChange[]; readonly taken: readonly string[] };

interface AttemptOptions {
  readonly isRevert: boolean;
  /** True if the write after those of the rows marks the reverted set. */
  readonly hasMark: boolean;
  readonly isIdGiven: boolean;
}

/** @param result of a transaction that first writes the rows in `open`, each under its index */
function judgeAttempt(open: readonly RowChange[], result: TransactionResult, { isRevert, hasMark, isIdGiven }: AttemptOptions): Attempt {
  if (result.written) return { state: "written" };
  if (hasMark && result.refused.has(open.length)) return { state: "takenOver" };
  const stillOpen: RowChange[] = [];
  const taken: string[] = [];
  let isRowRefused = false;
  for (const [index, row] of open.entries()) {
    if (!result.refused.has(index)) {
      stillOpen.push(row);
      continue;
    }
    isRowRefused = true;
    const current = result.refused.get(index);
    const hasValue = (item: Item | null | undefined) => isSame(current, item ?? undefined, sameness);
    if (needsTwoWrites(row) && hasValue(row.between)) stillOpen.push(startFromBetween(row));
    // A row that an interrupted edit never wrote already has the value that the revert wants: nobody else changed it.
    else if (!(isRevert && hasValue(row.after))) taken.push(row.entry);
  }
  // If no row was refused, another set has the id. The next try makes a new id, unless the caller gave this one.
  if (!isRowRefused && isIdGiven) return { state: "idUsed" };
  if (stillOpen.length === 0 && taken.length > 0 && !isRevert) return { state: "lost", taken };
  return { state: "again", open: stillOpen, taken };
}

function transactAudited(
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
  return { at: now.toISOString(), state: "done", expires: computeSetExpiry(now) } as const;
}

function buildAuditEntry(changeSet: ChangeSet, rows: readonly RowChange[]): AuditedChange {
  const { id, by, name, means, added, changed, removed, requests, writes, reverts } = changeSet;
  const author = { by, name, via: toVia(means), set: id };
  const [only] = rows;
  if (writes === 1 && only !== undefined && requests === undefined) {
    const { entry, before, after } = only;
    const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    return { ...author, action: `access-list.${kind}`, subject: entry, before: before && toRow(before), after: after && toRow(after) };
  }
  const counts = { added, changed, removed, reverts };
  const what = reverts !== undefined ? "reverted" : means.endsWith("import") ? "imported" : "edited";
  return { ...author, action: `access-list.${what}`, subject: id, count: rows.length + (requests?.count ?? 0), after: counts };
}
