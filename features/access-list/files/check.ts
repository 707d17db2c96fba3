import { shownCell } from "../../../engine/characters";
import { isGarbled } from "../../../engine/files/format";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { eachColumn } from "../entry-columns";
import { problemColumn, type TypedRowProblem } from "../problem";
import { columns } from "../row";
import type { ListLine } from "./read";
import type { FileCells, FileRow } from "./row";

export interface NumberedRow extends FileRow {
  readonly line: number;
}

interface FileProblem {
  /** The line's number, counted from 1. */
  readonly line: number;
  readonly problems: readonly TypedRowProblem[];
  /** The cells concerned, in quotes. */
  readonly about?: string | undefined;
}

/** Only a file without problems can be imported. */
export type CheckedList = Awaited<ReturnType<typeof checkList>>;

/** Limit of the problems that are shown. More would be useless, because many problems mostly have one cause. */
const SHOWN = 50;

export async function checkList(lines: AsyncIterable<readonly ListLine[]>, signal?: AbortSignal) {
  const numberedRows: NumberedRow[] = [];
  const problems: FileProblem[] = [];
  for await (const block of lines) {
    signal?.throwIfAborted();
    for (const { line, cells, read } of block) {
      if (read.ok) numberedRows.push(Object.assign(read.row, { line }));
      else problems.push({ line, problems: read.problems, about: cellsAbout(cells, read.problems) });
    }
  }
  const rows = firstOfEach(numberedRows);
  const foundDisagreements = disagreements(numberedRows, rows);
  for (const each of foundDisagreements) {
    const [earlier, later] = each.rows;
    problems.push({ line: later.line, problems: [disagreementProblem(earlier, each)] });
  }
  const contradicting = foundDisagreements.filter(({ code }) => code === "repeatedEntry").length;
  const first = problems.toSorted((one, other) => one.line - other.line).slice(0, SHOWN);
  return { rows, repeated: numberedRows.length - rows.size - contradicting, problems: { count: problems.length, first } };
}

export interface Disagreement {
  readonly rows: readonly [NumberedRow, NumberedRow];
  readonly code: "repeatedEntry" | "allowedAndDenied";
}

/** Finds rows of one entry that differ in more than their notes, and addresses that one row allows and another does not. */
export function disagreements(rows: readonly NumberedRow[], byEntry = firstOfEach(rows)): readonly Disagreement[] {
  const foundDisagreements: Disagreement[] = [];
  for (const row of rows) {
    const first = byEntry.get(row.entry) as NumberedRow;
    if (differs(first, row)) foundDisagreements.push({ rows: [first, row], code: "repeatedEntry" });
    const allowRow = row.looser === undefined ? undefined : byEntry.get(row.looser);
    if (allowRow?.effect !== "allow") continue;
    foundDisagreements.push({ rows: allowRow.line < row.line ? [allowRow, row] : [row, allowRow], code: "allowedAndDenied" });
  }
  return foundDisagreements;
}

export function disagreementProblem({ line, entry }: NumberedRow, { code }: Disagreement): TypedRowProblem {
  return code === "repeatedEntry" ? { code, line, entry } : { code, line };
}

/** Returns the first row of each entry, with `loosers` of the others. */
export function firstOfEach<T extends FileRow>(rows: readonly T[]): ReadonlyMap<string, T> {
  const byEntry = new Map<string, T>();
  const loosersByEntry = new Map<string, string[]>();
  for (const row of rows) {
    const { entry, looser } = row;
    const first = byEntry.get(entry);
    if (first === undefined) byEntry.set(entry, row);
    if (first === undefined || looser === undefined || looser === first.looser) continue;
    const loosers = loosersByEntry.get(entry) ?? [];
    if (loosers.push(looser) > 1) continue;
    loosersByEntry.set(entry, loosers);
    byEntry.set(entry, { ...first, loosers });
  }
  return byEntry;
}

/** Ignores notes, which decide nothing. */
function differs(a: FileRow, b: FileRow): boolean {
  if (a.effect !== b.effect) return true;
  return eachColumn.some(([name, { kind }]) => {
    if (kind === "text") return false;
    return kind === "end" ? expiryTime(a[name]) !== expiryTime(b[name]) : a[name] !== b[name];
  });
}

function cellsAbout(cells: FileCells, problems: readonly TypedRowProblem[]): string | undefined {
  const about = problems.map((problem) => columns.find((column) => isGarbled(cells[column])) ?? problemColumn(problem));
  const shownCells = [...new Set(about)].flatMap((column) => (cells[column] === undefined ? [] : shownCell(cells[column])));
  return shownCells.length === 0 ? undefined : shownCells.join(", ");
}
