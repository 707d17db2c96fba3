import type { EditedRow } from "../edit-check";
import type { Cells } from "../hygiene";
import { keepAllowedUntil, type PlannedRow } from "../let-in";
import type { TypedRowProblem } from "../problem";
import { readRow } from "../row";
import { changedEntry, type ListChange, listChange, pickCells, type StoredRow } from "./changes";
import type { FileRow } from "./row";

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

function editedCells({ stored, wanted }: ListChange): EditedRow {
  return { before: stored?.cells, after: wanted && pickCells(wanted) };
}

async function* compare(
  wantedRows: ReadonlyMap<string, FileRow>,
  storedPages: StoredPages,
  replace: boolean,
  plan: (wanted: FileRow, current: Cells | undefined) => FileRow | undefined,
): AsyncGenerator<ListChange> {
  // Allows of exactly the addresses that the file denies. Such an allow is closer to a person than the deny, and would win.
  const overruledEntries = new Set([...wantedRows.values()].flatMap(({ looser = [] }) => looser));
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
