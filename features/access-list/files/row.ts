import { csvText, isGarbled } from "../../../engine/files/format";
import { canBeKey } from "../../../engine/table-keys";
import type { ListEffect } from "../entry";
import { type Entry, entryKey, readEntry } from "../entry";
import type { Cells } from "../hygiene";
import { refineProblems, type TypedRowProblem } from "../problem";
import { columns, type ListColumn, readRow } from "../row";

export type FileCells = Readonly<Partial<Record<ListColumn, unknown>>>;

/** A row of a file, normalised as in the table. */
export interface FileRow {
  readonly entry: string;
  readonly effect: ListEffect;
  readonly issuer?: string;
  /** Names of gates, sorted, separated by spaces. */
  readonly gates?: string;
  readonly note?: string;
  readonly expiresAt?: string;
  /** Empty for an empty cell, which ends an `allowedUntil` of the list. Absent in a file without the column: the list keeps its own. */
  readonly allowedUntil?: string;
  /** The entry's spelling in the file, if `entry` is spelled differently. */
  readonly typed?: string;
  /** The key of an allow of exactly this address, which would win against the row. Set only if it is not the row's own key. */
  readonly looser?: string;
}

export type FileRowRead =
  | { readonly ok: true; readonly row: FileRow }
  | { readonly ok: false; readonly problems: readonly TypedRowProblem[] };

/** Rejects whatever the hygiene worker would flag. */
export function readCells(cells: FileCells): FileRowRead {
  const { entry: typedText, note } = cells;
  if (Object.values(cells).some(isGarbled)) return bad({ code: "spoiltCell" });
  const read = readEntryCell(typedText);
  const { effect, issuer, gates, problems } = readRow(cells as Readonly<Record<string, unknown>>);
  const isNote = note === undefined || typeof note === "string";
  if (!read.ok || problems.length > 0 || !isNote) {
    return bad(
      ...(read.ok ? [] : [read.problem]),
      ...refineProblems(problems, cells),
      ...(isNote ? [] : [{ code: "noteNotText" } as const]),
    );
  }
  const entry = entryKey(read.entry, effect);
  if (!canBeKey(entry)) return bad({ code: "entryTooLong" });
  const looser = entryKey(read.entry, "allow");
  const row: FileRow = {
    entry,
    effect,
    ...(issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates: gates.join(" ") }),
    ...(note !== undefined && note !== "" && { note }),
    ...(cells.expiresAt !== undefined && { expiresAt: String(cells.expiresAt).trim() }),
    ...(cells.allowedUntil !== undefined && { allowedUntil: String(cells.allowedUntil).trim() }),
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
    const isText = typeof cell === "string" && (name === "note" || cell.trim() !== "");
    return [[name, isNumber || isText ? cell : formatCell(name, cell)]];
  });
  return `${JSON.stringify(Object.fromEntries(cells))}\n`;
}

function formatCell(name: ListColumn, cell: unknown): string {
  if (cell === undefined || (name === "note" && cell === null)) return "";
  if (name === "gates") return readRow({ gates: cell }).gates?.join(" ") ?? UNREADABLE;
  if (name === "note") return typeof cell === "string" ? cell : JSON.stringify(cell);
  if (typeof cell === "number" && isEnd(name)) return String(cell);
  return typeof cell === "string" && cell.trim() !== "" ? cell : UNREADABLE;
}

function isEnd(name: ListColumn): boolean {
  return name === "expiresAt" || name === "allowedUntil";
}
