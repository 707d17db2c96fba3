import { csvText, isGarbled } from "../../../engine/files/format";
import type { Row } from "../../../engine/sign-up/rule";
import { canBeKey } from "../../../engine/table-keys";
import type { ListEffect } from "../entry";
import { type Entry, entryKey, readEntry } from "../entry";
import { type ColumnTexts, entryColumns, formatColumns, type PlainColumn, plainColumns } from "../entry-columns";
import type { Cells } from "../hygiene";
import { refineProblems, type TypedRowProblem } from "../problem";
import { columns, type ListColumn, readRow } from "../row";

export type FileCells = Readonly<Partial<Record<ListColumn, unknown>>>;

/** A row of a file, normalised as in the table. */
export interface FileRow extends ColumnTexts {
  readonly entry: string;
  readonly effect: ListEffect;
  /** Empty for an empty cell, which ends an `allowedUntil` of the list. Absent in a file without the column: the list keeps its own. */
  readonly allowedUntil?: string;
  /** The entry's spelling in the file, if `entry` is spelled differently. */
  readonly typed?: string;
  /** The key of an allow of exactly this address, which would win against the row. Set only if it is not the row's own key. */
  readonly looser?: string;
  /** The same of the other spellings in which a file has the row. */
  readonly loosers?: readonly string[];
}

/** The keys of allows that would win against the row, in each spelling in which it was typed. */
export function listLoosers({ looser, loosers = [] }: FileRow): readonly string[] {
  return looser === undefined ? loosers : [looser, ...loosers];
}

export type FileRowRead =
  | { readonly ok: true; readonly row: FileRow }
  | { readonly ok: false; readonly problems: readonly TypedRowProblem[] };

/** Rejects whatever the hygiene worker would flag. */
export function readCells(cells: FileCells): FileRowRead {
  const { entry: typedText } = cells;
  if (Object.values(cells).some(isGarbled)) return bad({ code: "spoiltCell" });
  const read = readEntryCell(typedText);
  const listRow = readRow(cells as Row);
  const { effect, problems } = listRow;
  const notTexts = plainColumns.filter((name) => cells[name] !== undefined && typeof cells[name] !== "string");
  if (!read.ok || problems.length > 0 || notTexts.length > 0) {
    return bad(
      ...(read.ok ? [] : [read.problem]),
      ...refineProblems(problems, cells),
      ...notTexts.map((column) => ({ code: "notText", column }) as const),
    );
  }
  const entry = entryKey(read.entry, effect);
  if (!canBeKey(entry)) return bad({ code: "entryTooLong" });
  const looser = entryKey(read.entry, "allow");
  const row: FileRow = {
    entry,
    effect,
    ...formatColumns(cells as Row, listRow),
    ...(typeof typedText === "string" && typedText !== entry && { typed: typedText }),
    ...(looser !== entry && { looser }),
  };
  return { ok: true, row };
}

function readEntryCell(
  typedText: unknown,
): { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly problem: TypedRowProblem } {
  if (typedText === undefined || typedText === "") return { ok: false, problem: { code: "noEntry" } };
  return typeof typedText === "string" ? readEntry(typedText) : { ok: false, problem: { code: "entryNotText" } };
}

function bad(...problems: readonly TypedRowProblem[]): FileRowRead {
  return { ok: false, problems };
}

/**
 * Replaces a cell that cannot be read: an import rejects this text. CSV tools drop blanks, and with an empty cell, an allow that does not
 * count would count after the import.
 */
const UNREADABLE = "?";

export const csvHeader = csvText(columns);

/** RFC 4180. No cell is a formula. */
export function formatCsvLine(row: Cells): string {
  return csvText(columns.map((name) => formatCell(name, row[name])));
}

export function formatJsonLine(row: Cells): string {
  const cells = columns.flatMap((name) => {
    const cell = row[name];
    if (cell === undefined) return [];
    const isNumber = isEnd(name) && typeof cell === "number";
    const isText = typeof cell === "string" && (isPlain(name) || cell.trim() !== "");
    return [[name, isNumber || isText ? cell : formatCell(name, cell)]];
  });
  return `${JSON.stringify(Object.fromEntries(cells))}\n`;
}

function formatCell(name: ListColumn, cell: unknown): string {
  if (cell === undefined || (isPlain(name) && cell === null)) return "";
  if (name === "gates") return readRow({ gates: cell }).gates?.join(" ") ?? UNREADABLE;
  if (isPlain(name)) return typeof cell === "string" ? cell : JSON.stringify(cell);
  if (typeof cell === "number" && isEnd(name)) return String(cell);
  return typeof cell === "string" && cell.trim() !== "" ? cell : UNREADABLE;
}

function isEnd(name: ListColumn): boolean {
  return name !== "entry" && name !== "effect" && entryColumns[name].kind === "end";
}

export function isPlain(name: string): name is PlainColumn {
  return (plainColumns as readonly string[]).includes(name);
}
