import { readRow } from "../row";
import { type ListChange, listChange, type Phase, type RowWrite, type StoredRow } from "./changes";
import { FirstInOrder } from "./first-in-order";
import type { FileRow } from "./row";

export interface ImportPlan {
  /** Number of rows by their change. Unchanged: the file's rows that the table already has. */
  readonly counts: Readonly<Record<ListChange["kind"] | "unchanged", number>>;
  readonly examples: readonly ListChange[];
  readonly writes: Readonly<Record<Phase, readonly RowWrite[]>>;
}

interface PlanOptions {
  readonly replace: boolean;
  readonly examples: number;
  readonly signal?: AbortSignal;
  onChange?(change: ListChange): unknown;
}

/** The table's rows, a page at a time: all, or at least those that the file may change. */
type StoredPages = AsyncIterable<readonly StoredRow[]> | Iterable<readonly StoredRow[]>;

/** Compares a checked file with the table. */
export async function planImport(
  rows: ReadonlyMap<string, FileRow>,
  stored: StoredPages,
  { replace, examples: shown, signal, onChange }: PlanOptions,
): Promise<ImportPlan> {
  const writes: Record<Phase, RowWrite[]> = { "denies in": [], "allows out": [], "allows in": [], "denies out": [] };
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  const byEntry = (one: ListChange, other: ListChange) => (entryChanged(one) < entryChanged(other) ? -1 : 1);
  const firstOnes = () => new FirstInOrder(shown, byEntry);
  const examples = { added: firstOnes(), changed: firstOnes(), removed: firstOnes() };
  for await (const change of compare(rows, stored, replace)) {
    signal?.throwIfAborted();
    counts[change.kind] += 1;
    onChange?.(change);
    examples[change.kind].add(change);
    for (const write of change.writes) writes[write.phase].push(write);
  }
  signal?.throwIfAborted();
  counts.unchanged = rows.size - counts.added - counts.changed;
  return { counts, examples: Object.values(examples).flatMap((each) => each.all()), writes };
}

function entryChanged({ was, is }: ListChange): string {
  return String((is ?? was)?.entry);
}

/** Yields each change from the stored rows to the wanted ones. */
async function* compare(wanted: ReadonlyMap<string, FileRow>, stored: StoredPages, replace: boolean): AsyncGenerator<ListChange> {
  // If allows of the exact addresses that the file denies stayed in the table they would win, because they are closer.
  const overruled = new Set([...wanted.values()].flatMap(({ looser = [] }) => looser));
  const both = new Set<string>();
  for await (const page of stored) {
    for (const row of page) {
      const entry = String(row.cells.entry);
      const isWanted = wanted.has(entry);
      if (isWanted) both.add(entry);
      else if (!replace && !(overruled.has(entry) && readRow(row.cells).effect === "allow")) continue;
      const change = listChange(row, wanted.get(entry));
      if (change !== undefined) yield change;
    }
  }
  for (const [entry, row] of wanted) {
    const change = both.has(entry) ? undefined : listChange(undefined, row);
    if (change !== undefined) yield change;
  }
}
