import type { EditedRow } from "../edit-check";
import { eachColumn, mapColumns } from "../entry-columns";
import { admittedKey, type Cells } from "../hygiene";
import { keepAllowedUntil, type PlannedRow } from "../let-in";
import type { TypedRowProblem } from "../problem";
import { readRow } from "../row";
import { type FileRow, listLoosers } from "./row";

/**
 * The phases in which an edit writes the change of a row, one after the other. Within a phase, any order works. The table never lets in a
 * person that both the old and the new list refuse. Until the last phase, the table has all denies and approvals of the old list; from the
 * second phase on, all of the new list. Allows of the old list are there only before the last phase; allows of the new list, only after the
 * first. So an edit may stop after any write and be continued from there. `denies in and out` takes two writes, because neither row covers
 * the other: the first written row keeps out everybody that either row keeps out; the last is the new row.
 */
export type Phases = "denies in" | "allows" | "denies out" | "denies in and out";

export interface StoredRow {
  readonly cells: Cells;
  /** The row's columns that a file cannot have, with their values as the database stores them. An import writes them back unchanged. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Columns of `cells` that are not text, in the table's form. */
  readonly odd?: Readonly<Record<string, unknown>>;
}

export interface ListChange {
  readonly stored: StoredRow | undefined;
  readonly wanted: FileRow | undefined;
}

export function changedEntry({ stored, wanted }: ListChange): string {
  return wanted?.entry ?? String(stored?.cells.entry);
}

/** Returns the change from the stored row to the wanted row. Undefined if the two rows agree. */
export function listChange(storedRow: StoredRow | undefined, wantedRow: FileRow | undefined): ListChange | undefined {
  const isSame = storedRow === undefined ? wantedRow === undefined : wantedRow !== undefined && isAlready(storedRow.cells, wantedRow);
  return isSame ? undefined : { stored: storedRow, wanted: wantedRow };
}

/** True if a row already has the file's values. Two spellings count as equal if an allow would have the same key for both. */
export function isAlready(was: Cells, wanted: FileRow): boolean {
  const row = readRow(was);
  const { entry, looser = entry, effect } = wanted;
  return (
    row.problems.length === 0 &&
    row.effect === effect &&
    (was.typed === undefined || admittedKey(was) === looser) &&
    eachColumn.every(([name, column]) => (column.format(was, row) ?? "") === (wanted[name] ?? ""))
  );
}

/** Other properties, such as the line in the file, do not belong in the table. */
export function pickCells(row: FileRow): Cells {
  const { entry, effect, typed } = row;
  return { entry, effect, ...mapColumns((_, name) => row[name] || undefined), ...(typed !== undefined && { typed }) };
}

const kinds = ["added", "changed", "removed"] as const;

export interface ImportPlan {
  /** `unchanged` counts rows of the file that the table already has. */
  readonly counts: Readonly<Record<(typeof kinds)[number] | "unchanged", number>>;
  readonly changes: ListChange[];
  /** Rows of the file that are left out, because they cannot be written. */
  readonly refused: readonly RefusedRow[];
}

interface RefusedRow {
  readonly entry: string;
  readonly problem: TypedRowProblem;
}

interface PlanOptions {
  readonly replace: boolean;
  /** Plans a row of the file in place of the current row. @default the row of the file */
  readonly plan?: ((wanted: FileRow, current: Cells | undefined) => PlannedRow) | undefined;
  readonly signal?: AbortSignal;
  onChange?(edit: EditedRow): unknown;
}

/** All rows, or at least the rows that the file may change. */
type StoredPages = AsyncIterable<readonly StoredRow[]> | Iterable<readonly StoredRow[]>;

export async function planImport(
  rows: ReadonlyMap<string, FileRow>,
  storedPages: StoredPages,
  { replace, plan, signal, onChange }: PlanOptions,
): Promise<ImportPlan> {
  const changes: ListChange[] = [];
  const refused: RefusedRow[] = [];
  const planOrRefuse = (wanted: FileRow, current: Cells | undefined): FileRow | undefined => {
    const planned = plan?.(wanted, current) ?? { ok: true, row: wanted };
    if (planned.ok) return keepAllowedUntil(planned.row, current);
    refused.push({ entry: wanted.entry, problem: planned.problem });
    return undefined;
  };
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  for await (const change of compare(rows, storedPages, replace, planOrRefuse)) {
    signal?.throwIfAborted();
    counts[changeKind(change)] += 1;
    onChange?.(editedCells(change));
    changes.push(change);
  }
  signal?.throwIfAborted();
  counts.unchanged = rows.size - refused.length - counts.added - counts.changed;
  return { counts, changes, refused };
}

function changeKind({ stored, wanted }: ListChange): (typeof kinds)[number] {
  if (stored === undefined) return "added";
  return wanted === undefined ? "removed" : "changed";
}

export function firstChanges({ changes }: ImportPlan, most: number) {
  return kinds.map((kind) => {
    const some = changes.filter((change) => changeKind(change) === kind);
    return {
      kind,
      edits: some
        .toSorted((one, other) => (changedEntry(one) < changedEntry(other) ? -1 : 1))
        .slice(0, most)
        .map(editedCells),
    };
  });
}

export function editedCells({ stored, wanted }: ListChange): EditedRow {
  return { before: stored?.cells, after: wanted && pickCells(wanted) };
}

async function* compare(
  wantedRows: ReadonlyMap<string, FileRow>,
  storedPages: StoredPages,
  replace: boolean,
  plan: (wanted: FileRow, current: Cells | undefined) => FileRow | undefined,
): AsyncGenerator<ListChange> {
  // Allows of exactly the addresses that the file denies. Such an allow is closer to a person than the deny, and would win.
  const overruledEntries = new Set([...wantedRows.values()].flatMap(listLoosers));
  const both = new Set<string>();
  for await (const page of storedPages) {
    for (const row of page) {
      const entry = String(row.cells.entry);
      const wantedRow = wantedRows.get(entry);
      if (wantedRow !== undefined) both.add(entry);
      else if (!replace && !(overruledEntries.has(entry) && readRow(row.cells).effect === "allow")) continue;
      const planned = wantedRow && plan(wantedRow, row.cells);
      const change = wantedRow !== undefined && planned === undefined ? undefined : listChange(row, planned);
      if (change !== undefined) yield change;
    }
  }
  for (const [entry, row] of wantedRows) {
    const change = both.has(entry) ? undefined : listChange(undefined, plan(row, undefined));
    if (change !== undefined) yield change;
  }
}
