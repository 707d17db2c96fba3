import { hiddenCharacters } from "../engine/odd-characters";

/** A command's output. It applies `harmless` itself, so that no command can forget to do so. */
export interface Output {
  /** Prints one line for people, or for a pipe. */
  print(line: string): void;
  /** Prints one line of JSON. */
  json(value: unknown): void;
  /** Writes a text for another program, unchanged. But if the output is a terminal, dangerous characters are replaced. */
  data(text: string): void;
  /** Prints one line on stderr, beside the result. */
  warn(line: string): void;
}

/** The members of a stream that `Output` needs. */
interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface OutputStreams {
  readonly stdout: Sink;
  readonly stderr: Sink;
}

export function outputTo({ stdout, stderr }: OutputStreams): Output {
  const writeLine = (sink: Sink, line: string) => sink.write(`${harmless(line)}\n`);
  return {
    print: (line) => writeLine(stdout, line),
    // JSON.stringify leaves some dangerous characters unescaped. `harmless` replaces them with escapes that are valid in JSON too.
    json: (value) => writeLine(stdout, JSON.stringify(value)),
    data: (text) => stdout.write(stdout.isTTY ? harmlessLines(text) : text),
    warn: (line) => writeLine(stderr, line),
  };
}

/** Replaces characters that could control a terminal, and invisible ones, with escapes such as `\u001b`. */
export function harmless(text: string): string {
  return text.replace(hiddenCharacters(), (character) =>
    [...Array(character.length).keys()].map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`).join(""),
  );
}

/** Does the work of `harmless` on each line of a text, so that the line breaks stay. */
export function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}

/** Returns "1 row", or "2 rows". */
export function formatCount(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** Maximum width of a column. A longer cell sticks out of its column, so that it does not widen the column in every line. */
const MAX_COLUMN_WIDTH = 48;
const GAP = "  ";

/** Returns a function that aligns the pages of one table. On a later page, a column may become wider, but never narrower. */
export function alignedTable(): (rows: readonly (readonly string[])[]) => readonly string[] {
  let widths: readonly number[] = [];
  return (rows) => {
    const shownRows = rows.map((row) => row.map(harmless));
    widths = (shownRows[0] ?? []).map((_, column) =>
      Math.max(widths[column] ?? 0, ...shownRows.map((row) => Math.min(row[column]?.length ?? 0, MAX_COLUMN_WIDTH))),
    );
    return shownRows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    );
  };
}

const NAMED_ROWS = 10;

/** Warns that the result lacks rows, because these rows cannot be read. */
export function warnOfUnreadable(output: Output, ids: Iterable<string>): void {
  const all = [...new Set(ids)];
  if (all.length === 0) return;
  const more = all.length > NAMED_ROWS ? ", …" : "";
  output.warn(
    `Left out, as ${all.length === 1 ? "it" : "they"} cannot be read: ${formatCount(all.length, "row")}. Correct or delete in the table, by id: ${all.slice(0, NAMED_ROWS).join(", ")}${more}`,
  );
}
