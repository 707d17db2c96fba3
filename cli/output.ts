import { hiddenCharacters } from "../engine/characters";

/** The output applies `harmless` itself, so that no command can forget to do so. */
export interface Output {
  print(line: string): void;
  json(value: unknown): void;
  /** Writes a text for another program. The text is unchanged unless the output is a terminal, where dangerous characters are replaced. */
  data(text: string): void;
  /** Prints one line on stderr, beside the result. */
  warn(line: string): void;
}

interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Returns what prints lines for people: beside the JSON, if there is any. */
export function tellBeside({ json }: { readonly json?: boolean | undefined }, output: Output): Output["print"] {
  return json ? output.warn : output.print;
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

/** Does the same as `harmless`, but keeps the line breaks. */
export function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}

export function formatCount(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** A longer cell sticks out of its column, so that it does not widen the column in every line. */
const MAX_COLUMN_WIDTH = 48;
const GAP = "  ";

/** On a later page, a column may become wider, but never narrower. */
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

/** Prints nothing if there are no rows. */
export function printTable({ print }: Pick<Output, "print">, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length > 0) for (const line of alignedTable()([headings, ...rows])) print(line);
}

/** Returns the last line of a list that shows only its first rows, or none. @param what follows the number */
export function formatRest(count: number, shownCount: number, what = ""): readonly string[] {
  return count > shownCount ? [`  and ${count - shownCount} more${what === "" ? "" : ` ${what}`}`] : [];
}

/** Says how many more there are of what was warned of. */
export function warnOfRest({ warn }: Pick<Output, "warn">, count: number, shownCount: number): void {
  if (count > shownCount) warn(`and ${count - shownCount} more.`);
}

/** @param most number of lines to print */
export function warnOfFirst(output: Pick<Output, "warn">, lines: readonly string[], most: number): void {
  for (const line of lines.slice(0, most)) output.warn(line);
  warnOfRest(output, lines.length, most);
}

const NAMED_ROWS = 10;

export function warnOfUnreadable(output: Output, ids: Iterable<string>): void {
  const all = [...new Set(ids)];
  if (all.length === 0) return;
  const more = all.length > NAMED_ROWS ? ", …" : "";
  output.warn(
    `Left out, as ${all.length === 1 ? "it" : "they"} cannot be read: ${formatCount(all.length, "row")}. Correct or delete in the table, by id: ${all.slice(0, NAMED_ROWS).join(", ")}${more}`,
  );
}
