import type { Queue, RowGroups, Workspace } from "../../../engine/files/workspace";
import { readRow } from "../row";
import { type ListChange, listChange, type Phase, phases, type RowWrite, type StoredRow } from "./changes";
import { firstOfEach } from "./check";
import { FirstInOrder } from "./first-in-order";
import type { FileRow } from "./row";

export interface ImportPlan<W> {
  /** Number of rows by their change. Unchanged: the file's rows that the table already has. */
  readonly counts: Readonly<Record<ListChange["kind"] | "unchanged", number>>;
  readonly examples: readonly ListChange[];
  readonly writes: Readonly<Record<Phase, Queue<W>>>;
}

interface PlanOptions<W> {
  readonly keep: (write: RowWrite) => W;
  readonly replace: boolean;
  readonly examples: number;
  readonly signal?: AbortSignal;
  onChange?(change: ListChange): void;
}

/**
 * Compares a checked file with the table.
 * @param stored the table's rows, a page at a time: all, or at least those that the file may change
 */
export async function planImport<W>(
  { rows }: { readonly rows: RowGroups<FileRow> },
  stored: AsyncIterable<readonly StoredRow[]> | Iterable<readonly StoredRow[]>,
  workspace: Workspace,
  { keep, replace, examples: shown, signal, onChange }: PlanOptions<W>,
): Promise<ImportPlan<W>> {
  const table = workspace.groups<StoredRow>("table");
  for await (const page of stored) {
    signal?.throwIfAborted();
    for (const row of page) table.add(entryOf(row), row);
  }
  const writes = Object.fromEntries(phases.map((phase) => [phase, workspace.queue<W>(phase)])) as Record<Phase, Queue<W>>;
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  const byEntry = (one: ListChange, other: ListChange) => (entryChanged(one) < entryChanged(other) ? -1 : 1);
  const firstOnes = () => new FirstInOrder(shown, byEntry);
  const examples = { added: firstOnes(), changed: firstOnes(), removed: firstOnes() };
  for (let index = 0; index < rows.count; index++) {
    signal?.throwIfAborted();
    const { changes, unchanged } = compare(await rows.group(index), await table.group(index), replace);
    counts.unchanged += unchanged;
    for (const change of changes) {
      counts[change.kind] += 1;
      onChange?.(change);
      examples[change.kind].add(change);
      for (const write of change.writes) writes[write.phase].add(keep(write));
    }
  }
  return { counts, examples: Object.values(examples).flatMap((each) => each.all()), writes };
}

function entryChanged({ was, is }: ListChange): string {
  return String((is ?? was)?.entry);
}

/** The changes of keys in one group. Unchanged: the wanted rows that are already in the table. */
export function compare(
  wanted: readonly FileRow[],
  stored: readonly StoredRow[],
  replace: boolean,
): { readonly changes: readonly ListChange[]; readonly unchanged: number } {
  const byEntry = firstOfEach(wanted);
  const current = new Map(stored.map((row) => [entryOf(row), row]));
  const changes = [...byEntry.values()].map((row) => listChange(current.get(row.entry), row));
  const gone = replace ? current.keys() : overruled(byEntry, current);
  for (const entry of new Set(gone)) if (!byEntry.has(entry)) changes.push(listChange(current.get(entry), undefined));
  const real = changes.filter((change) => change !== undefined);
  return { changes: real, unchanged: byEntry.size - real.filter(({ kind }) => kind !== "removed").length };
}

/** Allows of the exact addresses that the file denies. If they stayed in the table they would win, because they are closer. */
function overruled(wanted: ReadonlyMap<string, FileRow>, current: ReadonlyMap<string, StoredRow>): readonly string[] {
  const isAllowed = (row: StoredRow | undefined) => row !== undefined && readRow(row.cells).effect === "allow";
  return [...wanted.values()].flatMap(({ looser = [] }) => looser).filter((entry) => isAllowed(current.get(entry)));
}

function entryOf({ cells }: StoredRow): string {
  return String(cells.entry);
}
