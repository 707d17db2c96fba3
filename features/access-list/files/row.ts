import { csvText, isGarbled } from "../../../engine/files/format";
import { canBeKey, MAX_PARTITION_KEY_BYTES } from "../../../engine/sign-up/key-sizes";
import { type EntryRead, entryKey, readEntry } from "../entry";
import type { Cells } from "../hygiene";
import { readRow } from "../row";

export const columns = ["entry", "effect", "issuer", "note", "expiresAt", "gates"] as const;

export type FileCells = Readonly<Partial<Record<(typeof columns)[number], unknown>>>;

/** A row of a file, normalised as in the table. */
export interface FileRow {
  readonly entry: string;
  readonly effect: "allow" | "deny";
  readonly issuer?: string;
  /** Names of gates, sorted, separated by spaces. */
  readonly gates?: string;
  readonly note?: string;
  readonly expiresAt?: string;
  /** The entry's spelling in the file, if different. */
  readonly typed?: string;
  /** For a denied address: the key of an allow of that exact address, if different. Such an allow would win. */
  readonly looser?: string;
}

export type FileRowRead = { readonly ok: true; readonly row: FileRow } | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the cells of one row. Rejects whatever the hygiene worker would flag. */
export function readCells(cells: FileCells): FileRowRead {
  const { entry: typed, note } = cells;
  if (Object.values(cells).some(isGarbled)) return bad("not UTF-8, or spoilt by an earlier conversion: save the file as UTF-8");
  const read = readEntryCell(typed);
  const { effect, issuer, gates, flaws } = readRow(cells as Readonly<Record<string, unknown>>);
  const isNote = note === undefined || typeof note === "string";
  if (!read.ok || flaws.length > 0 || !isNote) {
    return bad(
      ...(read.ok ? [] : [read.problem]),
      ...flaws.map((flaw) => endProblem(flaw, cells.expiresAt)),
      ...(isNote ? [] : ["the note is not a text"]),
    );
  }
  const entry = entryKey(read.entry, effect);
  if (!canBeKey(entry)) return bad(`the entry is longer than the ${MAX_PARTITION_KEY_BYTES} bytes that DynamoDB takes for a key`);
  const looser = entryKey(read.entry, "allow");
  const row: FileRow = {
    entry,
    effect,
    ...(issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates: gates.join(" ") }),
    ...(note !== undefined && note !== "" && { note }),
    ...(cells.expiresAt !== undefined && { expiresAt: String(cells.expiresAt).trim() }),
    ...(typeof typed === "string" && typed !== entry && { typed }),
    ...(looser !== entry && { looser }),
  };
  return { ok: true, row };
}

function endProblem(problem: string, cell: unknown): string {
  const text = typeof cell === "string" || typeof cell === "number" ? String(cell).trim() : "";
  if (!problem.startsWith("expiresAt is ")) return problem;
  if (/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text)) return "expiresAt is not a day or time that exists";
  if (/^\d{4,8}$/.test(text)) return "expiresAt is not clearly a day: write 2027-01-31";
  if (/^\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?$/.test(text)) return "expiresAt is not in the order year, month, day: write 2027-01-31";
  return problem;
}

function readEntryCell(typed: unknown): EntryRead {
  if (typed === undefined || typed === "") return { ok: false, problem: "the entry is missing" };
  return typeof typed === "string" ? readEntry(typed) : { ok: false, problem: "the entry is not a text" };
}

function bad(...problems: readonly string[]): FileRowRead {
  return { ok: false, problems };
}

/**
 * Written for a cell that is not text, so that import rejects it. Left empty, an allow that does not count would come back as one that
 * does.
 */
const UNREADABLE = " ";

export const csvHeader = csvText(columns);

/** One row as in RFC 4180. No cell is a formula. */
export function csvLineOf(row: Cells): string {
  return csvText(columns.map((name) => textOf(name, row[name])));
}

export function jsonLineOf(row: Cells): string {
  const cells = columns.flatMap((name) => {
    const cell = row[name];
    if (cell === undefined) return [];
    const kept = typeof cell === "string" || (name === "expiresAt" && typeof cell === "number");
    return [[name, kept ? cell : textOf(name, cell)]];
  });
  return `${JSON.stringify(Object.fromEntries(cells))}\n`;
}

function textOf(name: (typeof columns)[number], cell: unknown): string {
  if (cell === undefined) return "";
  if (name === "gates") return readRow({ gates: cell }).gates?.join(" ") ?? UNREADABLE;
  if (name === "note") return typeof cell === "string" ? cell : JSON.stringify(cell);
  if (typeof cell === "number" && name === "expiresAt") return String(cell);
  return typeof cell === "string" && cell !== "" ? cell : UNREADABLE;
}
