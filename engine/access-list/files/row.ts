import { canBeKey, MAX_PARTITION_KEY_BYTES } from "../../sign-up/key-limits";
import { entryKey, readEntry } from "../entry";
import { readRow } from "../row";

/** The formats of a list in a file. */
export const formats = ["csv", "jsonl"] as const;
export type ListFormat = (typeof formats)[number];

/** The format that a file's name says. */
export function formatOf(path: string): ListFormat {
  return /\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : "csv";
}

/** The columns of a list in a file. */
export const columns = ["entry", "effect", "issuer", "note", "expiresAt", "gates"] as const;

/** A row as a person or an export wrote it. */
export type FileCells = Readonly<Partial<Record<(typeof columns)[number], unknown>>>;

/** A row of a file, in the spelling in which the table keeps it. */
export interface FileRow {
  readonly entry: string;
  readonly effect: "allow" | "deny";
  readonly issuer?: string;
  /** Names of gates, sorted, a space between them. */
  readonly gates?: string;
  readonly note?: string;
  readonly expiresAt?: string;
  /** The entry as the file has it, if that is another spelling. */
  readonly typed?: string;
  /** For a denied address: the key of an allow of that very address, if it is another one. Such an allow would win. */
  readonly looser?: string;
}

export type FileRowRead = { readonly ok: true; readonly row: FileRow } | { readonly ok: false; readonly problem: string };

/** Reads the cells of one row; what the hygiene worker would flag is not let in. */
export function readCells(cells: FileCells): FileRowRead {
  const { entry: typed, note } = cells;
  if (Object.values(cells).some(isGarbled)) return bad("not UTF-8, or spoilt by an earlier conversion: save the file as UTF-8");
  if (typed === undefined || typed === "") return bad("the entry is missing");
  if (typeof typed !== "string") return bad("the entry is not a text");
  const read = readEntry(typed);
  if (!read.ok) return bad(read.problem);
  const { effect, issuer, gates, problems } = readRow(cells as Readonly<Record<string, unknown>>);
  // After the colon stands what a row in the table comes to; a row of a file is refused.
  if (problems[0] !== undefined) return bad(problems[0].replace(/: .*/, ""));
  if (note !== undefined && typeof note !== "string") return bad("the note is not a text");
  const entry = entryKey(read.entry, effect);
  if (!canBeKey(entry)) return bad(`the entry is longer than the ${MAX_PARTITION_KEY_BYTES} bytes that DynamoDB takes for a key`);
  const looser = effect === "deny" ? entryKey(read.entry, "allow") : entry;
  const row: FileRow = {
    entry,
    effect,
    ...(issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates: gates.join(" ") }),
    ...(note !== undefined && note !== "" && { note }),
    ...(cells.expiresAt !== undefined && { expiresAt: String(cells.expiresAt).trim() }),
    ...(typed !== entry && { typed }),
    ...(looser !== entry && { looser }),
  };
  return { ok: true, row };
}

/** U+FFFD stands for bytes that are no UTF-8; a NUL between the letters is UTF-16's. */
export function isGarbled(cell: unknown): boolean {
  return typeof cell === "string" && (cell.includes("\ufffd") || cell.includes("\0"));
}

function bad(problem: string): FileRowRead {
  return { ok: false, problem };
}
