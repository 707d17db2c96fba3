import { createReadStream } from "node:fs";
import { describeFileProblem, FileError } from "../engine/files/file-problem";
import { detectFormat, type ListFormat, removeFormulaQuote } from "../engine/files/format";
import { type FileColumns, parseRows, type RowLine } from "../engine/files/rows";
import { CommandError } from "./failure";

/** Strings in CSV, any JSON value in JSON Lines. */
export type DataCells = Readonly<Record<string, unknown>>;

export interface FileInput {
  readonly name: string;
  readonly format: ListFormat;
  text(): AsyncIterable<string>;
}

/** @param path a path, or `-` for standard input: then `format` is needed */
export function openInput(path: string, format: ListFormat | undefined): FileInput {
  if (path !== "-") return { name: path, format: format ?? detectFormat(path), text: () => createReadStream(path, "utf8") };
  if (format === undefined) {
    throw new CommandError("Standard input has no file name to show its format: add --format csv or --format jsonl.");
  }
  return { name: "standard input", format, text: () => process.stdin.setEncoding("utf8") };
}

/** In CSV an empty cell is the empty string. */
export async function* readFileRows(
  path: string,
  format: ListFormat | undefined,
  columns: FileColumns,
): AsyncGenerator<readonly RowLine[]> {
  const input = openInput(path, format);
  for await (const block of explainFileErrors(input.name, parseRows(input.text(), input.format, columns))) {
    yield input.format === "csv" ? block.map(unquoteFormulas) : block;
  }
}

function unquoteFormulas(row: RowLine): RowLine {
  if ("problem" in row) return row;
  const cells = Object.entries(row.cells).map(([name, cell]) => [name, typeof cell === "string" ? removeFormulaQuote(cell) : cell]);
  return { line: row.line, cells: Object.fromEntries(cells) };
}

/** Throws a CommandError that names the file if the file cannot be read or its content has a flaw. */
export async function* explainFileErrors<T>(name: string, blocks: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* blocks;
  } catch (error) {
    if (error instanceof FileError) {
      throw new CommandError(`${name}:${error.line}: ${describeFileProblem(error.problem)}`, undefined, { cause: error });
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new CommandError(`There is no file ${name}.`);
    if (code === "EISDIR") throw new CommandError(`${name} is a folder.`);
    if (code === "EACCES") throw new CommandError(`You may not read ${name}.`);
    throw error;
  }
}
